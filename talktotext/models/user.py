"""Users and their logins."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talktotext.models.base import Base, CreatedAt, UserId, UuidKey

ROLES = ("user", "admin")


class User(Base):
    """Somebody who uploads recordings. `email` is kept in lower case; `vocabulary` holds the names
    and terms that are likely to come up in all of them.

    Attributes:
        role: one of ROLES. An admin looks after users, and sees nobody's notes but their own.
        email_verified_at: when it was shown that mail to `email` reaches them.
        disabled_at: since when they are refused.
        deleted_at: since when they are gone; what they had is being deleted, and the row with it.
        quota: what they may have where that is not as set for all: see quotas.py.
        note_count: kept by the database, see `Note`; only to be read.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(50))
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    vocabulary: Mapped[list[Any]] = mapped_column(default=list)
    role: Mapped[str] = mapped_column(sa.String(16), default="user")
    email_verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    quota: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note_count: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[CreatedAt]

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def is_refused(self) -> bool:
        """Whether nothing of theirs opens a door any more."""
        return self.disabled_at is not None or self.deleted_at is not None

    @property
    def email_verified(self) -> bool:
        return self.email_verified_at is not None


class Login(Base):
    """One login and all tokens that came from it: a family, refused as one once revoked. People
    are shown it as a session.

    `refresh_jti` is the id of the only refresh token that is still good. An older one shown again
    has been copied, so that the whole family is revoked (RFC 9700, section 4.14.2).

    Attributes:
        last_used_at: to about a minute.
        address, user_agent: from where, and with what, it was used last.
    """

    __tablename__ = "logins"
    __table_args__ = (
        sa.Index("ix_logins_user_id", "user_id"),
        sa.Index("ix_logins_expires_at", "expires_at"),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UserId]
    refresh_jti: Mapped[str] = mapped_column(sa.String(36))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    address: Mapped[str | None] = mapped_column(sa.String(45))
    user_agent: Mapped[str | None] = mapped_column(sa.String(300))

    user: Mapped[User] = relationship(lazy="joined")
