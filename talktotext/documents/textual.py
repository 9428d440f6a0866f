"""What a document holds, in words alone: for formats without colours, charts and boxes to tick."""

from collections.abc import Iterator
from dataclasses import dataclass

from talktotext.documents.blocks import (
    Bullets,
    Content,
    Figure,
    Line,
    Prose,
    Section,
    Table,
    Tick,
    Timeline,
    Transcript,
)
from talktotext.documents.content import DOUBTS as COLOURED
from talktotext.documents.transcript import Utterance

# As transcribers mark what they are not sure of.
DOUBTS = "Words between [? and ?] may never have been said: listen before you rely on them."
_NOTHING = "—"

Worded = Prose | Bullets | Table | Transcript


@dataclass(frozen=True)
class Ticked:
    """A row with a box to tick: the task, and what else is known of it, each in a few words."""

    done: bool
    line: Line
    details: tuple[str, ...]


def sections(content: Content) -> Iterator[tuple[str, list[Worded]]]:
    """The headings and what stands under them, charts in words."""
    for section in content.sections:
        if found := list(_blocks(section)):
            yield section.heading, found


def _blocks(section: Section) -> Iterator[Worded]:
    """Without what a table beside it says, or the times of the transcript."""
    tabled = any(isinstance(block, Table) for block in section.blocks)
    for block in section.blocks:
        if not isinstance(block, Figure):
            yield _without_colour(block)
        elif not tabled and not isinstance(block.chart, Timeline):
            yield Prose((Line(block.description),))


def _without_colour(block: Worded) -> Worded:
    return Prose((Line(DOUBTS),)) if block == Prose((Line(COLOURED),)) else block


def ticked(table: Table) -> list[Ticked]:
    """The rows that have a box to tick."""
    return [found for row in table.rows if (found := _ticked(table.header, row))]


def _ticked(header: tuple[str, ...], row: tuple[Line | Tick, ...]) -> Ticked | None:
    match row:
        case (Tick(done=done), Line() as line, *rest):
            known = zip(header[2:], rest, strict=True)
            cells = [(label, cell.text) for label, cell in known if isinstance(cell, Line)]
            details = [f"{label}: {text}" for label, text in cells if text != _NOTHING]
            return Ticked(done, line, (*details, *filter(None, (line.note,))))
    return None


def spoken(utterance: Utterance) -> str:
    """A paragraph of the transcript, doubtful words marked as DOUBTS says."""
    return "".join(f"[? {text} ?]" if doubt else text for text, doubt in utterance.pieces())
