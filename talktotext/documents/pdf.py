"""content -> PDF, with reportlab's Platypus."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, BinaryIO

from reportlab import rl_config
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table, TableStyle

from talktotext.documents import blocks, charts, content, pdf_style
from talktotext.documents.base import Document
from talktotext.documents.blocks import Bullets, Content, Figure, Line, Prose, Tick, Transcript
from talktotext.documents.pdf_page import Page
from talktotext.documents.pdf_parts import Chart, ContentsLine, Heading, TickBox, Turn, measure
from talktotext.documents.pdf_style import Kind, Style
from talktotext.documents.text import clock, language_tag
from talktotext.documents.transcript import Utterance
from talktotext.documents.typesetting import bidi
from talktotext.documents.typesetting.faces import is_missing
from talktotext.documents.typesetting.paragraph import Paragraph
from talktotext.documents.typesetting.spans import Span

# Pages as compressed bytes, and not as letters that stand for them: for times when mail lost a bit.
rl_config.useA85 = 0

_GAPS = (
    "Characters shown as \N{REPLACEMENT CHARACTER} are in no font of this PDF; "
    "the Word document has them."
)


class PdfWriter:
    """PDF: embedded fonts, contents and bookmarks, times that lead to words and recording."""

    extension = "pdf"
    media_type = "application/pdf"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as PDF to `out`."""
        found, style = content.build(document), Style(document.template.accent)
        page = Page(found, document, style)
        story = _Story(found, style, page.text_width)
        pdf = page.document(out, language_tag(document.notes.language))
        pdf.build(list(story), canvasmaker=page.canvas)


class _Story:
    """The flowables of a document, in order."""

    def __init__(self, found: Content, style: Style, width: float):
        self.found, self.style, self.width = found, style, width
        self.boxes = count(1)

    def __iter__(self) -> Iterator[Flowable]:
        yield from self.title()
        yield from self.notices()
        if self.found.is_long:
            yield from self.contents()
        for number, section in enumerate(self.found.sections):
            yield from self.heading(section.heading, "heading", f"s{number}", 0)
            for block in section.blocks:
                yield from self.block(block)

    def title(self) -> Iterator[Flowable]:
        found, style = self.found, self.style
        yield style["kind"].paragraph(f"{found.kind} notes".upper())
        yield style.title(found.title).paragraph(found.title)
        rows = [
            [style["label"].paragraph(label), style["fact"].paragraph(value, base=0)]
            for label, value in found.facts
        ]
        yield Table(rows, [78, self.width - 78], style=pdf_style.FACTS, splitInRow=1)

    def notices(self) -> Iterator[Flowable]:
        """The warnings, in a box nobody overlooks."""
        gaps = [_GAPS] if any(map(is_missing, blocks.texts(self.found))) else []
        if notices := [*self.found.notices, *gaps]:
            yield Spacer(0, 10)
            rows = [[self.style["notice"].paragraph(text)] for text in notices]
            yield self.table(rows, (1.0,), pdf_style.NOTICES)

    def contents(self) -> Iterator[Flowable]:
        yield self.style["heading"].paragraph("Contents")
        for number, section in enumerate(self.found.sections):
            yield ContentsLine(section.heading, self.style["contents"], f"s{number}", 0)
        for number, chapter in enumerate(self.found.chapters):
            if chapter.heading:
                kind = self.style["chapter in contents"]
                yield ContentsLine(chapter.heading, kind, f"c{number}", 14)

    def heading(self, text: str, kind: str, name: str, level: int) -> Iterator[Flowable]:
        # In points: room for what stands below as well. (reportlab's keepWithNext would move a
        # whole table or paragraph to the next page with its heading.)
        yield CondPageBreak(100)
        yield Heading(text, self.style[kind], name, level)

    def block(self, block: blocks.Block) -> Iterator[Flowable]:
        match block:
            case Prose(lines):
                yield self.lines(lines, self.style["body"])
            case Bullets(lines):
                dot = Span("•", self.style["dot"].look)
                for line in lines:
                    yield self.lines((line,), self.style["bullet"], dot)
            case blocks.Table(header, rows, widths):
                head = [self.style["table head"].paragraph(label) for label in header]
                cells = [[self.cell(cell) for cell in row] for row in rows]
                yield self.table([head, *cells], widths, self.style.table, repeatRows=1)
            case Figure():
                yield self.figure(block)
            case Transcript(chapters):
                for number, chapter in enumerate(chapters):
                    if chapter.heading:
                        yield from self.heading(chapter.heading, "chapter", f"c{number}", 1)
                    for utterance in chapter.utterances:
                        yield self.utterance(utterance)

    def figure(self, figure: Figure) -> Flowable:
        drawing = charts.drawing(figure.chart, self.width, measure, self.style.accent)
        caption = self.style["caption"].paragraph(figure.caption)
        return KeepTogether([Spacer(0, 8), Chart(drawing), caption])

    def utterance(self, utterance: Utterance) -> Flowable:
        """The time in the margin, the speaker above the words; links lead to the first of these."""
        link = self.found.link(utterance.start)
        look = self.style["linked margin" if link else "margin"].look
        time = Span(clock(utterance.start), look, link)
        base, name = int(bidi.begins_right(utterance.text)), utterance.anchor
        words, doubt = self.style["words"], self.style["doubt"].look
        pieces = [
            Span(text, doubt if doubts else words.look) for text, doubts in utterance.pieces()
        ]
        if not utterance.speaker:
            return Paragraph(pieces, words.setting, time, name, base)
        speaker = self.style["speaker"].paragraph(
            utterance.speaker, label=time, name=name, base=base
        )
        return Turn(speaker, Paragraph(pieces, words.setting, base=base))

    def cell(self, cell: Line | Tick) -> Flowable:
        if isinstance(cell, Tick):
            return TickBox(cell.done, self.style, f"done-{next(self.boxes)}")
        if (
            cell.time is None and not cell.note
        ):  # a name or a day, which stands under its heading in any script
            return self.style["cell"].paragraph(cell.text, base=0)
        return self.lines((cell,), self.style["cell"])

    def lines(self, lines: tuple[Line, ...], kind: Kind, label: Span | None = None) -> Paragraph:
        spans: list[Span] = []
        mark = bidi.mark(" ".join(line.text for line in lines))
        for number, line in enumerate(lines):
            spans += [Span(" ", kind.look)] if number else []
            spans += self.line(line, kind, mark)
        return Paragraph(spans, kind.setting, label)

    def line(self, line: Line, kind: Kind, mark: str) -> Iterator[Span]:
        """A sentence, its time as a link into the recording or to the words, and what is remarked
        on it."""
        yield Span(line.text + mark, kind.look)
        if line.time is not None:
            yield Span("\N{NO-BREAK SPACE}", kind.look)
            link = line.link or (f"#{line.anchor}" if line.anchor else None)
            yield Span(clock(line.time), self.style["time"].look, link)
        if line.note:
            note = line.note.replace(" ", "\N{NO-BREAK SPACE}")
            yield Span(f" {note}", self.style["remark"].look)

    def table(
        self,
        cells: Sequence[list[Any]],
        widths: tuple[float, ...],
        style: TableStyle,
        repeatRows: int = 0,
    ) -> Flowable:
        columns = [share * self.width for share in widths]
        # splitInRow: a cell may be taller than a page.
        return Table(cells, columns, style=style, repeatRows=repeatRows, splitInRow=1)
