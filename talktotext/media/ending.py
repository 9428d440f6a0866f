"""Does a file hold all that it says it holds?

Asked for the kinds of files that ffmpeg reads up to a cut end without a word.
"""

import struct
from pathlib import Path

SPARE = 1024  # bytes that may be missing: writers disagree on what they count
UNKNOWN = 0x7FFF_0000  # sizes from here on stand for "not known" in a header written to a pipe
OGG_PAGE = 27 + 255 + 255 * 255  # bytes of the largest page
OGG_HEADER = 27
ID3_HEADER = 10
HEAD = 28  # bytes that tell how long RIFF and ID3 are


def is_cut_short(path: Path) -> bool:
    """Whether a WAV, Ogg or MP3 file ends before it should; False where that cannot be known."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith(b"OggS"):
            start = max(0, size - OGG_PAGE)
            file.seek(start)
            return _ogg_end(file.read(), start) > size
        if head.startswith((b"RIFF", b"RF64")):
            return _riff_end(head) > size + SPARE
        start = _id3_end(head)
        file.seek(start)
        return _mp3_end(file.read(128), start) > size + SPARE


def _riff_end(head: bytes) -> int:
    """Where a RIFF file says that it ends, one beyond 4 GB in 64 bits (EBU Tech 3306); 0 where it
    does not say."""
    if len(head) < HEAD:
        return 0
    size, large = struct.unpack_from("<I", head, 4)[0], struct.unpack_from("<Q", head, 20)[0]
    if head.startswith(b"RF64"):
        return 8 + int(large)
    return 8 + int(size) if size < UNKNOWN else 0


def _ogg_end(tail: bytes, start: int) -> int:
    """Where the last page ends, of which at least the beginning is there (RFC 3533, 6).

    Args:
        tail: the end of the file, longer than any page.
        start: where in the file that begins.
    """
    at = tail.rfind(b"OggS")
    header = tail[at : at + OGG_HEADER]
    if len(header) < OGG_HEADER:
        return start + at + OGG_HEADER
    lengths = tail[at + OGG_HEADER :][: header[-1]]
    return start + at + OGG_HEADER + header[-1] + sum(lengths)


def _id3_end(head: bytes) -> int:
    """Where an ID3v2 tag ends, its size being four times seven bits (https://id3.org/id3v2.4.0-structure)."""
    if len(head) < ID3_HEADER or not head.startswith(b"ID3"):
        return 0
    return ID3_HEADER + sum(
        byte << shift for byte, shift in zip(head[6:ID3_HEADER], (21, 14, 7, 0), strict=True)
    )


def _mp3_end(frames: bytes, start: int) -> int:
    """Where the last frame ends, as the Xing header in the first has it; 0 where it has not
    (http://gabriel.mp3-tech.org/mp3infotag.html).

    Args:
        frames: the beginning of the first frame.
        start: where in the file that begins.
    """
    is_mp3 = len(frames) > 2 and frames[0] == 0xFF and frames[1] & 0xE0 == 0xE0
    at = max(frames.find(name, 0, 64) for name in (b"Xing", b"Info"))
    if not is_mp3 or at < 0 or len(frames) < at + 16:
        return 0
    flags, count, size = struct.unpack_from(">III", frames, at + 4)
    has_count, has_size = flags & 1, flags & 2
    return start + int(size if has_count else count) if has_size else 0
