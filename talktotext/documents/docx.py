"""content -> Word document, with python-docx."""

from itertools import count
from typing import BinaryIO

from docx.document import Document as WordDocument
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

from talktotext.documents import blocks, content, docx_page, docx_style, docx_xml
from talktotext.documents.base import Document
from talktotext.documents.blocks import Bullets, Content, Line, Prose, Tick, Transcript
from talktotext.documents.text import clock, is_right_to_left, language_tag
from talktotext.documents.transcript import Utterance


class DocxWriter:
    """A4 Word document: named styles, navigable headings, links into the transcript."""

    extension = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as a Word document to `out`."""
        found = content.build(document)
        word = docx_page.new(found, document.created_at, language_tag(document.notes.language))
        _Body(word).fill(found)
        word.save(out)


class _Body:
    """The text of a Word document, written from top to bottom."""

    def __init__(self, word: WordDocument):
        self.word = word
        self.styles = {style.name: style for style in word.styles}
        self.bookmarks = count(1)

    def fill(self, found: Content) -> None:
        self.add("Subtitle", f"{found.kind} notes".upper())
        self.add("Title", found.title)
        for label, value in found.facts:
            facts = self.add("Facts")
            facts.add_run(f"{label}\t", self.styles["Margin Time"])
            facts.add_run(value)
        for number, notice in enumerate(found.notices):
            paragraph = self.add("Notice", notice)
            if number == 0:
                paragraph.paragraph_format.space_before = Pt(8)
        for section in found.sections:
            self.add("Heading 1", section.heading)
            for block in section.blocks:
                self.block(block)

    def add(self, style: str, text: str = "") -> Paragraph:
        """A paragraph at the end of the document."""
        return self.set(self.word.add_paragraph(), style, text)

    def set(self, paragraph: Paragraph, style: str, text: str = "") -> Paragraph:
        paragraph.style = self.styles[style]
        if is_right_to_left(text):
            docx_xml.right_to_left(paragraph)
        if text:
            paragraph.add_run(text)
        return paragraph

    def block(self, block: blocks.Block) -> None:
        match block:
            case Prose(lines):
                self.lines(self.word.add_paragraph(), "Normal", lines)
            case Bullets(lines):
                for line in lines:
                    self.lines(self.word.add_paragraph(), "List Bullet", (line,))
            case blocks.Table():
                self.table(block)
            case Transcript(chapters):
                for chapter in chapters:
                    if chapter.heading:
                        self.add("Heading 2", chapter.heading)
                    for utterance in chapter.utterances:
                        self.utterance(utterance)

    def lines(self, paragraph: Paragraph, style: str, lines: tuple[Line, ...]) -> None:
        """Sentences, each with its time as a link into the transcript."""
        for number, line in enumerate(lines):
            if number:
                paragraph.add_run(" ")
                paragraph.add_run(line.text)
            else:
                self.set(paragraph, style, line.text)
            self.time(paragraph, line)
            if line.note:
                paragraph.add_run(f" {line.note}", self.styles["Remark"])

    def time(self, paragraph: Paragraph, line: Line) -> None:
        if line.time is None:
            return
        paragraph.add_run("\N{NO-BREAK SPACE}")
        if line.anchor:
            docx_xml.link(paragraph, clock(line.time), line.anchor, self.styles["Time"].style_id)
        else:
            paragraph.add_run(clock(line.time), self.styles["Time"])

    def table(self, block: blocks.Table) -> None:
        table = self.word.add_table(1 + len(block.rows), len(block.header))
        table.style = self.styles[docx_style.TABLE]
        table.autofit = False
        docx_xml.header_row(table.rows[0])
        for column, share in zip(table.columns, block.widths, strict=True):
            column.width = Length(int(share * docx_style.TEXT_WIDTH))
            for cell in column.cells:
                cell.width = column.width  # Word goes by the columns, LibreOffice by the cells
        head, *rows = table.rows
        for cell, label in zip(head.cells, block.header, strict=True):
            self.set(cell.paragraphs[0], "Table Heading", label)
        for row, values in zip(rows, block.rows, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                self.cell(cell.paragraphs[0], value)

    def cell(self, paragraph: Paragraph, value: Line | Tick) -> None:
        if isinstance(value, Tick):
            self.set(paragraph, "Table Text")
            docx_xml.tick_box(paragraph, value.done, "Done")
        else:
            self.lines(paragraph, "Table Text", (value,))

    def utterance(self, utterance: Utterance) -> None:
        """The time in the margin, the speaker above the words; links lead to the first of these."""
        words = first = self.add("Speaker" if utterance.speaker else "Timed Words")
        if is_right_to_left(utterance.speaker or utterance.text):
            docx_xml.right_to_left(first)
        first.add_run(f"{clock(utterance.start)}\t", self.styles["Margin Time"])
        if utterance.speaker:
            first.add_run(utterance.speaker)
            words = self.add("Words")
            if is_right_to_left(utterance.text):
                docx_xml.right_to_left(words)
        for piece, doubtful in utterance.pieces():
            words.add_run(piece, self.styles["Doubtful"] if doubtful else None)
        if utterance.anchor:
            docx_xml.bookmark(first, utterance.anchor, next(self.bookmarks))
