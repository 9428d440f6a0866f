"""The PDF's page: paper, margins, header, "Page n of m", bookmarks and metadata."""

from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from talktotext.documents import fonts
from talktotext.documents.blocks import Content
from talktotext.documents.pdf_style import ACCENT, GREY, HAIR
from talktotext.documents.text import excerpt

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 22 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
_TOTAL = "total-pages"  # a form drawn once the number of pages is known


class Heading(Paragraph):
    """A heading that is also a bookmark in the PDF's outline."""

    def __init__(self, text: str, style: Any, level: int = 0):
        super().__init__(fonts.markup(text, style.fontName), style)
        self.bookmark, self.level = text, level

    def draw(self) -> None:
        canvas: Any = self.canv
        key = f"h{id(self)}"
        canvas.bookmarkHorizontal(key, 0, self.height + 12)
        canvas.addOutlineEntry(self.bookmark, key, self.level, closed=False)
        super().draw()


class CountedCanvas(Canvas):
    """A canvas that fills in the number of pages at the end, so that one pass is enough."""

    def save(self) -> None:
        self.beginForm(_TOTAL, 0, -3, 40, 10)
        _write(self, 0, 0, str(self.getPageNumber() - 1))
        self.endForm()
        super().save()


def template(out: BinaryIO, content: Content, language: str | None) -> BaseDocTemplate:
    """A document to build on `out`, with one frame a page."""
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=content.title,
        author="TalkToText",
        creator="TalkToText",
        subject=content.subject,
        keywords=list(content.keywords),
        lang=language,
        displayDocTitle=True,
    )
    frame = Frame(MARGIN, 22 * mm, TEXT_WIDTH, PAGE_HEIGHT - 46 * mm, 0, 0, 0, 0)

    def decorate(canvas: Canvas, _: BaseDocTemplate) -> None:
        _head(canvas, content)
        _foot(canvas, content)

    document.addPageTemplates(PageTemplate("page", [frame], onPage=decorate))
    return document


def _head(canvas: Canvas, content: Content) -> None:
    """A band of colour on the first page; the title on the others."""
    canvas.setFillColor(ACCENT)
    if canvas.getPageNumber() == 1:
        canvas.rect(0, PAGE_HEIGHT - 4 * mm, PAGE_WIDTH, 4 * mm, stroke=0, fill=1)
        return
    y = PAGE_HEIGHT - 15 * mm
    title = excerpt(content.title, 70)
    while fonts.width(title, fonts.REGULAR, 8) > TEXT_WIDTH - 30 * mm:
        title = excerpt(title, len(title) - 4)
    _write(canvas, MARGIN, y, title)
    canvas.drawRightString(PAGE_WIDTH - MARGIN, y, content.kind)
    _hairline(canvas, y - 2.5 * mm)


def _foot(canvas: Canvas, content: Content) -> None:
    y = 12 * mm
    _hairline(canvas, y + 4 * mm)
    right = _write(canvas, MARGIN, y, f"Page {canvas.getPageNumber()} of ")
    canvas.saveState()
    canvas.translate(right, y)
    canvas.doForm(_TOTAL)
    canvas.restoreState()
    canvas.drawRightString(PAGE_WIDTH - MARGIN, y, content.subject)


def _write(canvas: Canvas, x: float, y: float, text: str) -> float:
    """Small grey text; returns where it ends."""
    canvas.setFillColor(GREY)
    for font, piece in fonts.runs(text):
        canvas.setFont(font, 8)
        canvas.drawString(x, y, piece)
        x += fonts.width(piece, font, 8)
    canvas.setFont(fonts.REGULAR, 8)
    return x


def _hairline(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, y, PAGE_WIDTH - MARGIN, y)
