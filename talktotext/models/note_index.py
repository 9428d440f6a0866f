"""The index of notes: what they are found and filtered by, and the databases' own part of it.

`note_index` holds the words of every note, cut and folded by `search/words.py`, so that both
databases find the same. Over it lies what each offers for finding words, under the name
`note_words`, kept current by the database itself:

    SQLite       an FTS5 table, fed by triggers (https://sqlite.org/fts5.html, section 4.4.3)
    PostgreSQL   a generated tsvector column with a GIN index
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, UserId


class NoteIndex(Base):
    """A note as searching and filtering want it; derived from it, never written by hand.

    Attributes:
        title, notes, people, transcript: words between single spaces, one space at each end.
        statements: what `notes` holds the words of, as {field, text, start, offset}: `start` are
            seconds, `offset` is where its words begin in `notes`.
        offsets: where the words of each segment begin in `transcript`.
        open_items: how many of its action items are not done.
    """

    __tablename__ = "note_index"
    __table_args__ = (
        sa.Index("ix_note_index_note_id", "note_id", unique=True),
        # Holds all that lists are ordered and filtered by: the rows themselves are large.
        sa.Index(
            "ix_note_index_user_id_created_at_note_id",
            *("user_id", "created_at", "note_id"),
            *("language", "meeting_type", "sentiment", "duration", "open_items"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey("notes.id", ondelete="CASCADE")
    )
    user_id: Mapped[UserId]
    created_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(sa.String(16))
    meeting_type: Mapped[str] = mapped_column(sa.String(32))
    sentiment: Mapped[str] = mapped_column(sa.String(16))
    duration: Mapped[float] = mapped_column(sa.Double)
    open_items: Mapped[int]
    title: Mapped[str] = mapped_column(sa.Text, deferred=True)
    people: Mapped[str] = mapped_column(sa.Text, deferred=True)
    notes: Mapped[str] = mapped_column(sa.Text, deferred=True)
    statements: Mapped[list[Any]] = mapped_column(deferred=True)
    offsets: Mapped[list[Any]] = mapped_column(deferred=True)
    transcript: Mapped[str] = mapped_column(sa.Text, deferred=True)


# The words are cut already, so that nothing but the space separates them: to the tokenizer `ascii`
# every character beyond ASCII is part of a word. `columnsize=0`: no bm25, no sizes.
SQLITE = (
    "CREATE VIRTUAL TABLE note_words USING fts5(user_id, title, notes, people, transcript,"
    " content='note_index', content_rowid='id', tokenize='ascii', prefix='2 3', columnsize=0)",
    "CREATE TRIGGER note_words_in AFTER INSERT ON note_index BEGIN"
    " INSERT INTO note_words (rowid, user_id, title, notes, people, transcript)"
    " VALUES (new.id, new.user_id, new.title, new.notes, new.people, new.transcript); END",
    "CREATE TRIGGER note_words_out AFTER DELETE ON note_index BEGIN"
    " INSERT INTO note_words (note_words, rowid, user_id, title, notes, people, transcript) VALUES"
    " ('delete', old.id, old.user_id, old.title, old.notes, old.people, old.transcript); END",
    "CREATE TRIGGER note_words_no_update BEFORE UPDATE ON note_index BEGIN"
    " SELECT RAISE(ABORT, 'rows of note_index are made anew, not changed'); END",
)
# No positions: they end at 16,383, so that phrases are looked for in the text. Instead, words of
# the title are in it once more with "t/" before them, those of title and notes with "n/", those of
# people with "p/", and the owner as "@17": an index scan alone answers for each. No statistics:
# for a usual word they would make the planner unpack the tsvector of every note.
POSTGRESQL = (
    "ALTER TABLE note_index ADD COLUMN note_words tsvector GENERATED ALWAYS AS (("
    "title || notes || transcript"
    " || replace(rtrim(title), ' ', ' t/') || replace(rtrim(title), ' ', ' n/')"
    " || replace(rtrim(notes), ' ', ' n/') || replace(rtrim(people), ' ', ' p/')"
    " || ' @' || user_id::text)::tsvector) STORED",
    "ALTER TABLE note_index ALTER COLUMN note_words SET STATISTICS 0",
    "CREATE INDEX note_words ON note_index USING gin (note_words)",
)


def _each(statements: tuple[str, ...], dialect: str, when: str) -> None:
    for statement in statements:
        ddl = sa.DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(NoteIndex.__table__, when, ddl.execute_if(dialect=dialect))


_each(SQLITE, "sqlite", "after_create")
_each(POSTGRESQL, "postgresql", "after_create")
_each(("DROP TABLE IF EXISTS note_words",), "sqlite", "before_drop")
