"""Security events: who did what, when and from where."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt


class AuditEvent(Base):
    """One event, never altered. See `talktotext/audit.py`.

    Attributes:
        event: a stable word such as "login.failed".
        user_id: whom it is about; None where nobody was known, or who it was is gone.
        address: the one that the request came from; None where there was no request.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.Index("ix_audit_events_at", "at"),
        sa.Index("ix_audit_events_user_id_at", "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[CreatedAt]
    event: Mapped[str] = mapped_column(sa.String(64))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    address: Mapped[str | None] = mapped_column(sa.String(45))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
