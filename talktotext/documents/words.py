"""segment -> its words with times: as heard where that is known, else by their share of it."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from math import isfinite

from wcwidth import iter_graphemes

from talktotext.schema import Segment, Word

LONGEST = 42  # characters of a word; a longer one comes in pieces
LATEST = 1e7  # seconds, some 115 days; what claims to be later is no time
# Chinese and Japanese are written without spaces, and a line may end after any character.
_WIDE = "\u3001-\u9fff\uff00-\uffef"
_TOKEN = re.compile(rf"[{_WIDE}][、。，！？]*\s*|[^\s{_WIDE}]+\s*")


def tokens(text: str) -> Iterator[str]:
    """The words of a text, each with the space after it."""
    for token in _TOKEN.findall(text.strip()):
        yield from pieces(token, LONGEST) if len(token) > LONGEST else (token,)


def pieces(word: str, length: int) -> Iterator[str]:
    """A word in pieces of so many characters; what a reader takes for one is not cut."""
    clusters = list(iter_graphemes(word.rstrip()))
    last = len(clusters) - 1
    for first in range(0, len(clusters), length):
        piece = "".join(clusters[first : first + length])
        yield piece + word[len(word.rstrip()) :] if first + length > last else piece


def timed(segment: Segment, cut: Callable[[str], Iterator[str]] = tokens) -> list[Word]:
    """The words in order, each with the space after it: joined they are the segment's text.

    Their times are seconds that never fall, whatever the segment's and its words' are.

    Args:
        cut: text -> words, as `tokens` does it.
    """
    moments, place, out = list(_moments(segment)), 0, []
    for token in cut(segment.text.strip()):
        last = place + len(_letters(token))
        out.append(Word(start=moments[place][0], end=moments[last - 1][1], text=token))
        place = last
    return out


def _moments(segment: Segment) -> Iterator[tuple[float, float]]:
    """When each letter begins and ends, if all letters of a word take equally long."""
    heard = "".join(_letters(word.text) for word in segment.words)
    known = heard == _letters(segment.text)
    spans: Sequence[Segment | Word] = segment.words if known else (segment,)
    told = [segment.start, *(moment for span in spans for moment in (span.start, span.end))]
    times = list(accumulate((t if is_time(t) else 0.0 for t in told), max))[1:]
    for span, start, end in zip(spans, times[::2], times[1::2], strict=True):
        letters = len(_letters(span.text))
        step = (end - start) / max(letters, 1)
        for place in range(letters):
            yield start + place * step, start + (place + 1) * step


def is_time(seconds: float) -> bool:
    """Whether it can be a moment of a recording: not before it, a number, and not in a year."""
    return isfinite(seconds) and 0 <= seconds <= LATEST


def _letters(text: str) -> str:
    return "".join(text.split())
