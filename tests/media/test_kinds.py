"""Every kind of recording that people have is read, under a name without an ending."""

import numpy as np
import pytest

from talktotext.media import decode, open_samples, probe

VIDEO = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=3")

SOUND = {
    "mp3": ("a.mp3",),
    "mp2": ("a.mp2",),
    "m4a": ("a.m4a", "-c:a", "aac"),
    "aac": ("a.aac",),
    "latm in loas": ("a.latm", "-c:a", "aac"),
    "alac": ("a.m4a", "-c:a", "alac"),
    "flac": ("a.flac",),
    "flac in ogg": ("a.ogg", "-c:a", "flac"),
    "opus": ("a.opus",),
    "vorbis": ("a.ogg", "-c:a", "libvorbis"),
    "webm": ("a.webm", "-c:a", "libopus"),
    "mka": ("a.mka", "-c:a", "libvorbis"),
    "wma": ("a.wma",),
    "wma 1": ("a.wma", "-c:a", "wmav1"),
    "amr narrow": ("a.amr", "-ar", "8000", "-b:a", "12.2k"),
    "3gp": ("a.3gp", "-ar", "8000", "-b:a", "12.2k"),
    "aiff": ("a.aiff",),
    "caf": ("a.caf",),
    "caf alac": ("a.caf", "-c:a", "alac"),
    "ac3": ("a.ac3", "-ar", "48000"),
    "eac3": ("a.eac3", "-ar", "48000"),
    "dts": ("a.dts", "-ar", "48000", "-strict", "-2"),
    "au": ("a.au",),
    "wavpack": ("a.wv",),
    "tta": ("a.tta",),
    "voc": ("a.voc",),
    "w64": ("a.w64",),
    "rf64": ("a.wav", "-rf64", "always"),
    "wav 8 bit": ("a.wav", "-c:a", "pcm_u8"),
    "wav 24 bit": ("a.wav", "-c:a", "pcm_s24le"),
    "wav 32 bit": ("a.wav", "-c:a", "pcm_s32le"),
    "wav float": ("a.wav", "-c:a", "pcm_f32le"),
    "wav double": ("a.wav", "-c:a", "pcm_f64le"),
    "wav a-law": ("a.wav", "-c:a", "pcm_alaw"),
    "wav mu-law": ("a.wav", "-c:a", "pcm_mulaw"),
    "wav adpcm": ("a.wav", "-c:a", "adpcm_ms"),
    "wav ima adpcm": ("a.wav", "-c:a", "adpcm_ima_wav"),
    "wav g726": ("a.wav", "-c:a", "g726", "-ar", "8000", "-b:a", "32k"),
    "wav stereo 44.1": ("a.wav", "-ar", "44100", "-ac", "2"),
    "mp3 in wav": ("a.wav", "-c:a", "libmp3lame"),
}

FILM = {
    "mp4": ("a.mp4", "-c:v", "libx264", "-c:a", "aac"),
    "mp4 fragmented": ("a.mp4", "-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"),
    "mov": ("a.mov", "-c:v", "libx264", "-c:a", "pcm_s16le"),
    "mkv": ("a.mkv", "-c:v", "libx264", "-c:a", "ac3"),
    "webm": ("a.webm", "-c:v", "libvpx", "-c:a", "libopus"),
    "avi": ("a.avi", "-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "wmv": ("a.wmv", "-c:v", "wmv2", "-c:a", "wmav2"),
    "mpeg": ("a.mpg", "-c:v", "mpeg1video", "-r", "25", "-c:a", "mp2", "-ar", "44100"),
    "transport stream": ("a.ts", "-c:v", "libx264", "-c:a", "aac"),
    "flv": ("a.flv", "-c:v", "flv1", "-ar", "44100", "-c:a", "libmp3lame"),
    "ogv": ("a.ogv", "-c:v", "libtheora", "-c:a", "libvorbis"),
    "mxf": ("a.mxf", "-c:v", "mpeg2video", "-r", "25", "-c:a", "pcm_s16le", "-ar", "48000"),
}


COVER = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=0.1")
ILLUSTRATED = {
    "mp3": ("a.mp3", "-c:v", "mjpeg"),
    "flac": ("a.flac", "-c:v", "png"),
}


@pytest.mark.parametrize("kind", SOUND)
def test_sound_of_every_kind_is_decoded(kind, make, tone, tmp_path):
    name, *arguments = SOUND[kind]
    assert_tone(make(name, "-i", tone, *arguments), tmp_path)


@pytest.mark.parametrize("kind", FILM)
def test_the_sound_of_films_of_every_kind_is_decoded(kind, make, tone, tmp_path):
    name, *arguments = FILM[kind]
    assert_tone(make(name, *VIDEO, "-i", tone, *arguments), tmp_path)


@pytest.mark.parametrize("kind", ILLUSTRATED)
def test_a_cover_is_no_damage(kind, make, tone, tmp_path):
    name, *arguments = ILLUSTRATED[kind]
    path = make(name, *COVER, "-i", tone, *arguments, "-disposition:v", "attached_pic")
    assert_tone(path, tmp_path)


def assert_tone(path, tmp_path):
    """It passes the probe and decodes to about three seconds of the tone of 440 Hz, undamaged."""
    probe(path)
    decoded = decode(path, tmp_path / "pcm", max_duration=60, timeout=20)
    samples = open_samples(decoded.path)
    assert decoded.complete
    assert not decoded.truncated
    assert decoded.duration == pytest.approx(3, abs=0.2)
    assert len(samples) == round(decoded.duration * 16000)
    second = samples[16000:32000].astype(float)
    assert np.abs(np.fft.rfft(second)).argmax() == pytest.approx(440, abs=3)
