"""content -> PDF, with reportlab's Platypus."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from reportlab.lib.colors import Color
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Spacer, Table, TableStyle

from talktotext.documents import blocks, content, fonts, pdf_style
from talktotext.documents.base import Document
from talktotext.documents.blocks import Bullets, Content, Line, Prose, Tick, Transcript
from talktotext.documents.pdf_page import TEXT_WIDTH, CountedCanvas, Heading, template
from talktotext.documents.pdf_style import ACCENT, GREY, STYLES, WARN
from talktotext.documents.text import clock, has_right_to_left, language_tag
from talktotext.documents.transcript import Chapter, Utterance

_GAPS = (
    "Characters shown as \N{REPLACEMENT CHARACTER} are in no font of this PDF; "
    "the Word document has them."
)
_DIRECTION = (
    "Arabic and Hebrew stand from left to right in this PDF; the Word document sets them properly."
)


class PdfWriter:
    """A4 PDF: embedded fonts, bookmarks, times that link into the transcript."""

    extension = "pdf"
    media_type = "application/pdf"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as PDF to `out`."""
        found = content.build(document)
        pdf = template(out, found, language_tag(document.notes.language))
        pdf.build(_story(found), canvasmaker=CountedCanvas)


def _story(found: Content) -> list[Flowable]:
    story = [*_title(found), *_notices(found)]
    for section in found.sections:
        story += _heading(section.heading, "heading", 0)
        for block in section.blocks:
            story.extend(_block(block))
    return story


def _title(found: Content) -> Iterator[Flowable]:
    style = STYLES["title" if len(found.title) <= 90 else "long title"]
    yield Paragraph(f"{found.kind} notes".upper(), STYLES["kind"])
    yield Paragraph(fonts.markup(found.title, style.fontName), style)
    rows = [[_text(label, "label"), _text(value, "fact")] for label, value in found.facts]
    yield Table(rows, [78, TEXT_WIDTH - 78], style=pdf_style.FACTS, splitInRow=1)


def _notices(found: Content) -> Iterator[Flowable]:
    """The warnings, in a box nobody overlooks."""
    text = repr(found)  # all the text there is, wherever it stands
    limits = ((fonts.is_missing(text), _GAPS), (has_right_to_left(text), _DIRECTION))
    if notices := [*found.notices, *(limit for holds, limit in limits if holds)]:
        yield Spacer(0, 10)
        yield _table([[_text(text, "notice")] for text in notices], (1.0,), pdf_style.NOTICES)


def _block(block: blocks.Block) -> Iterator[Flowable]:
    match block:
        case Prose(lines):
            yield _lines(lines, "body")
        case Bullets(lines):
            for line in lines:
                yield _lines((line,), "bullet")
        case blocks.Table(header, rows, widths):
            head = [_text(label, "table head") for label in header]
            cells = [[_cell(cell) for cell in row] for row in rows]
            yield _table([head, *cells], widths, pdf_style.TABLE, repeatRows=1)
        case Transcript(chapters):
            for chapter in chapters:
                yield from _chapter(chapter)


def _heading(text: str, name: str, level: int) -> Iterator[Flowable]:
    # In points: room for what stands below as well. (reportlab's keepWithNext would move a whole
    # table or paragraph to the next page with its heading.)
    yield CondPageBreak(100)
    yield Heading(text, STYLES[_wrapping(name, text)], level)


def _chapter(chapter: Chapter) -> Iterator[Flowable]:
    if chapter.heading:
        yield from _heading(chapter.heading, "chapter", 1)
    for utterance in chapter.utterances:
        yield from _utterance(utterance)


def _utterance(utterance: Utterance) -> Iterator[Flowable]:
    """The time in the margin, the speaker above the words; links lead to the first of these."""
    margin: str | None = clock(utterance.start)
    anchor = f'<a name="{utterance.anchor}"/>' if utterance.anchor else ""
    if utterance.speaker:
        yield CondPageBreak(44)  # points: the name and two lines stay together
        yield _text(utterance.speaker, "speaker", margin, anchor)
        margin, anchor = None, ""
    style = STYLES[_wrapping("words", utterance.text)]
    shown = "".join(_piece(*piece, style.fontName) for piece in utterance.pieces())
    if utterance.doubts:
        shown += "<b> </b>"  # reportlab indents the lines under a text only if it has two parts
    yield Paragraph(anchor + shown, style, bulletText=margin)


def _piece(text: str, doubtful: bool, font: str) -> str:
    """Doubtful words are grey and underlined, for those who cannot tell the grey."""
    shown = fonts.markup(text, font)
    return f'<font color="{GREY.hexval()}"><u>{shown}</u></font>' if doubtful else shown


def _table(
    cells: Sequence[list[Any]],
    widths: tuple[float, ...],
    style: TableStyle,
    repeatRows: int = 0,
) -> Flowable:
    columns = [share * TEXT_WIDTH for share in widths]
    # splitInRow: a cell may be taller than a page.
    return Table(cells, columns, style=style, repeatRows=repeatRows, splitInRow=1)


def _cell(cell: Line | Tick) -> Flowable:
    if isinstance(cell, Tick):
        return _text("☑" if cell.done else "☐", "tick")
    return _lines((cell,), "cell")


def _text(text: str, name: str, margin: str | None = None, anchor: str = "") -> Paragraph:
    style = STYLES[_wrapping(name, text)]
    return Paragraph(anchor + fonts.markup(text, style.fontName), style, bulletText=margin)


def _lines(lines: tuple[Line, ...], name: str) -> Paragraph:
    style = STYLES[_wrapping(name, "".join(line.text for line in lines))]
    bullet = "•" if name == "bullet" else None
    return Paragraph(" ".join(map(_line, lines)), style, bulletText=bullet)


def _line(line: Line) -> str:
    """A sentence, its time as a link into the transcript, and what is remarked on it."""
    shown = fonts.markup(line.text)
    if line.time is not None:
        time = _small(clock(line.time), ACCENT)
        link = f'<a href="#{line.anchor}">{time}</a>' if line.anchor else time
        shown += f"\N{NO-BREAK SPACE}{link}"
    if line.note:
        shown += " " + _small(line.note.replace(" ", "\N{NO-BREAK SPACE}"), WARN)
    return shown


def _small(text: str, color: Color) -> str:
    return f'<font size="7.5" color="{color.hexval()}">{fonts.markup(text)}</font>'


def _wrapping(name: str, text: str) -> str:
    return f"{name}, CJK" if fonts.has_cjk(text) else name
