"""Which statements say the same, though somebody put them otherwise, or another engine did."""

import re
from collections.abc import Callable, Sequence

from talktotext.schema import Statement

SHARED = 0.6  # of the words of the shorter one, where both are of the same moment
ALIKE = 0.5  # of the words of both together, where nothing else is known

Likeness = Callable[[Statement, Statement], bool]


def words(text: str) -> tuple[str, ...]:
    """The words of a text, whatever their case and what stands between them."""
    return tuple(re.findall(r"\w+", text.casefold()))


def in_the_same_words(one: Statement, other: Statement) -> bool:
    """Whether nothing but case and punctuation tells them apart."""
    return words(one.text) == words(other.text)


def of_the_same_moment(one: Statement, other: Statement) -> bool:
    """Whether they rest on the same stretch of the recording and share most of their words."""
    together = any(
        a.start < b.end and b.start < a.end for a in one.evidence for b in other.evidence
    )
    if not together:
        return False
    mine, theirs = set(words(one.text)), set(words(other.text))
    return len(mine & theirs) >= SHARED * max(1, min(len(mine), len(theirs)))


def in_similar_words(one: Statement, other: Statement) -> bool:
    """Whether they share half of their words; for showing what was changed, not for deciding."""
    mine, theirs = set(words(one.text)), set(words(other.text))
    return len(mine & theirs) >= ALIKE * max(1, len(mine | theirs))


SAME: tuple[Likeness, ...] = (in_the_same_words, of_the_same_moment)


def matched(
    ones: Sequence[Statement], others: Sequence[Statement], by: Sequence[Likeness] = SAME
) -> dict[int, int]:
    """Pairs of statements that say the same, as places in `ones` and in `others`; each at most
    once, and the likeness that comes first decides first."""
    found: dict[int, int] = {}
    for is_like in by:
        free = [place for place in range(len(others)) if place not in found.values()]
        for number in range(len(ones)):
            if number in found:
                continue
            place = next((p for p in free if is_like(ones[number], others[p])), None)
            if place is not None:
                found[number] = place
                free.remove(place)
    return found
