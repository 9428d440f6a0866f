"""text -> levels: which way each character runs, by the Unicode Bidirectional Algorithm (UAX #9).

The rules are python-bidi's; it leaves out the one for pairs of brackets (N0), which is here. Text
is `clean`: what embeddings there are in it are those of `listed`, and there are no overrides and
no isolates, which word processors do not all know.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from bidi import algorithm

_CLOSING = dict(zip("([{«‹⟨「『（［｛", ")]}»›⟩」』）］｝", strict=True))
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}  # numbers count as R in N0
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_TAKEN_OUT = {"BN", "LRE", "RLE", "PDF"}  # by rule X9
MARKS = "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"  # by level
_NO_EMBEDDINGS = dict.fromkeys(range(0x202A, 0x202D))
_EMBEDDED = "\N{RIGHT-TO-LEFT EMBEDDING}%s\N{POP DIRECTIONAL FORMATTING}"


def begins_right(text: str) -> bool:
    """Whether a paragraph runs from right to left: its first letter does."""
    return not text.isascii() and algorithm.get_base_level(text) == 1


def has_right_to_left(text: str) -> bool:
    """Whether any of a text runs from right to left, so that levels matter."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)


def mark(paragraph: str) -> str:
    """What stands at the end of a sentence, in a paragraph in which both ways may meet.

    Without it, a time after a Hebrew sentence that ends in a Western word would go on in the way of
    that word (W7), and take the full stop along.
    """
    return MARKS[begins_right(paragraph)] if has_right_to_left(paragraph) else ""


def listed(texts: Iterable[str]) -> str:
    """Texts between commas, in a line from left to right, of which each runs its own way.

    Else two that run from right to left would change places, and a number go to the one before.
    """
    return ", ".join(map(_apart, texts))


def _apart(text: str) -> str:
    if begins_right(text):
        text = _EMBEDDED % (MARKS[1] + text)
    return text + MARKS[0] if has_right_to_left(text) else text


def bare(text: str) -> str:
    """A text without embeddings, once levels say the same: nobody sees or needs to copy them."""
    return text if text.isascii() else text.translate(_NO_EMBEDDINGS)


def levels(text: str, base: int | None = None) -> tuple[int, list[int]]:
    """The level of a paragraph, 1 where it runs from right to left, and that of each character.

    Args:
        base: the level of the paragraph where that is known; else its first letter decides.
    """
    base = algorithm.get_base_level(text) if base is None else base
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    algorithm.get_embedding_levels(text, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _resolve_brackets(storage["chars"], base)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return base, list(_every(text, [char["level"] for char in storage["chars"]], base))


def _every(text: str, levels: Sequence[int], base: int) -> Iterator[int]:
    """Joiners and the like, which rule X9 takes out, run as what stands before them."""
    known, level = iter(levels), base
    for char in text:
        if unicodedata.bidirectional(char) not in _TAKEN_OUT:
            level = next(known)
        yield level


def visual(levels: Sequence[int]) -> list[int]:
    """Indices of a line's pieces from left to right (rule L2)."""
    order = list(range(len(levels)))
    lowest_odd = min((level | 1 for level in levels), default=1)
    for level in range(max(levels, default=0), lowest_odd - 1, -1):
        order = list(_turned(order, [levels[index] >= level for index in order]))
    return order


def _turned(order: Sequence[int], deep: Sequence[bool]) -> Iterator[int]:
    """The same with every stretch that lies deep turned around."""
    for is_deep, run in groupby(zip(deep, order, strict=True), key=itemgetter(0)):
        stretch = [index for _, index in run]
        yield from reversed(stretch) if is_deep else stretch


def _resolve_brackets(chars: list[dict[str, Any]], base: int) -> None:
    """Rule N0: a pair of brackets runs like what is in it, or like what it stands in."""
    for first, last in sorted(_pairs(chars)):
        inside = {_STRONG.get(char["type"]) for char in chars[first + 1 : last]} - {None}
        own = "LR"[base]
        if own in inside:
            kind: str | None = own
        elif inside:
            before = (_STRONG.get(char["type"]) for char in reversed(chars[:first]))
            kind = next(filter(None, before), own)
        else:
            continue
        chars[first]["type"] = chars[last]["type"] = kind


def _pairs(chars: list[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """Where brackets open and close (BD16)."""
    opened: list[tuple[str, int]] = []
    for index, char in enumerate(chars):
        sign = char["ch"]
        if sign in _CLOSING:
            opened.append((_CLOSING[sign], index))
        else:
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == sign:
                    yield opened[depth][1], index
                    del opened[depth:]
                    break
