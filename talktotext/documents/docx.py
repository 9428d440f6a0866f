"""content -> Word document: python-docx for the package, elements of our own for the body."""

from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Length

from talktotext.documents import (
    blocks,
    content,
    docx_charts,
    docx_contents,
    docx_package,
    docx_page,
    docx_style,
    docx_xml,
)
from talktotext.documents.base import Document
from talktotext.documents.blocks import Bullets, Content, Figure, Line, Prose, Tick, Transcript
from talktotext.documents.docx_style import style_id
from talktotext.documents.text import clock
from talktotext.documents.transcript import Utterance
from talktotext.documents.typesetting.bidi import begins_right
from talktotext.documents.typesetting.bidi import mark as mark_for

_ROW = 600  # characters up to which a row of a table is kept on one page


class DocxWriter:
    """Word document: named styles, navigable headings, links into transcript and recording."""

    extension = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as a Word document to `out`."""
        found = content.build(document)
        word = docx_page.new(found, document)
        width = docx_page.text_width(document.template)
        _Body(word, found, width, document.template.accent).fill()
        docx_package.save(word, out)


class _Body:
    """The text of a Word document, written from top to bottom."""

    def __init__(self, word: WordDocument, found: Content, width: Length, accent: str):
        self.word, self.found, self.width, self.accent = word, found, width, accent
        self.body: Any = word.element.body
        self.bookmarks = count(1)
        self.relations = count(1)
        self.contents = docx_contents.entries(found)
        self.headings: Iterator[docx_contents.Entry] = iter(self.contents)

    def fill(self) -> None:
        """Everything, before the properties of the section, which stand last."""
        section = self.body.sectPr
        self.body.remove(section)
        self.front()
        for part in self.found.sections:
            self.heading("Heading 1", part.heading)
            for block in part.blocks:
                self.block(block)
        self.body.append(section)

    def front(self) -> None:
        """Title block, warnings, contents."""
        self.add("Subtitle", f"{self.found.kind} notes".upper())
        self.add("Title", self.found.title)
        for label, value in self.found.facts:
            facts = self.add("Facts")
            docx_xml.text(facts, label, style_id("Margin Time"))
            docx_xml.tab(facts)
            docx_xml.text(facts, value)
        for notice in self.found.notices:
            self.add("Notice", notice)
        if self.contents:
            docx_contents.write(self.body, self.contents)

    def add(self, style: str, text: str = "", parent: Any = None) -> Any:
        """A paragraph at the end of the document, or of a cell."""
        backwards = begins_right(text)
        into = self.body if parent is None else parent
        made = docx_xml.paragraph(into, style_id(style), backwards)
        docx_xml.text(made, text, right_to_left=backwards)
        return made

    def heading(self, style: str, text: str) -> None:
        made = self.add(style, text)
        if entry := next(self.headings, None):
            docx_xml.bookmark(made, entry[2], next(self.bookmarks))

    def block(self, block: blocks.Block) -> None:
        match block:
            case Prose(lines):
                self.lines("Normal", lines)
            case Bullets(lines):
                for line in lines:
                    self.lines("List Bullet", (line,))
            case blocks.Table():
                self.table(block)
            case Figure():
                self.figure(block)
            case Transcript(chapters):
                for chapter in chapters:
                    if chapter.heading:
                        self.heading("Heading 2", chapter.heading)
                    for utterance in chapter.utterances:
                        self.utterance(utterance)

    def lines(self, style: str, lines: tuple[Line, ...], parent: Any = None) -> None:
        """Sentences as a paragraph, each with its time as a link to where it is heard or read."""
        said = " ".join(line.text for line in lines)
        backwards, mark = begins_right(said), mark_for(said)
        into = self.body if parent is None else parent
        made = docx_xml.paragraph(into, style_id(style), backwards)
        for number, line in enumerate(lines):
            text = f"{' ' if number else ''}{line.text}{mark}"
            docx_xml.text(made, text, right_to_left=backwards)
            if line.time is not None:
                docx_xml.text(made, "\N{NO-BREAK SPACE}", right_to_left=backwards)
                self.time(made, line.time, "Time", line.link, line.anchor)
            if line.note:
                docx_xml.text(made, f" {line.note}", style_id("Remark"), backwards)

    def time(
        self, parent: Any, second: float, style: str, address: str | None, anchor: str | None = None
    ) -> None:
        """A time, as a link to the recording, else to the transcript, if to anything."""
        if address:
            parent = docx_xml.link(parent, relation=self.relation(address))
        elif anchor:
            parent = docx_xml.link(parent, anchor=anchor)
        docx_xml.text(parent, clock(second), style_id(style))

    def relation(self, address: str) -> str:
        """The name of an address within the document. (python-docx would look through all those
        there are for each one.)"""
        name = f"rIdTime{next(self.relations)}"
        self.word.part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, name, True)
        return name

    def table(self, block: blocks.Table) -> None:
        widths = tuple(int(share * self.width.twips) for share in block.widths)
        table = docx_xml.table(self.body, docx_style.TABLE, widths)
        head = docx_xml.row(table, widths, header=True)
        for cell, label in zip(head.tc_lst, block.header, strict=True):
            self.add("Table Heading", label, cell)
        for values in block.rows:
            whole = sum(len(value.text) for value in values if isinstance(value, Line)) < _ROW
            row = docx_xml.row(table, widths, whole=whole)
            for cell, value in zip(row.tc_lst, values, strict=True):
                self.cell(cell, value)

    def cell(self, cell: Any, value: Line | Tick) -> None:
        if isinstance(value, Tick):
            docx_xml.tick_box(self.add("Table Text", parent=cell), value.done, "Done")
        elif value.time is None and not value.note:  # a name or a day: under its heading
            made = docx_xml.paragraph(cell, style_id("Table Text"))
            docx_xml.text(made, value.text)
        else:
            self.lines("Table Text", (value,), cell)

    def figure(self, figure: Figure) -> None:
        """The picture, its caption under it, and what it shows for those who cannot see it."""
        picture = docx_charts.picture(figure.chart, self.width.pt, self.accent)
        inline = self.word.part.new_pic_inline(picture, self.width)
        docx_xml.describe(inline, figure.caption, figure.description)
        run = docx_xml.add(self.add("Figure"), "r")
        docx_xml.add(run, "drawing").append(inline)
        self.add("Caption", figure.caption)

    def utterance(self, utterance: Utterance) -> None:
        """The time in the margin, the speaker above the words; links lead to the first of these."""
        style = "Speaker" if utterance.speaker else "Timed Words"
        # a name goes with the words, or time and name would stand on the other side than these
        backwards = begins_right(utterance.text)
        words = first = docx_xml.paragraph(self.body, style_id(style), backwards)
        address = self.found.link(utterance.start)
        self.time(first, utterance.start, "Margin Time", address)
        docx_xml.tab(first)
        if utterance.speaker:
            docx_xml.text(first, utterance.speaker, right_to_left=backwards)
            words = docx_xml.paragraph(self.body, style_id("Words"), backwards)
        for piece, doubtful in utterance.pieces():
            docx_xml.text(words, piece, style_id("Doubtful") if doubtful else "", backwards)
        if utterance.anchor:
            docx_xml.bookmark(first, utterance.anchor, next(self.bookmarks))
