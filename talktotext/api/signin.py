"""Who is asking: tokens of a login, and the decorator that demands one."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar, cast
from uuid import uuid4

import sqlalchemy as sa
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_current_user,
    get_jwt,
    jwt_required,
)

from talktotext import config
from talktotext.errors import NotAuthenticated
from talktotext.extensions import db, jwt
from talktotext.models import Login, User, now

View = TypeVar("View", bound=Callable[..., Any])


def signed_in(view: View, refresh: bool = False) -> View:
    """Let only the holder of a good token in; goes right below the route."""
    guarded = jwt_required(refresh=refresh)(view)
    spec = guarded.__dict__.setdefault("_spec", {})
    spec["security"] = "bearer"
    described = spec.get("responses", ())
    if not isinstance(described, dict):
        described = {status: HTTPStatus(status).phrase for status in described}
    spec["responses"] = {**described, 401: "Not authenticated"}
    return cast(View, guarded)


def current_login() -> Login:
    """The login whose token came with the request."""
    return cast(Login, get_current_user())


def current_user() -> User:
    """The user whose token came with the request."""
    return current_login().user


def sign_in(user: User) -> dict[str, Any]:
    """Begin a login: its tokens and the user, as the frontend wants them."""
    login = Login(user=user, refresh_jti=str(uuid4()), expires_at=now() + _refresh_life())
    db.session.add(login)
    db.session.flush()
    tokens = _tokens(login)
    db.session.commit()
    return {**tokens, "user": user}


def rotate() -> dict[str, str]:
    """Spend the refresh token of the request for a new pair.

    Raises:
        NotAuthenticated: it was spent before, so that somebody has a copy: the login is revoked.
    """
    login, shown = current_login(), get_jwt()["jti"]
    fresh = str(uuid4())
    # One statement, so that of two that come at once only one can win.
    spent = db.session.execute(
        sa.update(Login)
        .where(Login.id == login.id, Login.refresh_jti == shown, Login.revoked_at.is_(None))
        .values(refresh_jti=fresh, expires_at=now() + _refresh_life())
    )
    if cast(sa.CursorResult[Any], spent).rowcount == 0:
        revoke(Login.id == login.id)
        raise NotAuthenticated
    db.session.commit()
    db.session.refresh(login)
    return _tokens(login)


def revoke(*which: sa.ColumnElement[bool]) -> None:
    """Refuse all tokens of the logins that meet the conditions from now on."""
    db.session.execute(
        sa.update(Login).where(Login.revoked_at.is_(None), *which).values(revoked_at=now())
    )
    db.session.commit()


@jwt.user_lookup_loader
def _login_of_token(_header: dict[str, Any], claims: dict[str, Any]) -> Login | None:
    """The token's login, if it stands; one indexed row with its user."""
    login = db.session.get(Login, str(claims.get("login", "")))
    db.session.commit()  # what follows may be an upload of an hour: hold no connection meanwhile
    return login if login and login.revoked_at is None and login.expires_at > now() else None


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
