"""Recording -> 16 kHz samples on disk, to be read while they are still coming (`Decoding`)."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from talktotext.errors import MediaTooLong, StorageFull
from talktotext.media.ending import is_cut_short
from talktotext.media.ffmpeg import (
    SLACK,
    Outcome,
    decode_command,
    find_ffmpeg,
    follow,
    open_command,
    start,
)
from talktotext.media.probe import refuse_empty, sound_tracks, why_silent
from talktotext.media.samples import (
    SAMPLE_RATE,
    Decoded,
    Float32,
    Int16,
    SoundFile,
    file_bytes,
    whole_blocks,
)

TICK = 0.25  # seconds between two words about progress
POLL = 0.01  # seconds between two looks at whether wanted samples are there


class Decoding:
    """A recording that is being decoded in the background, at full speed, into a file.

        with Decoding(recording, out, max_duration=3600, timeout=900) as sound:
            samples = sound.read(0, 960_000)  # as soon as that minute is decoded
            decoded = sound.finish()

    The file appears at `out_path` whole or not at all. Leaving early ends ffmpeg and leaves
    nothing behind; so does the death of the thread that made this, which must therefore live on
    until the end (see `ffmpeg.start`). Other threads may read.

    Args:
        path: the recording.
        out_path: where its sound goes, see `SoundFile`.
        max_duration: seconds; a longer recording is refused, unless `limit` asks for less of it.
        timeout: wall seconds that decoding may take.
        limit: seconds from the start to decode; None or 0 for all.
        ffmpeg: the binary to use, see `find_ffmpeg`.

    Raises:
        EmptyRecording: there is not a byte in it.
        EngineUnavailable: there is no ffmpeg.
    """

    def __init__(  # noqa: PLR0913 -- all but the two paths by name
        self,
        path: str | Path,
        out_path: str | Path,
        *,
        max_duration: float,
        timeout: float,
        limit: float | None = None,
        ffmpeg: str | Path | None = None,
    ):
        self._source, self._target = Path(path), Path(out_path)
        self._opened = open_command(find_ffmpeg(ffmpeg), self._source)
        refuse_empty(self._source)
        self._timeout = timeout
        self._most = int(min(limit or max_duration, max_duration) * SAMPLE_RATE)
        self._may_be_longer = bool(limit and limit <= max_duration)
        with ExitStack() as undo:
            self._start(undo)
            self._undo = undo.pop_all()

    def _start(self, undo: ExitStack) -> None:
        """Set ffmpeg to work, and a thread to see it through."""
        file, name = tempfile.mkstemp(dir=self._target.parent, prefix=f".{self._target.name}.")
        os.close(file)
        # A name of its own for each attempt, so that two never write to one file.
        self._part = Path(name)
        undo.callback(self._part.unlink, missing_ok=True)
        self._sound = SoundFile(self._part)
        undo.callback(self._sound.close)
        self._stopped = False
        self._process = self._decode(0)
        thread = ThreadPoolExecutor(1, thread_name_prefix="decoding")
        undo.callback(thread.shutdown)
        undo.callback(self._stop)
        self._result = thread.submit(self._see_through)

    def _decode(self, track: int) -> subprocess.Popen[bytes]:
        """Set ffmpeg to work on a sound track."""
        most = self._most + SAMPLE_RATE  # a second more than wanted tells whether there was more
        command = decode_command(self._opened, most, track)
        limit = file_bytes(most) + SLACK
        with self._part.open("wb") as output:
            return start(command, output, timeout=self._timeout, max_bytes=limit)

    def _stop(self) -> None:
        self._stopped = True
        self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def seconds(self) -> float:
        """Seconds of sound decoded so far."""
        return min(len(self._sound), self._most) / SAMPLE_RATE

    @property
    def decoded(self) -> Decoded | None:
        """What came of it; None as long as the end was not reached. Raises what `finish` does."""
        return self._result.result() if self._result.done() else None

    def read(self, first: int, last: int) -> Int16:
        """Samples `first` up to `last`, mono, shape (n,), as soon as they are there; fewer only
        at the end of the recording.

        Raises:
            whatever `finish` would, as soon as it is known.
        """
        self._await(last)
        return self._sound.read(first, min(last, self._most))

    def levels(self, first: int, last: int) -> Float32 | None:
        """RMS of left and right for each 10 ms, see `SoundFile.levels`; waits as `read` does."""
        self._await(last)
        return self._sound.levels(first, min(last, self._most))

    def finish(self, on_progress: Callable[[float], None] | None = None) -> Decoded:
        """Wait for the end.

        Args:
            on_progress: told the seconds decoded so far, four times a second. What it raises goes
                on to the caller.

        Raises:
            NotMedia, NoAudio, EmptyRecording, MediaError: it holds no sound that can be decoded.
            MediaTooLong: it is longer than `max_duration`.
            MediaTimeout: decoding outlasted `timeout`.
            StorageFull: no space left beside `out_path`.
        """
        while on_progress and not wait([self._result], TICK).done:
            on_progress(self.seconds)
        return self._result.result()

    def close(self) -> None:
        """Stop, if it is not done, and clean up; closing twice does no harm."""
        self._undo.close()

    def _await(self, last: int) -> None:
        """Until the samples before `last` are there, or all that there are."""
        needed = whole_blocks(last)
        # Where the end is asked for, whether it is the end must be known.
        while (last > self._most or len(self._sound) < needed) and not self._result.done():
            wait([self._result], POLL)
        if self._result.done():
            self._result.result()

    def _see_through(self) -> Decoded:
        """Wait for ffmpeg, judge what it left, and move that into place."""
        outcome = self._outcome()
        if outcome.status != 0 and shutil.disk_usage(self._target.parent).free < SLACK:
            raise StorageFull
        there = len(self._sound)
        if there == 0:
            raise why_silent(self._opened, self._source)
        if there > self._most and not self._may_be_longer:
            raise MediaTooLong
        complete = there <= self._most
        self._keep(min(there, self._most))
        return Decoded(
            self._target,
            duration=min(there, self._most) / SAMPLE_RATE,
            complete=complete,
            truncated=not outcome.clean or (complete and is_cut_short(self._source)),
        )

    def _outcome(self) -> Outcome:
        """Wait for ffmpeg; where a sound track gives nothing, have it try the next."""
        deadline = time.monotonic() + self._timeout
        for track in sound_tracks(self._opened, deadline):
            if track > 0:
                self._process = self._decode(track)
            if self._stopped:  # between two of them, when there was none to be stopped
                self._process.kill()
            outcome = follow(self._process, deadline - time.monotonic())
            if len(self._sound):
                break
        return outcome

    def _keep(self, samples: int) -> None:
        with self._part.open("r+b") as file:
            file.truncate(file_bytes(samples, self._sound.channels))
            os.fsync(file.fileno())
        self._part.replace(self._target)


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
    """Decode all of the sound of `path` into `out_path`, which appears whole or not at all.

    Args and errors are those of `Decoding` and its `finish`. If `on_progress` raises, decoding
    stops and nothing is left behind.
    """
    with Decoding(
        path, out_path, max_duration=max_duration, timeout=timeout, limit=limit, ffmpeg=ffmpeg
    ) as decoding:
        return decoding.finish(on_progress)
