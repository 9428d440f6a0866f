"""What a speech engine is to the rest of TalkToText."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Protocol

import numpy as np
import numpy.typing as npt

from talktotext.errors import EngineUnavailable
from talktotext.schema import Segment

SAMPLE_RATE = 16_000  # samples a second, everywhere in this package

Int16 = npt.NDArray[np.int16]
Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Language:
    """A language that an engine made out by itself.

    Attributes:
        tag: a BCP 47 tag.
        probability: 0 to 1, as the engine puts it.
    """

    tag: str
    probability: float

    @property
    def is_sure(self) -> bool:
        """Whether it is more likely than all the others together."""
        return self.probability >= 0.5


class Transcriber(Protocol):
    """A speech engine, loaded. It remembers nothing from call to call, so that it may serve one
    recording after another; but it serves one thread at a time.

    Its class has a `load(threads, **options)`, which makes as many as are to be used side by side
    (see `speech.load`).
    """

    @property
    def name(self) -> str:
        """Its key in `ENGINES`."""

    @property
    def model(self) -> str:
        """The model it has loaded, or asks for, as its maker calls it."""

    @property
    def version(self) -> str:
        """The package that runs the model, and its version: "faster-whisper 1.2.1"."""

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages it understands, as primary subtags of BCP 47 ("en"); None for all."""

    def detect(self, samples: Float32) -> Language | None:
        """What is spoken, likeliest first; None if nobody speaks, and always of an engine that
        cannot tell.

        Args:
            samples: see `transcribe`.

        Raises:
            EngineFailed: see `transcribe`.
        """

    def transcribe(
        self, samples: Float32, *, language: str = "auto", vocabulary: Sequence[str] = ()
    ) -> Iterator[Segment]:
        """Yield what is said, lazily and in order.

        Args:
            samples: mono, 16 kHz, from -1 to 1, shape (n,).
            language: BCP 47 tag, or "auto" to find out.
            vocabulary: names and terms that are likely to come up, the likeliest first; an engine
                that cannot be told listens without.

        Yields:
            Segments with indices from 0 and times in seconds from the first of `samples`, without
            speakers: those are told apart by `speech.diarization`.

        Raises:
            EngineUnavailable: it does not know that language.
            EngineFailed: it could not do it; another try may help.
        """

    def close(self) -> None:
        """Free what it holds. It cannot be used afterwards; closing twice does no harm."""


class Sound(Protocol):
    """A recording, maybe while it is still being decoded."""

    def read(self, first: int, last: int) -> Int16:
        """Samples `first` up to `last`, mono, 16 kHz, shape (n,): waits until they are there, and
        gives fewer, or none, only where the recording ends."""

    def levels(self, first: int, last: int) -> Float32 | None:
        """How loud the left and the right channel are: RMS, 0 to 1, for each 10 ms of the samples
        `first` up to `last`, shape (frames, 2); None where there is one channel."""


class Samples:
    """A recording in memory, or mapped into it, as a `Sound` of one channel.

    Args:
        samples: int16, 16 kHz, shape (n,).
    """

    def __init__(self, samples: Int16) -> None:
        self._samples = samples

    def read(self, first: int, last: int) -> Int16:
        """See `Sound.read`."""
        return self._samples[first:last]

    def levels(self, first: int, last: int) -> Float32 | None:
        """None: see `Sound.levels`."""
        return None


def to_float(samples: Int16) -> Float32:
    """16-bit samples as float32 from -1 to 1: a copy."""
    return samples.astype(np.float32) / np.float32(32768)


def primary_language(tag: str) -> str:
    """The first part of a BCP 47 tag, which says the language: "pt" of "pt-BR" or "PT_br"."""
    return tag.lower().replace("_", "-").partition("-")[0]


def cores() -> int:
    """How many this process may use; containers often get fewer than the machine has."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def check_language(transcriber: Transcriber, language: str) -> None:
    """Return if the engine understands that language ("auto" is always well).

    Raises:
        EngineUnavailable: it does not.
    """
    primary = primary_language(language)
    known = transcriber.languages
    if primary != "auto" and known is not None and primary not in known:
        raise EngineUnavailable(
            f"The speech engine {transcriber.name!r} does not understand the language {language!r}",
            hint=f"It knows: {', '.join(sorted(known))}. Configure another engine for others.",
        )


def check_options(what: str, make: Callable[..., object], options: Mapping[str, object]) -> None:
    """Return if `make` can be called with these options.

    Args:
        what: is to be made, for a person.

    Raises:
        EngineUnavailable: there is no option of such a name, or one is missing.
    """
    try:
        signature(make).bind(**options)
    except TypeError as error:
        raise EngineUnavailable(
            f"{what} cannot be made with these options: {error}",
            hint="Correct TRANSCRIBER_OPTIONS or DIARIZER_OPTIONS; its file says what it takes.",
        ) from error
