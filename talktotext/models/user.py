"""Users and their logins."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talktotext.models.base import Base, CreatedAt, UserId, UuidKey


class User(Base):
    """Somebody who uploads recordings. `email` is kept in lower case; `vocabulary` holds the names
    and terms that are likely to come up in all of them."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(50))
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    vocabulary: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[CreatedAt]


class Login(Base):
    """One login and all tokens that came from it: a family, refused as one once revoked.

    `refresh_jti` is the id of the only refresh token that is still good. An older one shown again
    has been copied, so that the whole family is revoked (RFC 9700, section 4.14.2).
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

    user: Mapped[User] = relationship(lazy="joined")
