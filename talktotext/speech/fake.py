"""An engine that understands nothing: for tests and for trying out the plumbing.

It turns every few seconds of sound into a few words chosen by the sound itself: the same
recording always gives the same words, another one gives others, and silence gives none.
"""

import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from talktotext.errors import EngineFailed
from talktotext.schema import Segment
from talktotext.speech.base import SAMPLE_RATE, Float32, Language, check_language

WORDS = (
    *("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india"),
    *("juliett", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo"),
    *("sierra", "tango", "uniform", "victor", "whiskey", "yankee"),
)
SILENCE = 0.001  # of full scale


class FakeTranscriber:
    """A deterministic engine without dependencies.

    Args:
        seconds: of sound for one segment.
        delay: seconds to sleep before each segment, to be slow.
        fail_at: fail once this many seconds have been heard, over all calls together.
        languages: the only languages it will take; None for all.
        journal: a file to which a line is added for each part of a sound it begins to hear, so
            that one can count what was heard twice.
    """

    name: ClassVar[str] = "fake"
    model: ClassVar[str] = "none"
    version: ClassVar[str] = "fake 1"

    def __init__(
        self,
        *,
        seconds: float = 5.0,
        delay: float = 0.0,
        fail_at: float | None = None,
        languages: frozenset[str] | None = None,
        journal: str | Path | None = None,
    ) -> None:
        self.languages = languages
        self._size = int(seconds * SAMPLE_RATE)
        self._delay = delay
        self._fail_at = fail_at
        self._journal = Path(journal) if journal else None
        self._heard = 0  # samples

    @classmethod
    def load(cls, threads: int, **options: Any) -> list[Self]:
        """One, so that what it hears is in order."""
        return [cls(**options)]

    def detect(self, samples: Float32) -> Language | None:
        """None: it cannot tell."""
        return None

    def transcribe(
        self,
        samples: Float32,
        *,
        language: str = "auto",
        vocabulary: Sequence[str] = (),
    ) -> Iterator[Segment]:
        """See `Transcriber.transcribe`."""
        check_language(self, language)
        index = 0
        for first in range(0, len(samples), self._size):
            part = samples[first : first + self._size]
            self._listen(part)
            if np.abs(part).max() >= SILENCE:
                yield self._segment(index, first, part)
                index += 1

    def close(self) -> None:
        """Nothing to free."""

    def _listen(self, part: Float32) -> None:
        if self._journal:
            with self._journal.open("a") as lines:
                lines.write(f"{len(part)} samples\n")
        time.sleep(self._delay)
        self._heard += len(part)
        if self._fail_at is not None and self._heard > self._fail_at * SAMPLE_RATE:
            raise EngineFailed(f"The fake engine fails after {self._fail_at} seconds, as told")

    def _segment(self, index: int, first: int, part: Float32) -> Segment:
        digest = zlib.crc32((part * 32767).astype("<i2").tobytes())
        words = [WORDS[(digest >> shift) % len(WORDS)] for shift in range(0, 32, 4)]
        return Segment(
            index=index,
            start=first / SAMPLE_RATE,
            end=(first + len(part)) / SAMPLE_RATE,
            text=" ".join(words).capitalize() + ".",
        )
