"""Moonshine tiny: English on a plain CPU, its weights inside the wheel; nothing is ever fetched.

https://github.com/moonshine-ai/moonshine. Pinned to moonshine-voice 0.0.49, the last line whose
wheel carries weights. `moonshine_voice.transcriber` needs no PortAudio; the modules for
microphones, which do, are never imported.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import ClassVar, Self

import numpy as np
from moonshine_voice.errors import MoonshineError, check_error
from moonshine_voice.moonshine_api import ModelArch, TranscriptC, TranscriptLineC
from moonshine_voice.transcriber import Transcriber as _Moonshine
from moonshine_voice.utils import get_model_path

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.schema import Segment
from talktotext.speech.base import SAMPLE_RATE, Float32, Language, check_language


class MoonshineTranscriber:
    """The default engine."""

    name: ClassVar[str] = "moonshine"
    model: ClassVar[str] = "tiny-en"
    languages: ClassVar[frozenset[str] | None] = frozenset({"en"})

    def __init__(self) -> None:
        self.version = f"moonshine-voice {version('moonshine-voice')}"
        try:
            self._engine = _Engine(str(get_model_path(self.model)), ModelArch.TINY)
        except MoonshineError as error:
            raise EngineUnavailable(
                f"The speech engine 'moonshine' could not be loaded: {error}",
                hint="Run `pip install --force-reinstall moonshine-voice==0.0.49`.",
            ) from error

    @classmethod
    def load(cls, threads: int) -> list[Self]:
        """One for each thread."""
        return [cls() for _ in range(threads)]

    def detect(self, samples: Float32) -> Language | None:
        """None: it takes whatever it hears for English."""
        return None

    def transcribe(
        self,
        samples: Float32,
        *,
        language: str = "auto",
        vocabulary: Sequence[str] = (),
    ) -> Iterator[Segment]:
        """See `Transcriber.transcribe`. One native call, which cannot be interrupted."""
        check_language(self, language)
        try:
            segments = self._engine.segments(samples)
        except MoonshineError as error:
            raise EngineFailed(f"Moonshine failed: {error}") from error
        _give_back_memory()
        yield from segments

    def close(self) -> None:
        """Free the model."""
        self._engine.close()


class _Engine(_Moonshine):  # type: ignore[misc] # the package has no types
    """The package's Transcriber without its copies of the sound.

    `transcribe_without_streaming` takes the samples as a Python list and gives each line's samples
    back as another, 32 bytes a sample: a gigabyte for six minutes. Here the samples are
    passed as they lie in memory, and of the answer only the words are taken.
    """

    def segments(self, samples: Float32) -> list[Segment]:
        if self._handle is None:
            raise MoonshineError("it is closed")
        sound = np.ascontiguousarray(samples, dtype=np.float32)
        answer = ctypes.POINTER(TranscriptC)()
        check_error(
            self._lib.moonshine_transcribe_without_streaming(
                self._handle,
                sound.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
                len(sound),
                SAMPLE_RATE,
                0,  # flags
                ctypes.byref(answer),
            )
        )
        return _segments(answer)


def _give_back_memory() -> None:
    """Let glibc return what the call freed.

    The engine's many short-lived blocks leave holes that are never used again: without this the
    process grows by 30 MB a minute of sound, with it by 3.
    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
    if trim is not None:
        trim(0)


def _segments(answer: "ctypes._Pointer[TranscriptC]") -> list[Segment]:
    """Copy the words out of the engine's memory, which the next call overwrites."""
    if not answer:
        return []
    segments: list[Segment] = []
    for line in answer.contents.lines[: answer.contents.line_count]:
        if text := _text(line):
            # The engine starts each line a little before the speech, within the line before.
            start = max(line.start_time, segments[-1].end if segments else 0.0)
            segments.append(_segment(len(segments), start, line, text))
    return segments


def _segment(index: int, start: float, line: TranscriptLineC, text: str) -> Segment:
    return Segment(
        index=index,
        start=start,
        end=max(start, line.start_time + line.duration),
        text=text,
    )


def _text(line: TranscriptLineC) -> str:
    """The words of a line, empty for sound without any.

    The model writes ",," now and then, and starts sentences within a line in lower case.
    """
    text = ctypes.string_at(line.text).decode(errors="replace").strip() if line.text else ""
    text = re.sub(r"([,.?!])\1+", r"\1", text)
    return re.sub(r"(?:^|[.?!] )[a-z]", lambda start: start[0].upper(), text)
