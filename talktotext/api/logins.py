"""Logins: begun, their tokens made and traded for new ones, and found again by them."""

from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from flask import request
from flask_jwt_extended import create_access_token, create_refresh_token, get_current_user, get_jwt

from talktotext import audit, config
from talktotext.accounts import sessions
from talktotext.errors import NotAuthenticated
from talktotext.extensions import db, jwt
from talktotext.models import ApiToken, Login, User, now

MINUTE = timedelta(minutes=1)  # writing down every use would cost every request a transaction
AGENT_LENGTH = 300  # characters


def sign_in(user: User, event: str = "login") -> dict[str, Any]:
    """Begin a login: its tokens and the user, as the frontend wants them.

    Args:
        event: what this is for the log of security events.
    """
    login = Login(user=user, refresh_jti=str(uuid4()), expires_at=now() + _refresh_life())
    for column, value in _use().items():
        setattr(login, column, value)
    db.session.add(login)
    db.session.flush()
    audit.record(event, user.id, session=login.id)
    return {**_tokens(login), "user": user}


def rotate() -> dict[str, str]:
    """Spend the refresh token of the request for a new pair.

    Raises:
        NotAuthenticated: it was spent before, so that somebody has a copy: the login is revoked.
    """
    login, shown = cast(Login, get_current_user()), get_jwt()["jti"]
    fresh = str(uuid4())
    # One statement, so that of two that come at once only one can win.
    spent = db.session.execute(
        sa.update(Login)
        .where(Login.id == login.id, Login.refresh_jti == shown, Login.revoked_at.is_(None))
        .values(refresh_jti=fresh, expires_at=now() + _refresh_life(), **_use())
    )
    if cast(sa.CursorResult[Any], spent).rowcount == 0:
        sessions.revoke(Login.id == login.id)
        audit.record("refresh.reused", login.user_id, session=login.id)
        raise NotAuthenticated
    db.session.commit()
    db.session.refresh(login)
    return _tokens(login)


def touch(shown: Login | ApiToken | None) -> None:
    """Write down that a login or an API token is used, once a minute."""
    if shown is None or (shown.last_used_at and now() - shown.last_used_at < MINUTE):
        return
    values = _use() if isinstance(shown, Login) else {"last_used_at": now()}
    used = sa.update(type(shown)).where(type(shown).id == shown.id)
    db.session.execute(used.values(**values), execution_options={"synchronize_session": False})
    db.session.commit()


@jwt.user_lookup_loader
def _login_of_token(_header: dict[str, Any], claims: dict[str, Any]) -> Login | None:
    """The token's login, if it stands; one indexed row with its user."""
    login = db.session.get(Login, str(claims.get("login", "")))
    db.session.commit()  # what follows may be an upload of an hour: hold no connection meanwhile
    if login is None or login.revoked_at is not None or login.user.is_refused:
        return None
    return login if login.expires_at > now() else None


def _use() -> dict[str, Any]:
    """Columns of a login that tell of its last use: this one."""
    agent = "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())
    return {
        "last_used_at": now(),
        "address": audit.address(),
        "user_agent": agent[:AGENT_LENGTH] or None,
    }


def _tokens(login: Login) -> dict[str, str]:
    claims = {"login": login.id}
    identity = str(login.user_id)
    return {
        "token": create_access_token(identity, additional_claims=claims),
        "refresh_token": create_refresh_token(
            identity,
            additional_claims={**claims, "jti": login.refresh_jti},
            expires_delta=_refresh_life(),
        ),
    }


def _refresh_life() -> timedelta:
    return timedelta(days=config.current().REFRESH_TOKEN_DAYS)
