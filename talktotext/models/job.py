"""Jobs: work to be done, and who is doing it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt, UserId, UuidKey

UNFINISHED = ("queued", "running")
OVER = ("done", "failed", "cancelled")


class Job(Base):
    """One piece of work of one kind. This row is the truth; the queue only wakes a worker.

    Whoever works on it holds the lease: `lease_owner` until `lease_until` (seconds since 1970, by
    the database's clock), under the number `epoch`, which grows with every taking. Writes of an
    attempt whose epoch is no longer the row's are refused: a fencing token (Kleppmann, "How to do
    distributed locking", 2016).

    Attributes:
        checkpoint: what is done already, in the kind's own terms.
        remaining_seconds: how long it is likely to take from here, while that can be said.
        message: what a person who waits should know, while there is something.
        attempts: failures in a row without getting further; see runner/policy.py.
        strikes: deaths of the process at work, in a row without getting further.
        waits: times in a row that a remote engine asked for patience.
        seconds: of sound it is expected to transcribe, where that is known beforehand.
        not_before: seconds since 1970 before which it is not to be tried again.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_status_lease_until", "status", "lease_until"),
        sa.Index("ix_jobs_upload_id", "upload_id"),
        sa.Index("ix_jobs_user_id_started_at", "user_id", "started_at"),
        sa.Index("ix_jobs_user_id_created_at", "user_id", "created_at"),
    )

    id: Mapped[UuidKey]
    kind: Mapped[str] = mapped_column(sa.String(32))
    user_id: Mapped[UserId]
    upload_id: Mapped[str | None] = mapped_column(
        sa.String(36), sa.ForeignKey("uploads.id", ondelete="CASCADE")
    )
    options: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(sa.String(16), default="queued")
    stage: Mapped[str] = mapped_column(sa.String(16), default="extracting")
    percent: Mapped[int] = mapped_column(default=0)
    remaining_seconds: Mapped[int | None]
    checkpoint: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[str | None] = mapped_column(sa.String(300))
    attempts: Mapped[int] = mapped_column(default=0)
    strikes: Mapped[int] = mapped_column(default=0)
    waits: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[float | None] = mapped_column(sa.Double)
    seconds: Mapped[float | None] = mapped_column(sa.Double)
    epoch: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(sa.String(128))
    lease_until: Mapped[float | None] = mapped_column(sa.Double)
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
