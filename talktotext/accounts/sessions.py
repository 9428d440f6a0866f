"""Sessions: the logins of a user, each with all tokens that came from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from talktotext import audit
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.models import Login, User, now

_logins, _users = Login.__table__.c, User.__table__.c
# Asked with every request: columns and no objects, and a statement that is built once, which takes
# a third of the time.
_STANDING = (
    sa.select(_logins.id, _logins.user_id, _logins.last_used_at, _users.role)
    .add_columns(_users.email_verified_at.is_not(None).label("email_verified"))
    .join_from(Login.__table__, User.__table__)
    .where(_logins.id == sa.bindparam("login"), _logins.expires_at > sa.bindparam("now"))
    .where(_logins.revoked_at.is_(None))
    .where(_users.disabled_at.is_(None), _users.deleted_at.is_(None))
)


@dataclass(frozen=True)
class Standing:
    """A session that stands, and what there is to know of its user to let them in."""

    id: str
    user_id: int
    last_used_at: datetime | None
    role: str
    email_verified: bool


def standing(login_id: str) -> Standing | None:
    """The session of that id, if it stands: neither ended nor expired, nor its user refused."""
    row = db.session.execute(_STANDING, {"login": login_id, "now": now()}).one_or_none()
    return Standing(*row) if row else None


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


def end_others(user: User, current: Standing | None) -> int:
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
