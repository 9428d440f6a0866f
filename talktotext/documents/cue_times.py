"""when cues are said -> when they are shown: long enough to be read, and one after another.

Cues that come faster than they can be read take time from their neighbours: some begin before
what they show is said, others after, and none is further off than it must be. That has a bound:
beyond FURTHEST all cues of the stretch are shown for a shorter time than they should be, rather
than at a time when something else is being talked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from talktotext.documents.subtitle_rules import RULES

FURTHEST = 40_000  # milliseconds between what is shown and what is said
GAP = 84  # milliseconds from a cue to the next: two frames of film too, at 24 a second
COMFORT = 15  # characters a second, where there is silence to read in
CHAIN = 500  # milliseconds; a shorter gap only flickers and is closed to the shortest
_SHRINK = 0.9
_ATTEMPTS = 150  # then a cue is at 1 ms


@dataclass(frozen=True)
class Wish:
    """When a cue is said, in milliseconds, and how much there is to read in it."""

    start: int
    end: int
    letters: float

    @property
    def needs(self) -> int:
        """Milliseconds to show it for, and the gap after it."""
        return RULES.time_for(self.letters) + GAP


def spans(wishes: Sequence[Wish], length: int) -> list[tuple[int, int]]:
    """Start and end of each cue, in milliseconds; none overlaps the next or lasts no time.

    Args:
        wishes: in order of their start.
        length: that of the recording, in milliseconds; cues end with it if they can.
    """
    needs = [wish.needs for wish in wishes]
    starts = _starts(wishes, needs, length)
    out = []
    for place, (wish, start) in enumerate(zip(wishes, starts, strict=True)):
        needed = start + max(1, needs[place] - GAP)
        if place + 1 < len(starts):
            out.append((start, _end(wish, start, needed, starts[place + 1])))
        else:
            out.append((start, max(needed, min(_wanted(wish, start), length))))
    return out


def delays(wishes: Sequence[Wish]) -> list[int]:
    """Milliseconds by which each cue is off at the most when all get the time they need."""
    bounds = zip(*_bounds(wishes, [wish.needs for wish in wishes]), strict=True)
    return [max(0, highest - lowest + 1) // 2 for lowest, highest in bounds]


def _wanted(wish: Wish, start: int) -> int:
    """Until it was said and read in comfort."""
    comfort = start + round(1000 * wish.letters / COMFORT)
    return min(max(wish.end, comfort), start + RULES.longest)


def _end(wish: Wish, start: int, needed: int, following: int) -> int:
    """As it is wanted, if the next leaves time for that."""
    end = max(needed, _wanted(wish, start))
    if following - end < CHAIN:
        end = min(following - GAP, start + RULES.longest)
    return max(end, min(needed, following))


def _starts(wishes: Sequence[Wish], needs: list[int], length: int) -> list[int]:
    """When the cues begin. Where they cannot all be near enough, `needs` is made less."""
    starts: list[int] = []
    for _ in range(_ATTEMPTS):
        lowest, highest = _bounds(wishes, needs)
        before = [0, *accumulate(needs)]
        last = max(0, length + GAP - before[-1])
        # In the middle the one that is furthest off is nearest.
        middle = ((low + high) // 2 for low, high in zip(lowest, highest, strict=True))
        starts = [min(max(0, at), last) + b for at, b in zip(middle, before, strict=False)]
        if not _shrink(wishes, starts, needs, _ends_of_stretches(lowest, highest)):
            break
    return starts


def _bounds(wishes: Sequence[Wish], needs: Sequence[int]) -> tuple[list[int], list[int]]:
    """Between what the earliest that follow and the latest that precede each cue ask for; all
    as if nothing needed any time, so that order is all that is to be kept."""
    before = [0, *accumulate(needs)]
    wants = [wish.start - taken for wish, taken in zip(wishes, before, strict=False)]
    return list(accumulate(reversed(wants), min))[::-1], list(accumulate(wants, max))


def _ends_of_stretches(lowest: Sequence[int], highest: Sequence[int]) -> list[int]:
    """Where a cue is not in the way of the next."""
    pairs = zip(highest, lowest[1:], strict=False)
    return [*(place for place, (high, low) in enumerate(pairs, 1) if high <= low), len(lowest)]


def _shrink(
    wishes: Sequence[Wish], starts: Sequence[int], needs: list[int], ends: Sequence[int]
) -> bool:
    """Make the needs of stretches less in which a cue is too far off. Whether there were any."""
    found, first = False, 0
    for end in ends:
        if any(abs(starts[i] - wishes[i].start) > FURTHEST for i in range(first, end)):
            found = True
            needs[first:end] = [max(2, int(need * _SHRINK)) for need in needs[first:end]]
        first = end
    return found
