"""Sessions: the logins of a user, each with all tokens that came from it."""

from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from talktotext import audit
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.models import Login, User, now


def of_user(user: User) -> list[Login]:
    """A user's sessions that stand, the one used last first."""
    good = sa.select(Login).where(
        Login.user_id == user.id, Login.revoked_at.is_(None), Login.expires_at > now()
    )
    used = sa.func.coalesce(Login.last_used_at, Login.created_at)
    return list(db.session.scalars(good.order_by(used.desc(), Login.id)))


def end(user: User, session_id: str) -> None:
    """End one of a user's sessions: its tokens are refused from now on. Raises NotFound."""
    try:
        login_id = str(UUID(session_id))
    except ValueError:
        raise NotFound("Session not found") from None
    if not revoke(Login.id == login_id, Login.user_id == user.id):
        raise NotFound("Session not found")
    audit.record("session.revoked", user.id, session=login_id)


def end_others(user: User, current: Login | None) -> int:
    """End a user's sessions but the current one, if there is one; in the session and not yet
    committed. How many those were."""
    others = [Login.id != current.id] if current else []
    return revoke(Login.user_id == user.id, *others)


def revoke(*which: sa.ColumnElement[bool]) -> int:
    """Refuse all tokens of the logins that meet the conditions; in the session and not yet
    committed. How many those were."""
    stands = (Login.revoked_at.is_(None), Login.expires_at > now())
    ended = sa.update(Login).where(*stands, *which).values(revoked_at=now())
    return cast(sa.CursorResult[Any], db.session.execute(ended)).rowcount
