"""Where in a note the words stand that it was found by, with what stands around them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext.models import Note, NoteIndex, Segment
from talktotext.search.query import Term
from talktotext.search.words import Unit, units

IN_NOTES = 2  # matches shown of a note's statements
IN_TRANSCRIPT = 3
WIDTH = 160  # characters of a snippet, give or take a word
LEAD = 50  # of them before the first hit


@dataclass(frozen=True)
class Piece:
    """A part of a snippet; `hit` if it was searched for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Match:
    """A place in a note.

    Attributes:
        field: title, transcript, or one of the notes' parts: see `index.py`.
        start: seconds in the recording, where that is known.
        segment: the index of the segment, in a transcript.
    """

    field: str
    snippet: list[Piece]
    start: float | None = None
    segment: int | None = None


def matches(
    session: Session, found: Sequence[tuple[Note, NoteIndex]], terms: Sequence[Term]
) -> list[list[Match]]:
    """The matches in each of some notes: in the title, then in the notes, then in what was said.

    Args:
        found: with `NoteIndex.notes`, `statements`, `transcript` and `offsets` loaded.
    """
    heard = [_places(index.transcript, index.offsets, terms, IN_TRANSCRIPT) for _, index in found]
    said = _segments(
        session, [(note, places) for (note, _), places in zip(found, heard, strict=True)]
    )
    return [
        [
            *_in_title(note.title, terms),
            *_in_notes(index, terms),
            *_in_transcript(places, said.get(note.upload_id, {}), terms),
        ]
        for (note, index), places in zip(found, heard, strict=True)
    ]


def _places(
    words: str, offsets: Sequence[int], terms: Sequence[Term], limit: int
) -> list[tuple[int, int]]:
    """The texts in which terms occur, as (first, last): two where one runs on into the next.

    Every term's first occurrence comes before any term's second.
    """
    ranked = sorted(
        (number, place, place + len(term.laid_out.rstrip()) - 1)
        for term in terms
        for number, place in enumerate(islice(term.places(words), limit))
    )
    texts: dict[int, int] = {}
    for _, begin, end in ranked:
        texts.setdefault(bisect_right(offsets, begin) - 1, bisect_right(offsets, end) - 1)
    return sorted(list(texts.items())[:limit])


def _segments(
    session: Session, wanted: Iterable[tuple[Note, list[tuple[int, int]]]]
) -> dict[str, dict[int, Any]]:
    """{upload id: {index: the segment's number, start and text}} of the places in some notes."""
    # Not as (upload_id, take, index) IN (…): for that SQLite reads the whole table.
    theirs = [
        sa.and_(
            Segment.upload_id == note.upload_id,
            Segment.take == note.take,
            Segment.index.in_(
                {index for first, last in places for index in range(first, last + 1)}
            ),
        )
        for note, places in wanted
        if places
    ]
    columns = sa.select(
        Segment.upload_id, Segment.index.label("number"), Segment.start, Segment.text
    )
    out: dict[str, dict[int, Any]] = {}
    for row in session.execute(columns.where(sa.or_(*theirs))) if theirs else ():
        out.setdefault(row.upload_id, {})[row.number] = row
    return out


def _in_title(title: str, terms: Sequence[Term]) -> Iterator[Match]:
    snippet = marked(title, terms)
    if any(piece.hit for piece in snippet):
        yield Match("title", snippet)


def _in_notes(index: NoteIndex, terms: Sequence[Term]) -> Iterator[Match]:
    offsets = [statement["offset"] for statement in index.statements]
    for number, _ in _places(index.notes, offsets, terms, IN_NOTES):
        statement = index.statements[number]
        yield Match(statement["field"], marked(statement["text"], terms), statement["start"])


def _in_transcript(
    places: Iterable[tuple[int, int]], said: dict[int, Any], terms: Sequence[Term]
) -> Iterator[Match]:
    for first, last in places:
        segments = [said[index] for index in range(first, last + 1) if index in said]
        if segments:
            text = " ".join(segment.text for segment in segments)
            yield Match("transcript", marked(text, terms), segments[0].start, segments[0].number)


def marked(text: str, terms: Sequence[Term]) -> list[Piece]:
    """What stands around the first hit, with all hits in it marked; the pieces joined are the text,
    with an ellipsis where it goes on."""
    seen = list(units(text))
    hits = sorted(span for term in terms for span in _spans(seen, term))
    at, end = _window(seen, hits[0][0] if hits else 0, len(text))
    pieces = [("… " if at else "", False)]
    for first, last in hits:  # two terms may have hit the same word
        if last <= end:
            pieces += [(text[at:first], False), (text[max(at, first) : last], True)]
            at = max(at, last)
    pieces += [(text[at:end], False), (" …" if end < len(text) else "", False)]
    return [Piece(part, hit) for part, hit in pieces if part]


def _spans(seen: Sequence[Unit], term: Term) -> Iterator[tuple[int, int]]:
    """Where a term stands in a text, as (start, end)."""
    *before, last = term.units
    for first in range(len(seen) - len(before)):
        here = [unit.word for unit in seen[first : first + len(term.units)]]
        ends_well = here[-1].startswith(last) if term.is_prefix else here[-1] == last
        if ends_well and here[:-1] == before:
            yield seen[first].start, seen[first + len(before)].end


def _window(seen: Sequence[Unit], hit: int, length: int) -> tuple[int, int]:
    """What to show of a text around a hit, cut between words."""
    if length <= WIDTH:
        return 0, length
    begins = [unit.start for unit in seen if hit - LEAD <= unit.start <= hit]
    begin = begins[0] if hit > LEAD and begins else 0
    ends = [unit.end for unit in seen if hit < unit.end <= begin + WIDTH]
    return begin, length if begin + WIDTH >= length else max(ends, default=length)
