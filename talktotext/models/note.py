"""Notes: what was found in a recording."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from talktotext import schema
from talktotext.editing import renamed
from talktotext.models.base import Base, CreatedAt, UserId, UuidKey


class Note(Base):
    """The notes of one upload. `document` is the whole of them in the versioned schema; the
    columns beside it are its face, for the API's fields and for lists. `duration` is
    how many seconds were transcribed; `complete` whether that was the whole recording.

    `document` calls voices as the analysis did; `speaker_names`, {"Speaker 1": "Maria"}, is what
    people call them, and `notes` is both. What a session changes here is found again with the
    commit, and its action items are listed: see `search/index.py`.

    Attributes:
        take: which transcription of the recording it shows, see `Segment`.
        revision: grows with every change, so that a document can be told from an outdated one.
        transcription: what was used: engine, model, version, language, language_probability,
            diarizer.
    """

    __tablename__ = "notes"
    __table_args__ = (
        sa.Index("ix_notes_user_id_created_at_id", "user_id", "created_at", "id"),
        sa.Index("ix_notes_upload_id", "upload_id", unique=True),
    )

    id: Mapped[UuidKey]
    upload_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey("uploads.id", ondelete="CASCADE")
    )
    user_id: Mapped[UserId]
    title: Mapped[str] = mapped_column(sa.String(300))
    abstract_summary: Mapped[str] = mapped_column(sa.Text)
    key_points: Mapped[list[Any]] = mapped_column(deferred=True)
    action_items: Mapped[list[Any]] = mapped_column(deferred=True)
    sentiment: Mapped[dict[str, Any]]
    participants: Mapped[list[Any]] = mapped_column(deferred=True)
    meeting_type: Mapped[str] = mapped_column(sa.String(32))
    transcript: Mapped[str] = mapped_column(sa.Text, deferred=True)
    language: Mapped[str] = mapped_column(sa.String(16))
    duration: Mapped[float] = mapped_column(sa.Double)
    complete: Mapped[bool]
    engine: Mapped[str] = mapped_column(sa.String(100))
    take: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    transcription: Mapped[dict[str, Any]] = mapped_column(default=dict)
    speaker_names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    created_at: Mapped[CreatedAt]

    @property
    def kept(self) -> schema.Notes:
        """The whole of the notes, voices as the analysis calls them."""
        return schema.Notes.model_validate(self.document)

    @property
    def notes(self) -> schema.Notes:
        """The whole of the notes, voices by the names that people gave them."""
        return renamed(self.kept, self.speaker_names or {})

    @property
    def voices(self) -> dict[str, str]:
        """What every voice is called: {label: name}, for those who have a name."""
        found = {person.speaker: person.name for person in self.notes.participants}
        return {label: name for label, name in found.items() if label} | (self.speaker_names or {})


# `User.note_count`: to count ten thousand notes takes longer than to show a page of them. Triggers,
# because most notes go with their upload, by a cascade that no session sees.
COUNTED = {
    "sqlite": (
        "CREATE TRIGGER notes_counted_in AFTER INSERT ON notes BEGIN"
        " UPDATE users SET note_count = note_count + 1 WHERE id = new.user_id; END",
        "CREATE TRIGGER notes_counted_out AFTER DELETE ON notes BEGIN"
        " UPDATE users SET note_count = note_count - 1 WHERE id = old.user_id; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION count_notes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'INSERT' THEN"
        " UPDATE users SET note_count = note_count + 1 WHERE id = new.user_id;"
        " ELSE UPDATE users SET note_count = note_count - 1 WHERE id = old.user_id; END IF;"
        " RETURN NULL; END $$",
        "CREATE TRIGGER notes_counted AFTER INSERT OR DELETE ON notes"
        " FOR EACH ROW EXECUTE FUNCTION count_notes()",
    ),
}

for dialect, statements in COUNTED.items():
    for statement in statements:
        ddl = sa.DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(Note.__table__, "after_create", ddl.execute_if(dialect=dialect))
