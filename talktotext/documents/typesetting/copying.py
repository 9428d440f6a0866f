"""lines -> the text that readers of PDF copy from them.

Readers take what a line shows from left to right, cut it where its direction seems to change, turn
around the parts that run from right to left, and put the parts together the way the line runs.
Where they cut is a guess of theirs: signs, and spaces beside a number, fall to the wrong part.
So marks of direction (which nobody sees) tell them.
"""

import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby, islice

from talktotext.documents.typesetting import bidi
from talktotext.documents.typesetting.bidi import MARKS
from talktotext.documents.typesetting.shaping import Cluster, Shaped

RIGHT = {"R", "AL"}  # letters that run from right to left
TURNING = {"L", "EN", "AN", "ES", "ET", "CS"}  # what poppler ends a part of such ones at
_SIGNS = {"ON", "CS", "ES", "ET"}

_Parts = tuple[Shaped, ...]


def copied(pieces: Sequence[_Parts], levels: Sequence[int], base: int) -> list[_Parts]:
    """The pieces of a line, in the order in which they are read, with the text to copy.

    Args:
        pieces: nothing stands for what may stay as it is, from left to right.
        base: 1 where the line runs from right to left.
    """
    out = list(pieces)
    for is_against, run in groupby(bidi.visual(levels), key=lambda index: levels[index] > base):
        found = [index for index in run if out[index]]
        shown = [out[index] for index in found]
        if not found:
            continue
        if not is_against:
            shown = [tuple(map(_guarded, parts)) for parts in shown]
        elif not base and any(_holds(TURNING, one.text) for one in _clusters(shown)):
            shown = _retold(shown, _told(sorted(found), out, levels))
        else:
            shown = _bounded(shown, MARKS[base], MARKS[1 - base])
        for index, parts in zip(found, shown, strict=True):
            out[index] = parts
    return out


def _holds(kinds: Container[str], text: str) -> bool:
    return any(unicodedata.bidirectional(char) in kinds for char in text)


def _clusters(pieces: Sequence[_Parts]) -> Iterator[Cluster]:
    return chain.from_iterable(part.clusters for parts in pieces for part in parts)


def _guarded(shaped: Shaped) -> Shaped:
    """The same with signs marked to run from right to left."""
    texts = [one.text for one in shaped.clusters]
    signs = [index for index, text in enumerate(texts) if _is_sign(text)]
    for index in signs:
        texts[index] = f"{MARKS[1]}{texts[index]}{MARKS[1]}"
    return _with(shaped, texts) if signs else shaped


def _is_sign(text: str) -> bool:
    return len(text) == 1 and unicodedata.bidirectional(text) in _SIGNS


def _bounded(pieces: Sequence[_Parts], outer: str, inner: str) -> list[_Parts]:
    """The same between marks; the inner one only where it would end with what runs either way."""
    texts = [one.text for one in _clusters(pieces)]
    left = outer + inner if _is_open(texts[0][0]) else outer
    right = inner + outer if _is_open(texts[-1][-1]) else outer
    texts[0] = left + texts[0]
    texts[-1] += right
    return _retold(pieces, texts)


def _is_open(char: str) -> bool:
    return unicodedata.bidirectional(char) in {"ON", "NSM", "BN"}


def _told(run: Sequence[int], pieces: Sequence[_Parts], levels: Sequence[int]) -> Iterator[str]:
    """The texts of what runs from right to left with numbers or signs in a line that does not.

    It is cut into more than one part, and these would be put together from left to right. So they
    are told in that order, each word on glyphs of another one: only the whole is copied right.
    """
    logical = chain.from_iterable(
        list(_clusters([pieces[index]]))[:: -1 if levels[index] % 2 else 1] for index in run
    )
    for right, part in groupby((one.text for one in logical), key=partial(_holds, RIGHT)):
        texts = list(part)
        if right:
            texts.reverse()
            texts[0] = MARKS[0] + (MARKS[1] if _is_open(texts[0][0]) else "") + texts[0]
            texts[-1] += MARKS[0]
        yield from texts


def _retold(pieces: Sequence[_Parts], texts: Iterable[str]) -> list[_Parts]:
    """The same glyphs with other texts."""
    told = iter(texts)
    return [
        tuple(_with(part, list(islice(told, len(part.clusters)))) for part in parts)
        for parts in pieces
    ]


def _with(shaped: Shaped, texts: Sequence[str]) -> Shaped:
    """The same glyphs with other texts."""
    if all(text is one.text for text, one in zip(texts, shaped.clusters, strict=True)):
        return shaped
    pairs = zip(texts, shaped.clusters, strict=True)
    clusters = tuple(Cluster(text, one.glyphs, one.advance) for text, one in pairs)
    return Shaped(shaped.face, clusters, shaped.width)
