"""document -> plain text, for mail and for everything that shows nothing else."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import BinaryIO

from talktotext.documents.base import Document
from talktotext.documents.blocks import Bullets, Content, Line, Prose, Table, Transcript
from talktotext.documents.columns import WIDTH, columns, padded, wrapped
from talktotext.documents.content import build
from talktotext.documents.text import clock
from talktotext.documents.textual import Worded, sections, spoken, ticked
from talktotext.documents.transcript import Chapter, Utterance

_GAP = "  "  # between the columns of a table


class TextWriter:
    """Plain text in UTF-8, in lines of 80 columns."""

    extension = "txt"
    media_type = "text/plain"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as plain text to `out`."""
        for line in _lines(build(document), document.link(0)):
            out.write(f"{line}\n".encode())


def _lines(content: Content, address: str | None) -> Iterator[str]:
    yield from _heading(content.title, "=")
    yield from _facts((*content.facts, *([("Listen", address)] if address else [])))
    for notice in content.notices:
        yield ""
        yield from _item("! ", notice)
    for heading, blocks in sections(content):
        yield from _section(heading, blocks)


def _heading(text: str, rule: str) -> Iterator[str]:
    """A heading and a rule below it, as wide as its widest line."""
    lines = wrapped(text)
    yield from lines
    yield rule * max(map(columns, lines))


def _facts(facts: tuple[tuple[str, str], ...]) -> Iterator[str]:
    widest = max((len(label) for label, _ in facts), default=0)
    yield ""
    for label, value in facts:
        yield from _item(f"{label}:".ljust(widest + 2), value)


def _section(heading: str, blocks: list[Worded]) -> Iterator[str]:
    yield from ("", "")
    yield from _heading(heading, "-")
    for block in blocks:
        yield ""
        yield from _block(block)


def _block(block: Worded) -> Iterator[str]:
    match block:
        case Prose(lines):
            yield from wrapped(" ".join(map(_timed, lines)))
        case Bullets(lines):
            for line in lines:
                yield from _item("- ", _timed(line))
        case Table():
            yield from _tasks(block) or _table(block)
        case Transcript(chapters):
            yield from _transcript(chapters)


def _timed(line: Line) -> str:
    note = f" ({line.note})" if line.note else ""
    return line.text + note if line.time is None else f"{line.text}{note} [{clock(line.time)}]"


def _item(mark: str, text: str) -> list[str]:
    """A text behind a mark, its further lines below its first."""
    return wrapped(mark + text, indent=" " * len(mark))


def _tasks(table: Table) -> list[str]:
    out = []
    for task in ticked(table):
        text = Line(task.line.text, time=task.line.time)
        out += _item("[x] " if task.done else "[ ] ", _timed(text))
        for detail in task.details:
            out += _item("    ", detail)
    return out


def _table(table: Table) -> Iterator[str]:
    rows = [[_timed(cell) for cell in row if isinstance(cell, Line)] for row in table.rows]
    widths = _widths(table, rows)
    yield from _row(table.header, widths)
    yield _GAP.join("-" * width for width in widths)
    for row in rows:
        yield from _row(row, widths)


def _widths(table: Table, rows: list[list[str]]) -> list[int]:
    """Columns of the table: as wide as what stands in them, or as their share of the page."""
    room = WIDTH - len(_GAP) * (len(table.widths) - 1)
    needed = [max(map(columns, cells)) for cells in zip(table.header, *rows, strict=True)]
    most = (int(room * share) for share in table.widths)
    return [min(pair) for pair in zip(needed, most, strict=True)]


def _row(cells: Sequence[str], widths: list[int]) -> Iterator[str]:
    """A row, of as many lines as its longest cell."""
    wrapped_cells = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for line in zip_longest(*wrapped_cells, fillvalue=""):
        yield _GAP.join(map(padded, line, widths)).rstrip()


def _transcript(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    for number, chapter in enumerate(chapters):
        yield from [""] if number else []
        if chapter.heading:
            yield from (*wrapped(chapter.heading), "")
        for place, utterance in enumerate(chapter.utterances):
            yield from [""] if place else []
            yield from _paragraph(utterance)


def _paragraph(utterance: Utterance) -> list[str]:
    who = f" {utterance.speaker}:" if utterance.speaker else ""
    return wrapped(f"[{clock(utterance.start)}]{who} {spoken(utterance)}")
