"""Versions of notes: what a note was after each change."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt


class NoteVersion(Base):
    """A note as it was; `number` counts from 1, and the newest is the note as it is.

    Attributes:
        origin: what made it: "analysis", "person" or "restore".
        engine: the analysis engine, where one made it and that is known.
        restored_from: the number of the version that was restored.
        changes: how it differs from the one before, as {field, added, removed, changed}, in counts.
        document, speaker_names, take: as of `Note`.
    """

    __tablename__ = "note_versions"

    note_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(sa.String(16))
    engine: Mapped[str | None] = mapped_column(sa.String(32))
    restored_from: Mapped[int | None]
    changes: Mapped[list[Any]] = mapped_column(default=list)
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    speaker_names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    take: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
