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


class Recording(Base):
    """Bytes in storage, once per user, however often they upload them.

    An upload points here by foreign key, so that bytes another upload still needs cannot be
    deleted, nor an upload be made for bytes that are just being deleted. `media_type` is what
    their beginning looks like, where that is known.
    """

    __tablename__ = "recordings"
    __table_args__ = (sa.Index("ix_recordings_user_id_sha256", "user_id", "sha256", unique=True),)

    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    user_id: Mapped[UserId]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[CreatedAt]


class Upload(Base):
    """A recording a user sent. The bytes lie in storage under `file_path`, a key of our own.

    `engine` is the speech engine that was asked for, if one was; `vocabulary` the names and terms
    that are likely to come up.

    `status`, `progress`, `error_message` and `note_id` mirror the job that is at work on it, so
    that asking for the status reads one row.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        sa.Index("ix_uploads_user_id_created_at", "user_id", "created_at"),
        sa.Index("ix_uploads_file_path", "file_path"),
        sa.Index("ix_uploads_user_id_idempotency_key", "user_id", "idempotency_key", unique=True),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UserId]
    file_path: Mapped[str | None] = mapped_column(sa.String(255), sa.ForeignKey("recordings.key"))
    file_name: Mapped[str | None] = mapped_column(sa.String(255))
    file_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    url: Mapped[str | None] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16), default="auto")
    extract_duration: Mapped[int | None]
    engine: Mapped[str | None] = mapped_column(sa.String(32))
    vocabulary: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(sa.String(16), default="uploaded")
    progress: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: {"stage": "extracting", "percent": 0}
    )
    # note.upload_id is the foreign key; one in each direction could not be inserted in order.
    note_id: Mapped[str | None] = mapped_column(sa.String(36))
    error_message: Mapped[str | None] = mapped_column(sa.Text)
    error: Mapped[dict[str, Any] | None]
    # An Idempotency-Key names one upload; the fingerprint tells whether it is the same again.
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(255))
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[CreatedAt]
