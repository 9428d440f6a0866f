"""Recording -> is it one? (`probe`), and if not, why not."""

import os
import tempfile
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
    """Return if `path` holds sound that can be decoded; a quick look at its first second.

    Raises:
        EmptyRecording, NotMedia, NoAudio, MediaError: what is wrong with it.
        MediaTimeout: not even a second could be decoded in `PROBE_TIMEOUT` seconds.
        EngineUnavailable: there is no ffmpeg.
    """
    opened = open_command(find_ffmpeg(ffmpeg), path)
    refuse_empty(Path(path))
    command = decode_command(opened, PROBE_SECONDS * SAMPLE_RATE)
    most = file_bytes(PROBE_SECONDS * SAMPLE_RATE)
    with tempfile.TemporaryFile() as output:
        run(command, output, timeout=PROBE_TIMEOUT, max_bytes=most + SLACK)
        if os.fstat(output.fileno()).st_size <= HEADER:
            raise why_silent(opened, Path(path))


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
        return EmptyRecording("The sound track holds no sound")
    if _can_be_opened(opened):
        return NoAudio()
    with path.open("rb") as file:
        head = file.read(16)
    if any(head.startswith(magic, offset) for offset, magic in SIGNATURES):
        return MediaError("The recording is damaged or incomplete")
    return NotMedia()


def _has_sound_track(opened: list[str]) -> bool:
    """Whether ffmpeg finds a sound track in the file; nothing is decoded."""
    return _succeeds([*opened, "-map", "0:a:0", "-c", "copy", "-t", "1", "-f", "null", "-"])


def _can_be_opened(opened: list[str]) -> bool:
    """Whether it is a container that ffmpeg can read, whatever is in it. Asked for its metadata,
    ffmpeg touches no track; to copy a picture's track it would have to decode some of it."""
    return _succeeds([*opened, "-f", "ffmetadata", "pipe:1"])


def _succeeds(command: list[str]) -> bool:
    with tempfile.TemporaryFile() as nothing:
        return run(command, nothing, timeout=PROBE_TIMEOUT, max_bytes=SLACK).status == 0
