"""Recording -> is it one? (`probe`), and if not, why not."""

import os
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from talktotext.errors import EmptyRecording, MediaError, NoAudio, NotMedia
from talktotext.media.ffmpeg import SLACK, decode_command, find_ffmpeg, open_command, run
from talktotext.media.samples import HEADER, SAMPLE_RATE, file_bytes

PROBE_SECONDS = 1
PROBE_TIMEOUT = 10.0

# How files of the common containers begin: (offset, bytes). A file that begins like one and
# cannot be opened is a damaged recording, not something else.
SIGNATURES = (
    (4, b"ftyp"),
    (4, b"moov"),
    (0, b"RIFF"),
    (0, b"OggS"),
    (0, b"fLaC"),
    (0, b"\x1a\x45\xdf\xa3"),
    (0, b"ID3"),
    (0, b"FORM"),
    (0, b"caff"),
    (0, b"#!AMR"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
)


def probe(path: str | Path, *, ffmpeg: str | Path | None = None) -> None:
    """Return if `path` holds sound that can be decoded; a quick look at the first second of its
    sound tracks, up to one that gives something.

    Raises:
        EmptyRecording, NotMedia, NoAudio, MediaError: what is wrong with it.
        MediaTimeout: not even a second could be decoded in `PROBE_TIMEOUT` seconds.
        EngineUnavailable: there is no ffmpeg.
    """
    opened = open_command(find_ffmpeg(ffmpeg), path)
    refuse_empty(Path(path))
    deadline = time.monotonic() + PROBE_TIMEOUT
    if not any(_gives_sound(opened, track, deadline) for track in sound_tracks(opened, deadline)):
        raise why_silent(opened, Path(path))


def sound_tracks(opened: list[str], deadline: float) -> Iterator[int]:
    """The sound tracks that may be decoded, one after the other: whoever finds one that gives
    something asks for no more. The first is not looked for, as mostly it is there and does.

    Args:
        opened: the `open_command` of the file.
        deadline: of the monotonic clock.

    Raises:
        MediaTimeout: it is past.
    """
    yield 0
    for track in count(1):
        if not _has_sound_track(opened, track, deadline - time.monotonic()):
            return
        yield track


def _gives_sound(opened: list[str], track: int, deadline: float) -> bool:
    """Whether the first second of a sound track has a sample."""
    command = decode_command(opened, PROBE_SECONDS * SAMPLE_RATE, track)
    most = file_bytes(PROBE_SECONDS * SAMPLE_RATE)
    with tempfile.TemporaryFile() as output:
        run(command, output, timeout=deadline - time.monotonic(), max_bytes=most + SLACK)
        return os.fstat(output.fileno()).st_size > HEADER


def refuse_empty(path: Path) -> None:
    """Raise EmptyRecording if there is not a byte in the file."""
    if path.stat().st_size == 0:
        raise EmptyRecording


def why_silent(opened: list[str], path: Path) -> MediaError:
    """Why a file gave no sample: asked of ffmpeg by what it can open, not by what it says.

    Args:
        opened: the `open_command` of that file.
    """
    if _has_sound_track(opened):
        if _holds_packets(opened):
            return MediaError("The sound is damaged, or of a kind that cannot be read here")
        return EmptyRecording("The sound track holds no sound")
    if _can_be_opened(opened):
        return NoAudio()
    with path.open("rb") as file:
        head = file.read(16)
    if any(head.startswith(magic, offset) for offset, magic in SIGNATURES):
        return MediaError("The recording is damaged or incomplete")
    return NotMedia()


def _has_sound_track(opened: list[str], track: int = 0, timeout: float = PROBE_TIMEOUT) -> bool:
    """Whether ffmpeg finds a sound track in the file, of whatever kind; nothing is decoded."""
    copied = ("-map", f"0:a:{track}", "-c", "copy", "-t", "1", "-f", "null", "-")
    return _run([*opened, *copied], timeout) is not None


def _holds_packets(opened: list[str]) -> bool:
    """Whether there is anything to decode in the sound tracks: framecrc writes a line for each
    packet, beside comments (https://ffmpeg.org/ffmpeg-formats.html#framecrc-1)."""
    first = ("-map", "0:a", "-c", "copy", "-frames:a", "1", "-f", "framecrc", "pipe:1")
    listed = _run([*opened, *first]) or b""
    return any(not line.startswith(b"#") for line in listed.splitlines())


def _can_be_opened(opened: list[str]) -> bool:
    """Whether it is a container that ffmpeg can read, whatever is in it. Asked for its metadata,
    ffmpeg touches no track; to copy a picture's track it would have to decode some of it."""
    return _run([*opened, "-f", "ffmetadata", "pipe:1"]) is not None


def _run(command: list[str], timeout: float = PROBE_TIMEOUT) -> bytes | None:
    """What a command writes; None if it fails."""
    with tempfile.TemporaryFile() as output:
        if run(command, output, timeout=timeout, max_bytes=SLACK).status != 0:
            return None
        output.seek(0)
        return output.read()
