"""A paragraph of any script as a flowable of reportlab's Platypus.

reportlab's own `Paragraph` takes markup, breaks lines at spaces only, and neither shapes nor orders
what is written from right to left so that it can be copied again; this one takes spans of text,
in which nothing is markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.platypus import Flowable

from talktotext.documents.typesetting.lines import Bit, Line, Lines, broken
from talktotext.documents.typesetting.pen import Pen
from talktotext.documents.typesetting.spans import Span

_CAPITAL = 0.72  # of the size: how high capitals are
_ORPHANS = 2  # lines of a paragraph that stay together at the end and at the top of a page


@dataclass(frozen=True)
class Setting:
    """How a paragraph is set, in points.

    Attributes:
        leading: from one line to the next.
        indent: of all lines; the label stands in it.
        before, after: space above and below.
    """

    leading: float
    indent: float = 0.0
    before: float = 0.0
    after: float = 0.0


class Paragraph(Flowable):
    """Spans set as lines; where the text runs from right to left, all of it is mirrored."""

    def __init__(
        self,
        spans: Sequence[Span],
        setting: Setting,
        label: Span | None = None,
        name: str | None = None,
        base: int | None = None,
    ):
        """
        Args:
            label: stands beside the first line, in the indent: a bullet, or a time.
            name: under which links lead here.
            base: 1 where it runs from right to left; unset, its first letter decides.
        """
        super().__init__()
        self.spans, self.setting, self.label, self.name = spans, setting, label, name
        self.base = base
        self.lines: Lines | None = None
        # The width, in points; None of a part, which stays as it is.
        self._broken_for: float | None = 0.0

    def getSpaceBefore(self) -> float:
        return self.setting.before

    def getSpaceAfter(self) -> float:
        return self.setting.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if self.lines is None or self._broken_for not in (None, width):
            self.lines = broken(self.spans, width - self.setting.indent, self.base)
            self._broken_for = width
        self.width, self.height = width, self.setting.leading * len(self.lines.lines)
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        return list(self.parts(width, height))

    def parts(self, width: float, height: float) -> list["Paragraph"]:
        """What of it fits into a height, and the rest; nothing where too few lines fit."""
        if self.lines is None:  # reportlab's tables give another width here than to `wrap`
            self.wrap(width, height)
        assert self.lines is not None
        every = self.lines.lines
        count = min(int(height // self.setting.leading), len(every) - _ORPHANS)
        if count < min(_ORPHANS, len(every)):
            return []
        return [self._part(every[:count], True), self._part(every[count:], False)]

    def _part(self, lines: tuple[Line, ...], is_first: bool) -> "Paragraph":
        assert self.lines is not None
        kept = (self.label, self.name) if is_first else (None, None)
        part = Paragraph(self.spans, self.setting, *kept, base=self.base)
        part.lines, part._broken_for = Lines(lines, self.lines.right_to_left), None
        return part

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:
        """As reportlab wants it, without moving the origin, which costs more than the text."""
        assert self.lines is not None
        if self.name:
            canvas.bookmarkHorizontal(self.name, 0, y + self.height + 4)
        first = y + self.height - self._baseline
        leading = self.setting.leading
        label = broken([self.label], 1e9).lines if self.label else ()
        drawn = [(line, x + self._outside(line), first) for line in label]
        drawn += [
            (line, x + self._left(line), first - number * leading)
            for number, line in enumerate(self.lines.lines)
        ]
        pen = Pen(canvas)
        for line, left, base in drawn:
            pen.move(left, base)
            pen.line(line)
        pen.end()
        for line, left, base in drawn:
            _decorate(canvas, line, left, base)

    def _left(self, line: Line) -> float:
        """Where a line begins."""
        assert self.lines is not None
        if self.lines.right_to_left:
            return self.width - self.setting.indent - line.width
        return self.setting.indent

    def _outside(self, label: Line) -> float:
        assert self.lines is not None
        return self.width - label.width if self.lines.right_to_left else 0.0

    @property
    def _baseline(self) -> float:
        """How far below the top of a line its letters stand."""
        size = max((span.look.size for span in self.spans), default=0.0)
        return (self.setting.leading + _CAPITAL * size) / 2


def _decorate(canvas: Any, line: Line, x: float, y: float) -> None:
    """Lines under text, and links over it."""
    if not any(bit.span.link or bit.span.look.underline for bit in line.bits):
        return
    for bit in line.bits:
        if bit.span.look.underline:
            _underline(canvas, bit, x, y)
        if bit.span.link:
            _link(canvas, bit, bit.span.link, x, y)
        x += bit.width


def _underline(canvas: Any, bit: Bit, x: float, y: float) -> None:
    look = bit.span.look
    canvas.setStrokeColor(look.color)
    canvas.setLineWidth(look.size * 0.05)
    canvas.line(x, y - look.size * 0.14, x + bit.width, y - look.size * 0.14)


def _link(canvas: Any, bit: Bit, link: str, x: float, y: float) -> None:
    size = bit.span.look.size
    box = (x, y - 0.3 * size, x + bit.width, y + size)
    if link.startswith("#"):
        canvas.linkRect("", link[1:], box, relative=1, thickness=0)
    else:
        canvas.linkURL(link, box, relative=1, thickness=0)
