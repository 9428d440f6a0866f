"""Logins: begun, their tokens made and traded for new ones, and found again by them."""

import time
from datetime import timedelta
from functools import lru_cache
from typing import Any, Literal, cast
from uuid import uuid4

import jwt
import sqlalchemy as sa
from flask import request
from flask_jwt_extended import create_access_token, create_refresh_token

from talktotext import audit, config
from talktotext.accounts import sessions
from talktotext.accounts.sessions import Standing
from talktotext.errors import NotAuthenticated
from talktotext.extensions import db
from talktotext.models import ApiToken, Login, User, now

MINUTE = timedelta(minutes=1)  # writing down every use would cost every request a transaction
AGENT_LENGTH = 300  # characters
CLAIMS = ["exp", "jti", "login", "sub", "type"]  # of every token of ours


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
    return {**_tokens(login.id, user.id, login.refresh_jti), "user": user}


def claims_of(shown: str, kind: Literal["access", "refresh"]) -> dict[str, Any]:
    """What a token of ours says, which was shown as one of that kind.

    Raises:
        NotAuthenticated: it is none of that kind, not ours, or expired.
    """
    try:
        claims = _verified(shown, config.current().JWT_SECRET_KEY)
    except jwt.PyJWTError:
        raise NotAuthenticated from None
    if claims["type"] != kind or int(claims["exp"]) <= time.time():
        raise NotAuthenticated
    return claims


@lru_cache(maxsize=2_000)
def _verified(shown: str, key: str) -> dict[str, Any]:
    """What a token says. Its signature is good for ever, and the same token comes again and again;
    that its time is over, and whether its login stands, is asked every time.

    Raises:
        PyJWTError: it is not ours, or has no meaning now.
    """
    return jwt.decode(shown, key, algorithms=["HS256"], options={"require": CLAIMS})


def rotate(login: Standing, shown: str) -> dict[str, str]:
    """Spend a login's refresh token, of which this is the `jti`, for a new pair.

    Raises:
        NotAuthenticated: it was spent before, so that somebody has a copy: the login is revoked.
    """
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
    return _tokens(login.id, login.user_id, fresh)


def touch(shown: Standing | ApiToken) -> None:
    """Write down that a login or an API token is used, once a minute."""
    if shown.last_used_at and now() - shown.last_used_at < MINUTE:
        return
    values = _use() if isinstance(shown, Standing) else {"last_used_at": now()}
    model = Login if isinstance(shown, Standing) else ApiToken
    used = sa.update(model).where(model.id == shown.id)
    db.session.execute(used.values(**values), execution_options={"synchronize_session": False})
    db.session.commit()


def _use() -> dict[str, Any]:
    """Columns of a login that tell of its last use: this one."""
    agent = "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())
    return {
        "last_used_at": now(),
        "address": audit.address(),
        "user_agent": agent[:AGENT_LENGTH] or None,
    }


def _tokens(login_id: str, user_id: int, refresh_jti: str) -> dict[str, str]:
    claims, identity = {"login": login_id}, str(user_id)
    return {
        "token": create_access_token(identity, additional_claims=claims),
        "refresh_token": create_refresh_token(
            identity,
            additional_claims={**claims, "jti": refresh_jti},
            expires_delta=_refresh_life(),
        ),
    }


def _refresh_life() -> timedelta:
    return timedelta(days=config.current().REFRESH_TOKEN_DAYS)
