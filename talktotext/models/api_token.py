"""API tokens: what programs show instead of signing in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talktotext.models.base import Base, CreatedAt, UserId
from talktotext.models.user import User


class ApiToken(Base):
    """A token a user made for a program; see `accounts/tokens.py` for what it looks like.

    Attributes:
        id: the part of the token that may be seen.
        scopes: what it is good for.
        secret_hash: SHA-256 of the part that may not, as hexadecimal digits.
        expires_at: None where it is good until it is revoked.
        last_used_at: to about a minute.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (sa.Index("ix_api_tokens_user_id", "user_id"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    user_id: Mapped[UserId]
    name: Mapped[str] = mapped_column(sa.String(100))
    scopes: Mapped[list[Any]]
    secret_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")
