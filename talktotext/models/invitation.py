"""Invitations: who may register where not everybody may."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt, UuidKey


class Invitation(Base):
    """An email that may register once. Used, it is gone.

    Attributes:
        role: what the new user will be.
        invited_by: the admin who did; None from the command line, or when they are gone.
    """

    __tablename__ = "invitations"

    id: Mapped[UuidKey]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    role: Mapped[str] = mapped_column(sa.String(16), default="user")
    invited_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
