"""Search: words -> notes that hold them, with the places where they do.

    words.py     text -> words, folded; scripts without spaces as pairs of characters
    query.py     what a person typed -> terms
    match.py     terms -> rows of the index, on SQLite (FTS5) and PostgreSQL (tsvector)
    snippets.py  the words around a hit, and when they were said
    index.py     keeps it all current, in the transaction that changes a note

Notes with all terms in the title come first, then those with all of them in title and notes, then
the others; among equals the newest. That order is the same on every database and, unlike one by
bm25, does not change while somebody turns pages because somebody else adds a note.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from talktotext.models import Note, NoteIndex
from talktotext.search.index import index, reindex
from talktotext.search.match import matching
from talktotext.search.query import Term, exactly, parse
from talktotext.search.snippets import Match, Piece, matches


@dataclass(frozen=True)
class Found:
    """A note, and where in it the words stand; None if it was not looked for by words."""

    note: Note
    matches: list[Match] | None


def holding(user_id: int, terms: Sequence[Term], scope: str = "all") -> sa.ColumnElement[bool]:
    """The user's rows of NoteIndex in which all terms occur; none where there are no words."""
    terms = [term for term in terms if term.words]
    return NoteIndex.id.in_(matching(user_id, terms, scope)) if terms else sa.false()


def weight(user_id: int, terms: Sequence[Term]) -> sa.ColumnElement[int]:
    """What a found row counts, for ORDER BY: 3, 2 or 1."""
    in_title, in_notes = (holding(user_id, terms, scope) for scope in ("title", "notes"))
    return sa.case((in_title, 3), (in_notes, 2), else_=1).label("weight")


def shown(session: Session, rows: Sequence[NoteIndex], terms: Sequence[Term]) -> list[Found]:
    """What people see of rows that were found, in their order."""
    listed = sa.select(Note).where(Note.id.in_([row.note_id for row in rows]))
    notes = {note.id: note for note in session.scalars(listed)}
    there = [row for row in rows if row.note_id in notes]  # the others were deleted just now
    if not terms:
        return [Found(notes[row.note_id], None) for row in there]
    texts = sa.select(NoteIndex).where(NoteIndex.id.in_([row.id for row in there]))
    wanted = (NoteIndex.notes, NoteIndex.statements, NoteIndex.transcript, NoteIndex.offsets)
    session.scalars(texts.options(*map(undefer, wanted))).all()  # fills in the rows
    pairs = [(notes[row.note_id], row) for row in there]
    places = matches(session, pairs, terms)
    return [Found(note, found) for (note, _), found in zip(pairs, places, strict=True)]


__all__ = [
    "Found",
    "Match",
    "Piece",
    "Term",
    "exactly",
    "holding",
    "index",
    "parse",
    "reindex",
    "shown",
    "weight",
]
