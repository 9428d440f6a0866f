"""Every kind of recording that people have is read, under a name without an ending."""

from time import monotonic, sleep

import numpy as np
import pytest

from talktotext.errors import MediaError, MediaTimeout
from talktotext.media import Decoding, decode, find_ffmpeg, open_samples, probe
from talktotext.media.ffmpeg import open_command
from talktotext.media.probe import sound_tracks

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
    "truehd": ("a.thd", "-ar", "48000", "-strict", "-2"),
    "mlp": ("a.mlp", "-ar", "48000", "-strict", "-2"),
    "truehd in mkv": ("a.mka", "-c:a", "truehd", "-ar", "48000", "-strict", "-2"),
    "real 14.4": ("a.rm", "-c:a", "real_144", "-ar", "8000"),
    "real ac3": ("a.rm", "-c:a", "ac3", "-ar", "48000"),
    "nut": ("a.nut", "-c:a", "libmp3lame"),
    "sox": ("a.sox",),
    "ircam": ("a.sf", "-f", "ircam"),
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
    "dv": ("a.dv", "-s", "720x576", "-r", "25", "-pix_fmt", "yuv420p", "-ar", "48000", "-ac", "2"),
    "television": ("a.wtv", "-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2", "-ar", "48000"),
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


def test_gxf_is_read(make, tone, tmp_path):
    """Though ffmpeg complains of the end of what it writes itself."""
    path = make("a.gxf", *VIDEO, "-i", tone, "-s", "720x576", "-r", "25", "-ar", "48000")
    probe(path)
    decoded = decode(path, tmp_path / "pcm", max_duration=60, timeout=20)
    assert decoded.duration == pytest.approx(3.4, abs=0.1)  # whole seconds of film, filled up


TWO_TRACKS = ("-map", "0:a", "-map", "0:a", "-c:a:0", "ac3", "-c:a:1", "flac")


def of_an_unknown_kind(path):
    """A Matroska file whose AC-3 is of a kind that nobody knows."""
    data = path.read_bytes()
    assert data.count(b"A_AC3") == 1
    path.write_bytes(data.replace(b"A_AC3", b"A_XYZ"))
    return path


def test_a_sound_track_of_an_unknown_kind_is_passed_over(make, tone, tmp_path):
    path = of_an_unknown_kind(make("a.mkv", "-i", tone, *TWO_TRACKS))
    assert_tone(path, tmp_path)
    with Decoding(path, tmp_path / "sound", max_duration=60, timeout=20) as sound:
        assert len(sound.read(0, 16000)) == 16000  # also while it is decoded
    assert not list(tmp_path.glob(".sound*"))


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.05, 0.1])
def test_whoever_leaves_between_two_tracks_leaves_nothing(pause, make, tone, tmp_path):
    path = of_an_unknown_kind(make("a.mkv", "-i", tone, *TWO_TRACKS))
    decoding = Decoding(path, tmp_path / "sound", max_duration=60, timeout=20)
    sleep(pause)
    began = monotonic()
    decoding.close()
    assert monotonic() - began < 5
    assert not list(tmp_path.glob(".sound*"))


def test_a_sound_track_without_sound_is_passed_over(make, tone, tmp_path):
    late = ("-itsoffset", "0", "-t", "0", "-i", tone)
    path = make("a.mkv", *late, "-i", tone, "-map", "0:a", "-map", "1:a", "-c:a", "flac")
    assert_tone(path, tmp_path)


def test_sound_of_an_unknown_kind_is_not_called_empty(make, tone, tmp_path):
    path = of_an_unknown_kind(make("a.mkv", "-i", tone, "-c:a", "ac3"))
    with pytest.raises(MediaError, match="of a kind that cannot be read here") as refused:
        probe(path)
    assert refused.value.code == "unreadable_media"
    with pytest.raises(MediaError, match="of a kind that cannot be read here"):
        decode(path, tmp_path / "pcm", max_duration=60, timeout=20)


def test_all_tracks_share_the_time(make, tone):
    """So that a file with many of them is no way to more of it."""
    opened = open_command(find_ffmpeg(), make("a.mkv", "-i", tone, *TWO_TRACKS))
    assert list(sound_tracks(opened, monotonic() + 20)) == [0, 1]
    with pytest.raises(MediaTimeout):
        list(sound_tracks(opened, monotonic()))


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
