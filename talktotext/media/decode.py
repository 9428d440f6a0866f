"""Recording -> is it one? (`probe`) and recording -> 16 kHz mono samples on disk (`decode`)."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from talktotext.errors import (
    EmptyRecording,
    MediaError,
    MediaTooLong,
    NoAudio,
    NotMedia,
    StorageFull,
)
from talktotext.media.ffmpeg import Outcome, find_ffmpeg, open_command, run
from talktotext.media.samples import BYTES_PER_SECOND, SAMPLE_RATE

PROBE_SECONDS = 1.0
PROBE_TIMEOUT = 10.0
SLACK = 1024**2  # bytes between where ffmpeg stops by itself and where the system stops it

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


@dataclass(frozen=True)
class Decoded:
    """A decoded recording.

    Attributes:
        path: raw signed 16-bit little-endian samples, mono, 16 kHz (see `open_samples`).
        duration: seconds, counted from the samples and not taken from a header.
        complete: whether this is the whole recording; False when `limit` cut it.
        truncated: whether the recording seems damaged or cut short: ffmpeg complained, yet gave
            samples.
    """

    path: Path
    duration: float
    complete: bool
    truncated: bool


def probe(path: str | Path, *, ffmpeg: str | Path | None = None) -> None:
    """Return if `path` holds sound that can be decoded; a quick look at its first second.

    Raises:
        EmptyRecording, NotMedia, NoAudio, MediaError: what is wrong with it.
        MediaTimeout: not even a second could be decoded in `PROBE_TIMEOUT` seconds.
        EngineUnavailable: there is no ffmpeg.
    """
    opened = open_command(find_ffmpeg(ffmpeg), path)
    _refuse_empty(Path(path))
    with tempfile.TemporaryFile() as output:
        _samples_to(output, opened, seconds=PROBE_SECONDS, timeout=PROBE_TIMEOUT)
        if os.fstat(output.fileno()).st_size < 2:
            raise _why_silent(opened, Path(path))


def decode(  # noqa: PLR0913 -- all but the two paths by name
    path: str | Path,
    out_path: str | Path,
    *,
    max_duration: float,
    timeout: float,
    limit: float | None = None,
    on_progress: Callable[[float], None] | None = None,
    ffmpeg: str | Path | None = None,
) -> Decoded:
    """Decode the sound of `path` into `out_path`, which appears whole or not at all.

    Args:
        max_duration: seconds; a longer recording is refused, unless `limit` asks for less of it.
        timeout: wall seconds that decoding may take.
        limit: seconds from the start to decode; None or 0 for all.
        on_progress: told the seconds decoded so far. It may raise to stop: nothing is left behind.
        ffmpeg: the binary to use, see `find_ffmpeg`.

    Raises:
        EmptyRecording, NotMedia, NoAudio, MediaError: it holds no sound that can be decoded.
        MediaTooLong: it is longer than `max_duration`.
        MediaTimeout: decoding outlasted `timeout`.
        StorageFull: no space left beside `out_path`.
        EngineUnavailable: there is no ffmpeg.
    """
    source, target = Path(path), Path(out_path)
    opened = open_command(find_ffmpeg(ffmpeg), source)
    _refuse_empty(source)
    wanted = min(limit or max_duration, max_duration)
    with _name_beside(target) as part, part.open("wb") as output:
        # A second more than wanted tells whether there was more.
        outcome = _samples_to(
            output, opened, seconds=wanted + 1, timeout=timeout, on_progress=on_progress
        )
        if outcome.status != 0 and shutil.disk_usage(target.parent).free < SLACK:
            raise StorageFull
        size = os.fstat(output.fileno()).st_size & ~1  # whole samples
        if size == 0:
            raise _why_silent(opened, source)
        kept = min(size, int(wanted * SAMPLE_RATE) * 2)
        if kept < size and not (limit and limit <= max_duration):
            raise MediaTooLong
        output.truncate(kept)
        os.fsync(output.fileno())
        part.replace(target)
    return Decoded(target, kept / BYTES_PER_SECOND, kept == size, not outcome.clean)


@contextmanager
def _name_beside(target: Path) -> Iterator[Path]:
    """An empty file in the folder of `target`, gone afterwards unless it was moved away.

    Its name is its own for each attempt, so that two attempts never write to one file.
    """
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _refuse_empty(path: Path) -> None:
    if path.stat().st_size == 0:
        raise EmptyRecording


def _samples_to(
    output: IO[bytes],
    opened: list[str],
    *,
    seconds: float,
    timeout: float,
    on_progress: Callable[[float], None] | None = None,
) -> Outcome:
    """Decode up to about `seconds` of the first sound track that `opened` gives into `output`.

    The end is set in bytes of output (-fs) and not by time stamps (-t), which may leap or lie.
    """
    most = int(seconds * BYTES_PER_SECOND)
    return run(
        [
            *opened,
            *("-map", "0:a:0", "-ac", "1", "-ar", str(SAMPLE_RATE), "-map_metadata", "-1"),
            *("-c:a", "pcm_s16le", "-fs", str(most), "-f", "s16le", "pipe:1"),
        ],
        output,
        timeout=timeout,
        max_bytes=most + SLACK,
        on_bytes=on_progress and (lambda size: on_progress(size / BYTES_PER_SECOND)),
    )


def _why_silent(opened: list[str], path: Path) -> MediaError:
    """Why a file gave no sample: asked of ffmpeg by what it can open, not by what it says."""
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
