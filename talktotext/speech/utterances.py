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

PAUSE = 1.0  # seconds: from there on one does not speak on
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


def utterances(spans: Sequence[Span], longest: float = LONGEST) -> Iterator[Utterance]:
    """Join stretches of speech over short pauses; what is too long by itself is divided evenly."""
    joined: list[Span] = []
    for span in (part for whole in spans for part in _divided(whole, longest)):
        if joined and (span[0] - joined[-1][1] >= PAUSE or span[1] - joined[0][0] > longest):
            yield Utterance(tuple(joined))
            joined = []
        joined.append(span)
    if joined:
        yield Utterance(tuple(joined))


def _divided(span: Span, longest: float) -> Iterator[Span]:
    start, end = span
    parts = int((end - start) / longest) + 1
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
    near = min((end for _, end in utterance.spans), key=lambda end: abs(end - at))
    return near if abs(near - at) <= NEAR else at
