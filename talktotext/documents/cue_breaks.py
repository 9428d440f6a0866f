"""words of one speaker -> cues: where they end, and where their lines do.

Of all ways to cut a stretch of speech into cues of two lines the cheapest is taken, found as a
shortest path over the words: what a cut costs is what it does to a reader.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from talktotext.documents.cue_times import GAP
from talktotext.documents.subtitle_rules import RULES
from talktotext.schema import Word

# What things cost, in the measure of phrases.cost.
CUE = 3.0  # one more of them
EMPTINESS = 3.0  # a cue with nothing in it, the square of the share left free
TORN = 0.7  # of what it costs to end the first line where it ends best
LATE = 8.0  # each second that the next cue would have to wait for
OVERLONG = 20.0  # each second spoken beyond the longest cue
PAUSE = 4.0  # each second of silence within a cue, beyond BREATH
BREATH = 400  # milliseconds
UNEVEN = 4.0  # a line with nothing in it beside a full one
TOP_HEAVY = 0.5  # the first line longer than the second


@dataclass(frozen=True)
class Line:
    """What fits on one line, and when it is said, in milliseconds.

    Attributes:
        goes_on: whether it is better seen as the second line of a cue than as the first.
    """

    start: int
    end: int
    text: str
    speaker: str | None = None
    goes_on: bool = False


@dataclass(frozen=True)
class Stretch:
    """Words that one speaker says without anybody between.

    Attributes:
        costs: what it costs to end a line or a cue after each word.
    """

    words: Sequence[Word]
    costs: Sequence[float]
    speaker: str | None = None


def lines(stretch: Stretch) -> Iterator[Line]:
    """The words in lines, in order; no more than two of them belong together."""
    measured, first = _Measured(stretch), 0
    for end in _cheapest(measured):
        split = measured.split(first, end)
        for start, stop in ((first, split), (split, end)):
            if start < stop:
                times = measured.starts[start], measured.ends[stop - 1]
                yield Line(*times, measured.text(start, stop), stretch.speaker, start > first)
        first = end


class _Measured:
    """A stretch with sums over its words, so that any part of it is measured in no time."""

    def __init__(self, stretch: Stretch) -> None:
        words = stretch.words
        self.texts = [word.text for word in words]
        self.costs = stretch.costs
        self.starts = [round(1000 * word.start) for word in words]
        self.ends = [round(1000 * word.end) for word in words]
        self.columns = _Sums(self.texts, RULES.columns)
        self.letters = _Sums(self.texts, RULES.letters)
        pauses = [max(0, b - a - BREATH) for a, b in zip(self.ends, self.starts[1:], strict=False)]
        self.pauses = [0, *accumulate(pauses, initial=0)]
        self.latest, self.earliest = self._reach()

    def _reach(self) -> tuple[list[int], list[int]]:
        """Where a line ends at the latest that begins with each word, and where one begins at
        the earliest that ends before each word."""
        count = len(self.texts)
        ends, begins, end = [], [0] * (count + 1), 0
        for first in range(count):
            reached, end = end, max(end, first + 1)
            while end < count and self.columns.of(first, end + 1) <= RULES.width:
                end += 1
            ends.append(end)
            begins[reached + 1 : end + 1] = [first] * (end - reached)
        return [*ends, count], begins

    def reaches(self, first: int) -> int:
        """Where a cue of two lines ends at the latest that begins with the word `first`."""
        return self.latest[self.latest[first]]

    def split(self, first: int, end: int) -> int:
        """The word with which the second line begins; `end` if all fits on the first."""
        if self.columns.of(first, end) <= RULES.width:
            return end
        return min(range(first + 1, end), key=lambda at: self._unlike(first, at, end))

    def text(self, first: int, end: int) -> str:
        return "".join(self.texts[first:end]).strip()

    def _unlike(self, first: int, split: int, end: int) -> float:
        top, bottom = self.columns.of(first, split), self.columns.of(split, end)
        if max(top, bottom) > RULES.width:
            return inf
        uneven = UNEVEN * abs(top - bottom) / RULES.width
        return self.costs[split - 1] + uneven + (TOP_HEAVY if top > bottom else 0)

    def cost(self, first: int, end: int) -> float:
        """What a cue of these words costs."""
        start, last = self.starts[first], end == len(self.texts)
        needs = RULES.time_for(self.letters.of(first, end)) + GAP
        room = inf if last else self.starts[end] - start
        free = 1 - self.columns.of(first, end) / (RULES.lines * RULES.width)
        silence = self.pauses[end] - self.pauses[first + 1]
        overlong = self.ends[end - 1] - start - RULES.longest
        return (
            CUE
            + (0 if last else self.costs[end - 1])
            + TORN * self._torn(first, end)
            + EMPTINESS * free * free
            + (LATE * max(0, needs - room) + PAUSE * silence + OVERLONG * max(0, overlong)) / 1000
        )

    def _torn(self, first: int, end: int) -> float:
        """What the best end of the first of two lines costs."""
        if end <= self.latest[first]:
            return 0.0
        return min(self.costs[max(first, self.earliest[end] - 1) : self.latest[first]])


class _Sums:
    """A measure over parts of a text, without the blank at their end."""

    def __init__(self, texts: Sequence[str], measure: Callable[[str], float]) -> None:
        bare = [measure(text.rstrip()) for text in texts]
        self.to_word = [0.0, *accumulate(measure(text) for text in texts)]
        self.to_end = [0.0, *(a + b for a, b in zip(self.to_word, bare, strict=False))]

    def of(self, first: int, end: int) -> float:
        return self.to_end[end] - self.to_word[first]


def _cheapest(measured: _Measured) -> list[int]:
    """After how many words each cue ends."""
    count = len(measured.texts)
    total, before = [0.0] + [inf] * count, [0] * (count + 1)
    for first in range(count):
        for end in range(first + 1, measured.reaches(first) + 1):
            cost = total[first] + measured.cost(first, end)
            if cost < total[end]:
                total[end], before[end] = cost, first
    ends, end = [], count
    while end:
        ends.append(end)
        end = before[end]
    return ends[::-1]
