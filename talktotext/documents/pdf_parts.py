"""The PDF's own flowables: headings, the contents, boxes to tick, figures."""

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from talktotext.documents import pdf_charts
from talktotext.documents.charts import Drawing, Label
from talktotext.documents.colors import GREY
from talktotext.documents.pdf_page import width, write
from talktotext.documents.pdf_style import Kind, Style
from talktotext.documents.typesetting.paragraph import Paragraph
from talktotext.documents.typesetting.spans import Look, Span

_BOX = 9.0  # points
_NUMBER = 50.0  # points: what the number of a page takes in the contents


class Heading(Paragraph):
    """A heading that is also a bookmark in the PDF's outline, and knows the page it is on."""

    def __init__(self, text: str, kind: Kind, name: str, level: int):
        super().__init__([Span(text, kind.look)], kind.setting)
        self.text, self.place, self.level = text, name, level

    def split(self, width: float, height: float) -> list[Flowable]:
        """It stays whole: names in it are short enough for a page, and links lead to all of it."""
        return []

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:
        canvas.bookmarkHorizontal(self.place, 0, y + self.height + 12)
        canvas.addOutlineEntry(self.text, self.place, self.level, closed=False)
        canvas.places[self.place] = canvas.getPageNumber()
        super().drawOn(canvas, x, y, _sW)


class ContentsLine(Paragraph):
    """A line of the contents, which leads to a heading and tells its page."""

    def __init__(self, text: str, kind: Kind, place: str, indent: float):
        super().__init__([Span(text, kind.look)], kind.setting)
        self.kind, self.place, self.indent = kind, place, indent

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.full_width = width
        _, taken = super().wrap(width - self.indent - _NUMBER, height)
        return width, taken

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:
        super().drawOn(canvas, x + self.indent, y, _sW)
        assert self.lines is not None
        base, right = y + self.height - self._baseline, x + self.full_width
        start = x + self.indent + max(line.width for line in self.lines.lines) + 6
        if not self.lines.right_to_left and start < right - _NUMBER:
            canvas.setStrokeColor(HexColor(GREY))
            canvas.setLineWidth(0.6)
            canvas.setDash([0.6, 3.4])
            canvas.line(start, base, right - 26, base)
            canvas.setDash()
        canvas.want_number(self.place, self.kind.look, right, base)
        canvas.linkRect("", self.place, (x, y, right, y + self.height), relative=1, thickness=0)


class Turn(Flowable):
    """What somebody says, under the name: the name and the first lines stay on one page."""

    def __init__(self, name: Paragraph, words: Paragraph):
        super().__init__()
        self.name, self.words = name, words

    def getSpaceBefore(self) -> float:
        return self.name.setting.before

    def getSpaceAfter(self) -> float:
        return self.words.setting.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        gap = self.name.setting.after
        heights = (part.wrap(width, height)[1] for part in (self.name, self.words))
        self.width, self.height = width, sum(heights) + gap
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        parts = self.words.parts(width, height - self.name.height - self.name.setting.after)
        return [Turn(self.name, parts[0]), *parts[1:]] if parts else []

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:
        self.name.drawOn(canvas, x, y + self.height - self.name.height)
        self.words.drawOn(canvas, x, y)


class TickBox(Flowable):
    """A box to tick, on paper and on the screen."""

    def __init__(self, done: bool, style: Style, name: str):
        super().__init__()
        self.done, self.color, self.name = done, HexColor(style.accent), name

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = _BOX, 14.0
        return self.width, self.height

    def draw(self) -> None:
        canvas: Any = self.canv
        canvas.acroForm.checkbox(
            name=self.name,
            tooltip="Done",
            checked=self.done,
            x=0,
            y=(self.height - _BOX) / 2,
            size=_BOX,
            buttonStyle="check",
            borderWidth=0.8,
            borderColor=self.color,
            fillColor=HexColor("#FFFFFF"),
            textColor=self.color,
            relative=True,
        )


class Chart(Flowable):
    """A drawing as vectors."""

    def __init__(self, drawing: Drawing):
        super().__init__()
        self.drawing = drawing

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = self.drawing.width, self.drawing.height
        return self.width, self.height

    def draw(self) -> None:
        pdf_charts.draw(self.canv, self.drawing, 0, 0, _label)


def measure(text: str, size: float) -> float:
    """How wide a chart's text is, in points."""
    return width(text, Look(size, HexColor(GREY)))


def _label(canvas: Any, label: Label) -> None:
    look = Look(label.size, HexColor(label.color))
    write(canvas, (label.x, label.y), label.text, look, label.anchor)
