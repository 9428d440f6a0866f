"""Uploads that come in pieces."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt, UserId, UuidKey


class PartialUpload(Base):
    """A recording of which a part is there: by the tus protocol, or straight into the bucket.

    Attributes:
        length: bytes it will have; None while the client does not know.
        offset: bytes that are safe. Whatever was written beyond is written again.
        name, form: of the file, as it may be shown, and what was asked of it: as in an upload.
        parts: what the storage needs to go on.
        upload_id: the upload it became.
        lock_owner: who is writing, until `lock_until`, in seconds since 1970 by the database's
            clock.
        expires_at: when it goes, finished or not.
    """

    __tablename__ = "partial_uploads"
    __table_args__ = (
        sa.Index("ix_partial_uploads_user_id", "user_id"),
        sa.Index("ix_partial_uploads_expires_at", "expires_at"),
        sa.Index("ix_partial_uploads_upload_id", "upload_id"),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UserId]
    length: Mapped[int | None] = mapped_column(sa.BigInteger)
    offset: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    name: Mapped[str] = mapped_column(sa.String(255))
    form: Mapped[dict[str, Any]] = mapped_column(default=dict)
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    direct: Mapped[bool] = mapped_column(default=False)
    upload_id: Mapped[str | None] = mapped_column(
        sa.String(36), sa.ForeignKey("uploads.id", ondelete="CASCADE")
    )
    lock_owner: Mapped[str | None] = mapped_column(sa.String(128))
    lock_until: Mapped[float | None] = mapped_column(sa.Double)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
