"""Corrections: what people changed in a transcript, and when."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt, UserId, Uuid, UuidKey


class Correction(Base):
    """One change, never altered afterwards: the history, and what a new transcription of the same
    recording takes over.

    Attributes:
        kind: "text", the words of a stretch; or "speaker", the name of a voice.
        start, end: seconds in the recording, of the stretch whose words were changed.
        speaker: the label of the voice: whose words they are, or who got a name.
        before, after: the words or the name; None where the voice had no name, or has none now.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        sa.Index("ix_corrections_upload_id_created_at_id", "upload_id", "created_at", "id"),
        sa.Index("ix_corrections_user_id", "user_id"),
    )

    id: Mapped[UuidKey]
    upload_id: Mapped[Uuid] = mapped_column(sa.ForeignKey("uploads.id", ondelete="CASCADE"))
    user_id: Mapped[UserId]
    kind: Mapped[str] = mapped_column(sa.String(16))
    start: Mapped[float | None] = mapped_column(sa.Double)
    end: Mapped[float | None] = mapped_column(sa.Double)
    speaker: Mapped[str | None] = mapped_column(sa.String(200))
    before: Mapped[str | None] = mapped_column(sa.Text)
    after: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]
