"""Whisper: 99 languages, words with times, on a CPU or a GPU; weights are fetched beforehand.

Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision",
https://arxiv.org/abs/2212.04356. Run by faster-whisper (CTranslate2), or by the reference package
openai-whisper where only that is installed. Neither is ever given a name that it could fetch.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from talktotext.errors import EngineFailed
from talktotext.schema import Segment
from talktotext.speech import weights
from talktotext.speech.base import (
    SAMPLE_RATE,
    Float32,
    Language,
    check_language,
    cores,
    primary_language,
)
from talktotext.speech.heard import Heard, segments
from talktotext.speech.vad import has_speech

SHORTEST = SAMPLE_RATE // 10  # samples; in less there is no word
# Tried one after another while the text looks made up (section 4.5 of the paper).
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
TAGS = {code: tag for tag, code in weights.CODES.items() if code != "no"}  # "nb" is one "no"


@dataclass(frozen=True)
class Manner:
    """How to listen.

    Attributes:
        temperatures: see `TEMPERATURES`.
        beams: hypotheses kept while decoding without randomness.
        only_speech: leave out what Silero VAD takes for silence (faster-whisper only).
    """

    temperatures: tuple[float, ...]
    beams: int
    only_speech: bool


class Backend(Protocol):
    """A package that runs Whisper, its model loaded. Languages in Whisper's own codes."""

    @property
    def version(self) -> str:
        """The package and its version."""

    def detect(self, samples: Float32, manner: Manner) -> Language | None:
        """The language of the first 30 seconds of speech; None for silence."""

    def hear(
        self, samples: Float32, language: str | None, prompt: str, manner: Manner
    ) -> Iterator[Heard]:
        """What is said, in that language or in what it takes it for; `prompt` holds words that
        are likely to come up, and may be empty."""

    def close(self) -> None:
        """Free the model."""


class WhisperTranscriber:
    """Whisper.

    Args:
        model: a name in `folder`, or a path (see `weights.locate`).
        folder: where weights lie.
        device: "cpu", "cuda", or "auto" for a GPU where CTranslate2 sees one.
        compute: a type of CTranslate2's (https://opennmt.net/CTranslate2/quantization.html);
            "auto" is int8 on a CPU and on a GPU the fastest that it has.
        threads: of a CPU; 0 for as many as this process may use.
        temperatures, beams, only_speech: see `Manner`.

    Raises:
        EngineUnavailable: the package or the weights are missing, or cannot be loaded.
    """

    name: ClassVar[str] = "whisper"

    def __init__(  # noqa: PLR0913 -- all of them by name
        self,
        *,
        model: str = "small",
        folder: str | Path = "models",
        device: str = "auto",
        compute: str = "auto",
        threads: int = 0,
        temperatures: Sequence[float] = TEMPERATURES,
        beams: int = 5,
        only_speech: bool = True,
    ) -> None:
        path = weights.locate(model, Path(folder))
        self.model = path.stem if path.suffix == ".pt" else path.name
        self.languages = weights.languages(path)
        self._manner = Manner(tuple(temperatures), beams, only_speech)
        self._backend: Backend | None = _load(path, device, compute, threads or cores())
        self.version = self._backend.version

    @classmethod
    def load(cls, threads: int, **options: Any) -> list[Self]:
        """One, which uses all the threads by itself."""
        return [cls(**{"threads": threads, **options})]

    def detect(self, samples: Float32) -> Language | None:
        """See `Transcriber.detect`."""
        if self._is_nothing(samples):
            return None
        with self._in_use() as backend:
            found = backend.detect(_contiguous(samples), self._manner)
        return found and Language(TAGS.get(found.tag, found.tag), found.probability)

    def transcribe(
        self, samples: Float32, *, language: str = "auto", vocabulary: Sequence[str] = ()
    ) -> Iterator[Segment]:
        """See `Transcriber.transcribe`."""
        check_language(self, language)
        if self._is_nothing(samples):
            return
        prompt = ", ".join(vocabulary)
        with self._in_use() as backend:
            heard = backend.hear(_contiguous(samples), _code(language), prompt, self._manner)
            yield from segments(heard, len(samples) / SAMPLE_RATE)

    def close(self) -> None:
        """Free the model."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def _is_nothing(self, samples: Float32) -> bool:
        return len(samples) < SHORTEST or (self._manner.only_speech and not has_speech(samples))

    @contextmanager
    def _in_use(self) -> Iterator[Backend]:
        """The backend, whose failures are the engine's."""
        if self._backend is None:
            raise EngineFailed("The speech engine 'whisper' is closed")
        try:
            yield self._backend
        except (RuntimeError, ValueError) as error:  # CTranslate2, PyTorch: out of memory, …
            raise EngineFailed(f"Whisper failed: {error}") from error


def _contiguous(samples: Float32) -> Float32:
    return np.ascontiguousarray(samples, dtype=np.float32)


def _code(language: str) -> str | None:
    """Whisper's code of the language; None to find out."""
    tag = primary_language(language)
    return None if tag == "auto" else weights.CODES.get(tag, tag)


def _load(path: Path, device: str, compute: str, threads: int) -> Backend:
    if path.suffix == ".pt":
        from talktotext.speech.whisper_reference import ReferenceWhisper

        return ReferenceWhisper(path, device)
    from talktotext.speech.whisper_faster import FasterWhisper

    return FasterWhisper(path, device, compute, threads)
