"""Uploads: recordings as they came in."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt, UserId, UuidKey

# An upload's status is its job's, in the words of the frontend.
STATUS_OF_JOB = {
    "queued": "uploaded",
    "running": "processing",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}


class Upload(Base):
    """A recording a user sent. The bytes lie in storage under `file_path`, a key of our own.

    `status`, `progress`, `error_message` and `note_id` mirror the job that is at work on it, so
    that asking for the status reads one row.
    """

    __tablename__ = "uploads"
    __table_args__ = (sa.Index("ix_uploads_user_id_created_at", "user_id", "created_at"),)

    id: Mapped[UuidKey]
    user_id: Mapped[UserId]
    file_path: Mapped[str | None] = mapped_column(sa.String(255))
    file_name: Mapped[str | None] = mapped_column(sa.String(255))
    file_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    url: Mapped[str | None] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16), default="auto")
    extract_duration: Mapped[int | None]
    status: Mapped[str] = mapped_column(sa.String(16), default="uploaded")
    progress: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: {"stage": "extracting", "percent": 0}
    )
    # note.upload_id is the foreign key; one in each direction could not be inserted in order.
    note_id: Mapped[str | None] = mapped_column(sa.String(36))
    error_message: Mapped[str | None] = mapped_column(sa.Text)
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[CreatedAt]
