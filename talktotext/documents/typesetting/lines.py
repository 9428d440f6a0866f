"""spans -> lines: broken where a line may end, each in the order in which it is seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from talktotext.documents.typesetting import bidi, breaks
from talktotext.documents.typesetting.copying import copied
from talktotext.documents.typesetting.shaping import Shaped, shaped
from talktotext.documents.typesetting.spans import Span


@dataclass(frozen=True)
class Bit:
    """A stretch of text of one span that runs one way; no line divides it.

    Attributes:
        copied: its glyphs, once the line it stands in decided on the text to copy.
    """

    text: str
    span: Span
    level: int = 0
    copied: tuple[Shaped, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether its characters can be set one after the other as they are."""
        return not self.level and self.span.is_plain

    @cached_property
    def shaped(self) -> tuple[Shaped, ...]:
        """Its glyphs, from left to right."""
        return self.copied or shaped(self.text, self.span.look.bold, self.level)

    @cached_property
    def width(self) -> float:
        """In points."""
        if self.is_plain:
            face = self.span.face
            return self.span.look.size * sum(map(face.plain.__getitem__, self.text)) / face.units
        return self.span.look.size * sum(part.width for part in self.shaped)

    def bare(self) -> "Bit":
        """The same without the spaces at its end."""
        text = self.text.rstrip(" ")
        return self if text == self.text else Bit(text, self.span, self.level)


@dataclass(frozen=True)
class Line:
    """Bits from left to right, how wide they are together, in points, and 1 as the level of what
    runs from right to left."""

    bits: tuple[Bit, ...]
    width: float
    base: int = 0


@dataclass(frozen=True)
class Lines:
    """A paragraph's lines; `right_to_left` where they begin at the right."""

    lines: tuple[Line, ...]
    right_to_left: bool


def broken(spans: Sequence[Span], width: float, base: int | None = None) -> Lines:
    """The spans in lines of so many points, each as full as can be.

    Args:
        base: 1 for a paragraph that runs from right to left, 0 for the other way; unset, its first
            letter decides.
    """
    if len(spans) == 1 and not base and spans[0].is_plain and (lines := _plain(spans[0], width)):
        return Lines(lines, right_to_left=False)
    text = "".join(span.text for span in spans)
    levels = None
    if base or bidi.has_right_to_left(text):
        base, levels = bidi.levels(text, base)
    lines = tuple(_line(bits, base or 0) for bits in _filled(_pieces(spans, text, levels), width))
    return Lines(lines, base == 1)


def _plain(span: Span, width: float) -> tuple[Line, ...]:
    """The lines of a text of which no character needs shaping, as most are, many times as fast.

    None where a word is wider than a line.
    """
    advances, scale = span.face.plain, span.look.size / span.face.units
    room, space, used = width / scale, advances[" "], 0
    lines: list[Line] = []
    held: list[str] = []
    for piece in breaks.pieces(span.text):
        taken = sum(map(advances.__getitem__, piece))
        if used + taken > room:
            bare = taken - space if piece[-1] == " " else taken
            if bare > room:
                return ()
            if used + bare > room:
                lines.append(_plain_line(held, span, scale))
                held, used = [], 0
        held.append(piece)
        used += taken
    return (*lines, _plain_line(held, span, scale)) if held else tuple(lines)


def _plain_line(pieces: list[str], span: Span, scale: float) -> Line:
    text = "".join(pieces).rstrip(" ")
    return Line((Bit(text, span),), scale * sum(map(span.face.plain.__getitem__, text)))


def _pieces(
    spans: Sequence[Span], text: str, levels: Sequence[int] | None
) -> Iterator[tuple[Bit, ...]]:
    if len(spans) == 1 and levels is None:
        for piece in breaks.pieces(text):
            yield (Bit(piece, spans[0]),)
        return
    owners = [number for number, span in enumerate(spans) for _ in span.text]
    place = 0
    for piece in breaks.pieces(text):
        end = place + len(piece)
        cuts = [place, *(at for at in range(place + 1, end) if _differ(at, owners, levels)), end]
        bits = (
            Bit(shown, spans[owners[a]], levels[a] if levels else 0)
            for a, b in pairwise(cuts)
            if (shown := bidi.bare(text[a:b]))
        )
        if found := tuple(bits):
            yield found
        place = end


def _differ(at: int, owners: Sequence[int], levels: Sequence[int] | None) -> bool:
    """Whether a character is of another span, or runs another way, than the one before."""
    return owners[at] != owners[at - 1] or (levels is not None and levels[at] != levels[at - 1])


def _filled(pieces: Iterator[tuple[Bit, ...]], width: float) -> Iterator[list[Bit]]:
    line: list[Bit] = []
    used = 0.0
    for piece in pieces:
        full = sum(bit.width for bit in piece)
        if used + full > width:
            bare = full - piece[-1].width + piece[-1].bare().width
            if line and used + bare > width:
                yield line
                line, used = [], 0.0
            if bare > width:
                *whole, rest = _cut(piece, width)
                yield from map(list, whole)
                line, used = list(rest), sum(bit.width for bit in rest)
                continue
        line.extend(piece)
        used += full
    if line:
        yield line


def _cut(piece: Sequence[Bit], width: float) -> Iterator[tuple[Bit, ...]]:
    """A piece that is wider than a line, in pieces that are not; a cluster stays whole."""
    held: list[Bit] = []
    used = 0.0
    for bit in piece:
        for small in _clusters(bit):
            if held and used + small.width > width:
                yield tuple(_joined(held))
                held, used = [], 0.0
            held.append(small)
            used += small.width
    yield tuple(_joined(held))


def _clusters(bit: Bit) -> Iterator[Bit]:
    """In the order in which they are read; what runs from right to left is shaped the other way."""
    order = -1 if bit.level % 2 else 1
    for part in bit.shaped[::order]:
        for cluster in part.clusters[::order]:
            yield Bit(cluster.text[::order], bit.span, bit.level)


def _joined(bits: Sequence[Bit]) -> Iterator[Bit]:
    """Neighbours of one span and level as one bit."""
    held = bits[0]
    for bit in bits[1:]:
        if bit.span is held.span and bit.level == held.level:
            held = Bit(held.text + bit.text, held.span, held.level)
        else:
            yield held
            held = bit
    yield held


def _line(bits: list[Bit], base: int) -> Line:
    """A line from left to right; spaces at its end take no room (rule L1)."""
    while len(bits) > 1 and not bits[-1].text.strip(" "):
        bits.pop()
    bits[-1] = bits[-1].bare()
    levels = [bit.level for bit in bits]
    if any(level % 2 for level in levels):
        texts = copied([bit.shaped if bit.level else () for bit in bits], levels, base)
        bits = [replace(bits[index], copied=texts[index]) for index in bidi.visual(levels)]
    return Line(tuple(bits), sum(bit.width for bit in bits), base)
