"""A file cut short is decoded as far as it goes, and that it was cut is told; no whole file is
said to be cut."""

import pytest

from talktotext.errors import MediaError
from talktotext.media import decode

PICTURE = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=30", "-c:v", "mpeg4")
KINDS = {
    "mp3": ("a.mp3",),
    "mp3 with a tag": ("a.mp3", "-metadata", "title=" + "minutes " * 200),
    "mp3 of variable rate": ("a.mp3", "-q:a", "4"),
    "wav": ("a.wav",),
    "rf64": ("a.wav", "-rf64", "always"),
    "vorbis": ("a.ogg", "-c:a", "libvorbis"),
    "opus": ("a.opus",),
    "webm": ("a.webm", "-c:a", "libopus"),
    "m4a": ("a.m4a", "-movflags", "faststart"),
    "m4a in fragments": ("a.m4a", "-movflags", "frag_keyframe+empty_moov"),
    "flac": ("a.flac",),
    "film": ("a.mkv", *PICTURE),
}


@pytest.fixture
def whole(request, make, tone):
    """Thirty seconds of the tone."""
    name, *arguments = KINDS[request.param]
    return make(name, "-stream_loop", "9", "-i", tone, *arguments)


@pytest.mark.parametrize("whole", KINDS, indirect=True)
def test_a_whole_file_is_not_said_to_be_cut(whole, out):
    assert not decode(whole, out, max_duration=60, timeout=20).truncated


@pytest.mark.parametrize("part", [0.31, 0.5, 0.77])
@pytest.mark.parametrize("whole", KINDS, indirect=True)
def test_a_file_cut_short_is_decoded_as_far_as_it_goes(whole, part, out):
    size = int(whole.stat().st_size * part) & ~3  # no half a sample gives it away
    whole.write_bytes(whole.read_bytes()[:size])
    decoded = decode(whole, out, max_duration=60, timeout=20)
    assert decoded.truncated
    assert decoded.complete, "complete says that nothing of the file was left out"
    assert 30 * part - 5 < decoded.duration < 30 * part + 5


@pytest.mark.parametrize("whole", ["mp3", "wav", "vorbis"], indirect=True)
def test_what_lies_past_the_limit_may_be_missing(whole, out):
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert not decode(whole, out, limit=5, max_duration=60, timeout=20).truncated


def test_a_film_whose_index_was_cut_off_is_damaged(make, tone, out):
    film = make("a.mp4", "-stream_loop", "9", "-i", tone)
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    with pytest.raises(MediaError, match="damaged"):
        decode(film, out, max_duration=60, timeout=20)


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_header_that_knows_no_size_says_nothing(size, make, tone, out):
    path = make("a.wav", "-i", tone)
    data = bytearray(path.read_bytes())
    data[4:8] = size.to_bytes(4, "little")
    path.write_bytes(data)
    assert not decode(path, out, max_duration=60, timeout=20).truncated


@pytest.mark.parametrize("head", [b"OggS", b"RIFF", b"ID3", b"\xff\xfb\x90\x00", b"RIFF\xff\xff"])
def test_a_beginning_alone_harms_nobody(head, tmp_path, out):
    path = tmp_path / "upload"
    path.write_bytes(head)
    with pytest.raises(MediaError):
        decode(path, out, max_duration=60, timeout=20)
