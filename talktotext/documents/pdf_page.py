"""The PDF's page: paper, margins, logo, header, "Page n of m", bookmarks and metadata."""

from datetime import UTC
from typing import Any, BinaryIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import inch, mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from talktotext.documents.base import Document
from talktotext.documents.blocks import Content, texts
from talktotext.documents.charts import Point, fitted
from talktotext.documents.colors import HAIR
from talktotext.documents.pdf_style import Style
from talktotext.documents.template import picture_of
from talktotext.documents.text import excerpt
from talktotext.documents.typesetting.bidi import has_right_to_left
from talktotext.documents.typesetting.lines import broken
from talktotext.documents.typesetting.pen import Pen
from talktotext.documents.typesetting.reading import Reading, annotate
from talktotext.documents.typesetting.spans import Look, Span

SIZES = {"A4": A4, "Letter": LETTER}
MARGIN = 22 * mm
_LOGO = (52 * mm, 16 * mm)  # the largest a logo is shown
_TOTAL = "total-pages"  # a form drawn once the number of pages is known
_NUMBER_WIDTH = 40.0


class NumberedCanvas(Canvas):
    """A canvas that fills in numbers of pages at the end, so that one pass is enough.

    Attributes:
        small: how the numbers look.
        places: page numbers by the names of the headings there.
        reading: of the page in hand, where some text of the document runs from right to left.
    """

    small: Look
    reading: Reading | None = None

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.places: dict[str, int] = {}
        self.wanted: dict[str, Look] = {}

    def want_number(self, name: str, look: Look, right: float, y: float) -> None:
        """Write the number of the page of a heading, once it is known, up to a point."""
        self.wanted[name] = look
        self.saveState()
        self.translate(right - _NUMBER_WIDTH, y)
        self.doForm(_form(name))
        self.restoreState()

    def showPage(self) -> None:
        if self.reading:
            if marks := self.reading.missing():
                annotate(self, marks)
            self.reading = Reading()
        super().showPage()

    def save(self) -> None:
        self._fill(_TOTAL, str(self.getPageNumber() - 1), self.small, right=False)
        for name, look in self.wanted.items():
            self._fill(_form(name), str(self.places.get(name, "")), look, right=True)
        super().save()

    def _make_preamble(self) -> None:
        """A page begins without a font: reportlab's own is in no file, and nothing is set in it."""
        self._preamble = "1 0 0 1 0 0 cm"

    def setFont(self, *font: Any, **more: Any) -> None:
        """Nothing: tables ask for reportlab's own font, but all text is written by a `Pen`."""

    def _fill(self, form: str, text: str, look: Look, right: bool) -> None:
        self.beginForm(form, 0, -4, _NUMBER_WIDTH, 12)
        write(self, (_NUMBER_WIDTH if right else 0, 0), text, look, "end" if right else "start")
        self.endForm()


def _form(name: str) -> str:
    return f"page-of-{name}"


def write(canvas: Any, at: Point, text: str, look: Look, anchor: str = "start") -> float:
    """One line of text in any script, from, around or up to a point; returns its width."""
    lines = broken([Span(text, look)], 1e9).lines
    if not lines:
        return 0.0
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    pen = Pen(canvas)
    pen.move(at[0] - share * lines[0].width, at[1])
    pen.line(lines[0])
    pen.end()
    return lines[0].width


def width(text: str, look: Look) -> float:
    """How wide one line of text is, in points."""
    return sum(line.width for line in broken([Span(text, look)], 1e9).lines)


class Page:
    """What is around the text of every page."""

    def __init__(self, content: Content, document: Document, style: Style):
        self.content, self.style = content, style
        self.created, template = document.created_at.astimezone(UTC), document.template
        self.width, self.height = SIZES[template.page_size]
        self.text_width = self.width - 2 * MARGIN
        room = (side / inch for side in _LOGO)
        self.logo = template.logo and ImageReader(picture_of(template.logo, *room))

    def document(self, out: BinaryIO, language: str | None) -> BaseDocTemplate:
        """A document to build on `out`, with one frame a page."""
        content = self.content
        document = BaseDocTemplate(
            out,
            pagesize=(self.width, self.height),
            title=content.title,
            author="TalkToText",
            creator="TalkToText",
            subject=content.subject,
            keywords=list(content.keywords),
            lang=language,
            displayDocTitle=True,
            invariant=1,
        )
        frame = Frame(MARGIN, 22 * mm, self.text_width, self.height - 46 * mm, 0, 0, 0, 0)
        page = PageTemplate("page", [frame], onPage=self._decorate)
        document.addPageTemplates(page)
        return document

    def canvas(self, *args: Any, **kwargs: Any) -> NumberedCanvas:
        """What reportlab calls to make the document's canvas."""
        made = NumberedCanvas(*args, **kwargs)
        made.small = self.style["small"].look
        if any(map(has_right_to_left, texts(self.content))):
            made.reading = Reading()
        made.setDateFormatter(lambda *_: f"{self.created:D:%Y%m%d%H%M%SZ}")  # of the note
        return made

    def _decorate(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        if canvas.getPageNumber() == 1:
            self._first(canvas)
        else:
            self._head(canvas)
        self._foot(canvas)

    def _first(self, canvas: Canvas) -> None:
        """A band of colour, and the logo."""
        canvas.setFillColor(HexColor(self.style.accent))
        canvas.rect(0, self.height - 4 * mm, self.width, 4 * mm, stroke=0, fill=1)
        if self.logo:
            wide, high = self.logo.getSize()
            scale = min(_LOGO[0] / wide, _LOGO[1] / high, 0.75)  # 96 pixels an inch at least
            x, y = self.width - MARGIN - wide * scale, self.height - 7 * mm - high * scale
            canvas.drawImage(self.logo, x, y, wide * scale, high * scale, mask="auto")

    def _head(self, canvas: Canvas) -> None:
        small, y = self.style["small"].look, self.height - 15 * mm
        room, title = self.text_width - 30 * mm, excerpt(self.content.title, 70)
        shown = fitted(title, room, small.size, lambda text, _: width(text, small))
        write(canvas, (MARGIN, y), shown, small)
        write(canvas, (self.width - MARGIN, y), self.content.kind, small, "end")
        self._hairline(canvas, y - 2.5 * mm)

    def _foot(self, canvas: Canvas) -> None:
        small, y = self.style["small"].look, 12 * mm
        self._hairline(canvas, y + 4 * mm)
        label = f"Page {canvas.getPageNumber()} of\N{NO-BREAK SPACE}"
        right = MARGIN + write(canvas, (MARGIN, y), label, small)
        canvas.saveState()
        canvas.translate(right, y)
        canvas.doForm(_TOTAL)
        canvas.restoreState()
        write(canvas, (self.width - MARGIN, y), self.content.subject, small, "end")

    def _hairline(self, canvas: Canvas, y: float) -> None:
        canvas.setStrokeColor(HexColor(HAIR))
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, y, self.width - MARGIN, y)
