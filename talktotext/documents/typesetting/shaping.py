"""pieces of text -> glyphs in place, by HarfBuzz, as PDF wants them written down."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import uharfbuzz as hb

from talktotext.documents.typesetting.faces import Face, runs

_FEATURES = {"kern": True, "liga": True}
_MARK = "\N{RIGHT-TO-LEFT MARK}"


@dataclass(frozen=True)
class Glyph:
    """A glyph and where it stands in its cluster, in units of its face."""

    number: int
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Cluster:
    """Characters that became glyphs together; `advance` in units of their face.

    `text` is in the order in which it is seen, as readers of PDF expect it.
    """

    text: str
    glyphs: tuple[Glyph, ...]
    advance: int


@dataclass(frozen=True)
class Shaped:
    """A piece of text in one face, from left to right; `width` in ems."""

    face: Face
    clusters: tuple[Cluster, ...]
    width: float


@lru_cache(maxsize=20_000)
def shaped(
    text: str, bold: bool = False, level: int = 0, mixed: bool = False
) -> tuple[Shaped, ...]:
    """A piece that runs one way, from left to right as it is seen.

    Args:
        level: of its characters; odd where they run from right to left.
        mixed: whether it shares its line with text that runs the other way.
    """
    right_to_left = level % 2 == 1
    found = [_shape(face, part, right_to_left) for face, part in runs(text, bold) if part]
    if not right_to_left:
        return tuple(found)
    return tuple(_guarded(part) if mixed else part for part in reversed(found))


def _guarded(shaped: Shaped) -> Shaped:
    """The same with signs marked to run from right to left: readers of PDF guess which way they do,
    and guess wrong next to a number."""
    clusters = (
        replace(one, text=f"{_MARK}{one.text}{_MARK}") if _is_sign(one.text) else one
        for one in shaped.clusters
    )
    return replace(shaped, clusters=tuple(clusters))


def _is_sign(text: str) -> bool:
    return len(text) == 1 and unicodedata.bidirectional(text) in {"ON", "CS", "ES", "ET"}


def _shape(face: Face, text: str, right_to_left: bool) -> Shaped:
    buffer: Any = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    if right_to_left:  # readers of PDF put glyphs in order one by one, so joiners need their own
        buffer.flags = hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES
    hb.shape(face.font, buffer, _FEATURES)
    placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _ in placed})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    clusters = tuple(
        _cluster(text[start : ends[start]][:: -1 if right_to_left else 1], list(group))
        for start, group in groupby(placed, key=lambda item: item[0].cluster)
    )
    return Shaped(face, clusters, sum(cluster.advance for cluster in clusters) / face.units)


def _cluster(text: str, placed: Sequence[tuple[Any, Any]]) -> Cluster:
    glyphs, x = [], 0
    for info, position in placed:
        glyphs.append(Glyph(info.codepoint, x + position.x_offset, position.y_offset))
        x += position.x_advance
    return Cluster(text, tuple(glyphs), x)
