"""What strangers send is refused by a typed error, quickly, and opens nothing else."""

import socket
import struct
import subprocess
import sys
import threading

import pytest

from talktotext.errors import (
    EmptyRecording,
    MediaError,
    MediaTimeout,
    MediaTooLong,
    NoAudio,
    NotMedia,
)
from talktotext.media import decode, probe


def both(path, tmp_path):
    """The two ways in: each must refuse."""
    return [
        lambda: probe(path),
        lambda: decode(path, tmp_path / "pcm", max_duration=60, timeout=20),
    ]


def refused(error, path, tmp_path):
    for way in both(path, tmp_path):
        with pytest.raises(MediaError) as caught:
            way()
        assert type(caught.value) is error
    assert not (tmp_path / "pcm").exists()


@pytest.mark.parametrize("name", ["notes.mp3", "notes.mp4", "notes.wav", "notes"])
def test_text_is_not_media(name, tmp_path):
    path = tmp_path / name
    path.write_text("Dear all, please find attached the minutes.\n" * 300)
    refused(NotMedia, path, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:3,\n{secret}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXTINF:3,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXTINF:3,\nconcat:{secret}|{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation>'
        "<BaseURL>{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    ],
    ids=["hls", "hls file", "hls concat", "concat", "sdp", "dash"],
)
@pytest.mark.parametrize("name", ["film.mp4", "list.m3u8", "upload"])
def test_a_list_of_other_files_does_not_open_them(text, name, tone, tmp_path):
    path = tmp_path / name
    path.write_text(text.format(secret=tone))
    refused(NotMedia, path, tmp_path)


def test_a_playlist_makes_no_connection(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        path = tmp_path / "film.mp4"
        path.write_text(
            f"#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:{server.getsockname()[1]}/a.ts\n#EXT-X-ENDLIST\n"
        )
        refused(NotMedia, path, tmp_path)
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_nothing_is_an_empty_recording(tmp_path):
    path = tmp_path / "a.mp3"
    path.touch()
    refused(EmptyRecording, path, tmp_path)


def test_a_recording_without_a_sample_is_empty(make, tone, tmp_path):
    refused(EmptyRecording, make("a.wav", "-i", tone, "-t", "0"), tmp_path)


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_a_film_without_a_sound_track_has_no_audio(make, tmp_path, codec):
    path = make("a.mp4", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=2", "-c:v", codec)
    refused(NoAudio, path, tmp_path)


def test_pictures_are_not_media(make, tmp_path):
    for name in ("a.png", "a.jpg", "a.gif"):
        picture = make(name, "-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1")
        refused(NotMedia, picture, tmp_path)


def test_a_film_without_its_index_is_damaged(make, tone, tmp_path):
    path = make("a.m4a", "-i", tone)  # the index lies at the end
    path.write_bytes(path.read_bytes()[:10_000])
    refused(MediaError, path, tmp_path)


def test_noise_is_not_media(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"".join(struct.pack("<Q", pow(3, n, 2**64 - 59)) for n in range(50_000)))
    refused(NotMedia, path, tmp_path)


@pytest.mark.parametrize("name", ["-i.mp3", "http:x.mp3", "a%03d.mp3", "pipe:0", "a\nb|c;d.mp3"])
def test_a_name_is_only_a_name(name, make, tone, tmp_path):
    path = make("a.mp3", "-i", tone).rename(tmp_path / name)
    assert decode(path, tmp_path / "pcm", max_duration=9, timeout=20).duration > 2.9


def test_a_day_of_silence_in_a_small_file_is_too_long(day, tmp_path):
    assert day.stat().st_size < 1_000_000
    with pytest.raises(MediaTooLong):
        decode(day, tmp_path / "pcm", max_duration=3600, timeout=60)
    assert not list(tmp_path.iterdir())


def test_a_header_that_claims_years_is_not_believed(make, tone, tmp_path):
    path = make("a.wav", "-i", tone)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(data)
    decoded = decode(path, tmp_path / "pcm", max_duration=60, timeout=20)
    assert decoded.duration == pytest.approx(3, abs=0.01)


def test_an_index_that_claims_years_is_not_believed(make, tone, tmp_path):
    path = make("a.mp4", "-i", tone, "-c:a", "aac")
    data = bytearray(path.read_bytes())
    for box, offset in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        at = data.index(box) + offset
        data[at : at + 4] = b"\xff\xff\xff\xfe"
    path.write_bytes(data)
    decoded = decode(path, tmp_path / "pcm", max_duration=60, timeout=20)
    assert decoded.duration == pytest.approx(3, abs=0.2)


MEASURE = """
import resource, sys
from talktotext.media import decode, probe
probe(sys.argv[1])
assert decode(sys.argv[1], sys.argv[2], max_duration=60, timeout=20).duration > 2.9
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def test_a_huge_cover_takes_no_memory_to_speak_of(make, tone, tmp_path):
    cover = make("a.png", "-f", "lavfi", "-i", "color=size=14000x14000:rate=1", "-frames:v", "1")
    cover = cover.rename(tmp_path / "cover.png")
    path = make("a.mp3", "-i", tone, "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy")
    command = [sys.executable, "-c", MEASURE, path, tmp_path / "pcm"]
    peak = int(subprocess.check_output(command))
    assert peak < 150_000_000


def test_decoding_that_takes_too_long_is_stopped(day, tmp_path):
    with pytest.raises(MediaTimeout):
        decode(day, tmp_path / "pcm", max_duration=90_000, timeout=0.2)
    assert not list(tmp_path.iterdir())


def test_threads_may_decode_side_by_side(make, tone, tmp_path):
    path, seconds = make("a.mp3", "-i", tone), []

    def work(number):
        decoded = decode(path, tmp_path / f"pcm{number}", max_duration=60, timeout=30)
        seconds.append(decoded.duration)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seconds) == 4
    assert min(seconds) > 2.9
