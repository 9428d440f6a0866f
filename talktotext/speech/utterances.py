"""Stretches of speech -> utterances as long as an engine hears them best, and their sentences.

For engines that take a few seconds at a time and tell no times within them. They understand
longer stretches better than the pieces between two pauses, but a sentence should stand by itself:
so pieces are joined, and what was heard is divided again at the pauses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from talktotext.speech.base import SAMPLE_RATE, Float32

PAUSE = 0.8  # seconds: after that somebody begins anew, or somebody else
LONGEST = 15.0  # seconds
MARGIN = 0.2  # seconds around speech: first and last sounds are quiet
NEAR = 1.5  # seconds between where a sentence should end by its length and a pause

Span = tuple[float, float]  # start and end in seconds


@dataclass(frozen=True)
class Utterance:
    """What is heard at once: stretches of speech with short pauses between them."""

    spans: tuple[Span, ...]

    @property
    def start(self) -> float:
        """Of the speech, in seconds."""
        return self.spans[0][0]

    @property
    def end(self) -> float:
        """Of the speech, in seconds."""
        return self.spans[-1][1]

    def samples(self, sound: Float32) -> Float32:
        """Its part of the sound that the times count from, with a margin."""
        first = max(0, round((self.start - MARGIN) * SAMPLE_RATE))
        return sound[first : round((self.end + MARGIN) * SAMPLE_RATE)]


def utterances(spans: Sequence[Span]) -> Iterator[Utterance]:
    """Group stretches of speech, divided at the longest pauses, so that where a recording was cut
    makes little difference; a stretch that is too long by itself is divided evenly."""
    yield from _grouped([part for span in spans for part in _divided(span)])


def _grouped(spans: Sequence[Span]) -> Iterator[Utterance]:
    pauses = [after[0] - before[1] for before, after in pairwise(spans)]
    longest = max(pauses, default=0.0)
    if pauses and (longest >= PAUSE or spans[-1][1] - spans[0][0] > LONGEST):
        place = pauses.index(longest) + 1
        yield from _grouped(spans[:place])
        yield from _grouped(spans[place:])
    elif spans:
        yield Utterance(tuple(spans))


def _divided(span: Span) -> Iterator[Span]:
    start, end = span
    parts = int((end - start) / LONGEST) + 1
    times = [start + (end - start) * part / parts for part in range(parts + 1)]
    yield from pairwise(times)


def sentences(text: str, utterance: Utterance) -> Iterator[tuple[float, float, str]]:
    """The sentences of an utterance as (start, end, text).

    One ends at the pause that is nearest to where it should end by its share of the letters; where
    there is none near, it ends there.
    """
    said = re.findall(r"\S.*?(?:[.?!](?=\s)|$)", text)
    letters = list(accumulate(len(sentence) for sentence in said))
    start = utterance.start
    for sentence, place in zip(said, letters, strict=True):
        last = place == letters[-1]
        end = utterance.end if last else _pause(utterance, place / letters[-1])
        end = max(start, end)
        yield start, end, sentence
        start = next((first for first, until in utterance.spans if until > end), end)
        start = max(start, end)


def _pause(utterance: Utterance, share: float) -> float:
    """When so much of the speech is over, or the pause next to it begins."""
    spoken = share * sum(end - start for start, end in utterance.spans)
    at = utterance.end
    for start, end in utterance.spans:
        if spoken <= end - start:
            at = start + spoken
            break
        spoken -= end - start
    pauses = [end for _, end in utterance.spans[:-1] if abs(end - at) <= NEAR]
    return min(pauses, key=lambda end: abs(end - at), default=at)
