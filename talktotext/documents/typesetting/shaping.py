"""pieces of text -> glyphs in place, by HarfBuzz, as PDF wants them written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import uharfbuzz as hb

from talktotext.documents.typesetting.faces import Face, runs

_FEATURES = {"kern": True, "liga": True}
# A letter under thousands of accents would be one cluster. No writing has so large ones, nor do
# readers of PDF take so much text for one, or font files, with their 16 bits, so distant places.
_MOST = 24  # characters, glyphs
_FURTHEST = 20_000  # units of a face


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
def shaped(text: str, bold: bool = False, level: int = 0) -> tuple[Shaped, ...]:
    """A piece that runs one way, from left to right as it is seen.

    Args:
        level: of its characters; odd where they run from right to left.
    """
    right_to_left = level % 2 == 1
    found = [_shape(face, part, right_to_left) for face, part in runs(text, bold) if part]
    return tuple(reversed(found) if right_to_left else found)


def _shape(face: Face, text: str, right_to_left: bool) -> Shaped:
    buffer: Any = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    if right_to_left:  # readers of PDF put glyphs in order one by one, so joiners need their own
        buffer.flags = hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES
    hb.shape(face.font, buffer, _FEATURES)
    order = -1 if right_to_left else 1
    placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _ in placed})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    clusters = [
        cluster
        for start, group in groupby(placed, key=lambda item: item[0].cluster)
        for cluster in _clusters(face, text[start : ends[start]][::order], list(group))
    ]
    clusters = list(_seen(clusters)) if right_to_left else clusters
    return Shaped(face, tuple(clusters), sum(cluster.advance for cluster in clusters) / face.units)


def _seen(clusters: Sequence[Cluster]) -> Iterator[Cluster]:
    """What has no glyph together with what follows: readers of PDF may lose it by itself."""
    held = ""
    for number, one in enumerate(clusters, 1):
        if one.glyphs or number == len(clusters) or len(held) >= _MOST:
            yield Cluster(held + one.text, one.glyphs, one.advance)
            held = ""
        else:
            held += one.text


def _clusters(face: Face, text: str, placed: Sequence[tuple[Any, Any]]) -> Iterator[Cluster]:
    """What became glyphs together, in parts if it is much."""
    for first in range(0, max(len(text), len(placed)), _MOST):
        yield _cluster(face, text[first : first + _MOST], placed[first : first + _MOST])


def _cluster(face: Face, text: str, placed: Sequence[tuple[Any, Any]]) -> Cluster:
    glyphs, x = [], 0
    for info, position in placed:
        if info.codepoint in face.unseen:
            continue
        glyphs.append(Glyph(info.codepoint, _near(x + position.x_offset), _near(position.y_offset)))
        x += position.x_advance
    return Cluster(text, tuple(glyphs), x)


def _near(place: int) -> int:
    return max(-_FURTHEST, min(place, _FURTHEST))
