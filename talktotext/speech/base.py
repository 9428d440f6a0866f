"""What a speech engine is to the rest of TalkToText."""

from collections.abc import Iterator
from dataclasses import dataclass
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
    """A speech engine, loaded. Not to be shared between threads or recordings: it may remember
    the voices it has heard."""

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
    def detected(self) -> Language | None:
        """What is spoken, once sound was heard whose language nobody told; None for an engine
        that does not find out."""

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages it understands, as primary subtags of BCP 47 ("en"); None for all."""

    def transcribe(self, samples: Float32, *, language: str = "auto") -> Iterator[Segment]:
        """Yield what is said, lazily and in order.

        Args:
            samples: mono, 16 kHz, from -1 to 1, shape (n,).
            language: BCP 47 tag, or "auto" to find out.

        Yields:
            Segments with indices from 0, times in seconds from the first of `samples`, and the
            engine's own label for the speaker where it has one; the same label in a later call
            means the same voice, as far as the engine can tell.

        Raises:
            EngineUnavailable: it does not know that language.
            EngineFailed: it could not do it; another try may help.
        """

    def close(self) -> None:
        """Free what it holds. It cannot be used afterwards; closing twice does no harm."""


def to_float(samples: Int16) -> Float32:
    """16-bit samples as float32 from -1 to 1: a copy."""
    return samples.astype(np.float32) / np.float32(32768)


def primary_language(tag: str) -> str:
    """The first part of a BCP 47 tag, which says the language: "pt" of "pt-BR" or "PT_br"."""
    return tag.lower().replace("_", "-").partition("-")[0]


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
