"""Who is asking: the decorator that demands a token, and says what it must be good for.

A token is a login's, a JWT, good for everything a user may do; or an API token, good for the
scopes it was made with. A route's scope is that of its method, `read` for GET and else `write`,
unless it names one:

    upload    the method's own, or `upload`: for what does nothing but upload
    session   only a login will do: whoever has an API token must not make themselves another
    admin     only a login of an admin. Others get 403, not 404: that there are such routes is in
              the API's description for all to read, and nothing is looked up before
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Literal, TypeVar, cast

from flask import g, request
from flask_jwt_extended import get_jwt, verify_jwt_in_request

from talktotext import config, logs
from talktotext.accounts import sessions, tokens
from talktotext.api.limits import count_user
from talktotext.api.logins import claims_of, touch
from talktotext.errors import (
    AdminOnly,
    EmailUnverified,
    InsufficientScope,
    NotAuthenticated,
)
from talktotext.extensions import db
from talktotext.models import ApiToken, User

View = TypeVar("View", bound=Callable[..., Any])
Scope = Literal["upload", "session", "admin"]
SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Access:
    """With what a request came in, a login or an API token, and what of its user decides whether
    it may. The user is looked up by who needs more.

    Attributes:
        jti: of a login's token.
    """

    shown: sessions.Standing | ApiToken
    user_id: int
    is_admin: bool
    email_verified: bool
    jti: str = ""


def signed_in(
    view: View | None = None, *, scope: Scope | None = None, refresh: bool = False
) -> Any:
    """Let only the holder of a good token in; goes right below the route.

    Args:
        scope: what a token must be good for; see above.
        refresh: demand a refresh token, and no other.
    """
    if view is None:
        return partial(signed_in, scope=scope, refresh=refresh)

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.access = _admitted(scope, refresh)
        logs.bind(user_id=g.access.user_id)
        count_user(g.access.user_id, uploads=scope == "upload" and request.method == "POST")
        return view(*args, **kwargs)

    _describe(guarded, refresh)
    guarded.__dict__["scope"] = scope
    return guarded


def current_user() -> User:
    """The user whose token came with the request."""
    if "user" not in g:
        g.user = db.session.get(User, current_user_id())
        if g.user is None:  # was deleted at this very moment
            raise NotAuthenticated
    return cast(User, g.user)


def current_user_id() -> int:
    """Whose token came with the request, without a look at the database."""
    return current_access().user_id


def current_login() -> sessions.Standing:
    """The login whose token came with the request; where the scope demands one."""
    return cast(sessions.Standing, current_access().shown)


def current_access() -> Access:
    """With what the request came in."""
    return cast(Access, g.access)


def _admitted(scope: Scope | None, refresh: bool) -> Access:
    """With what the request came in. Raises NotAuthenticated or Forbidden."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    bears = scheme.lower() == "bearer"  # schemes have no case: RFC 9110, section 11.1
    if bears and shown.startswith(tokens.PREFIX) and not refresh:
        access = _by_token(shown, scope)
    else:
        access = _by_login(shown if bears else None, refresh)
    if request.method not in SAFE:
        db.session.commit()  # may be an upload of an hour: hold no connection meanwhile
    if scope == "admin" and not access.is_admin:
        raise AdminOnly
    if scope == "upload" and request.method == "POST" and _must_verify(access):
        raise EmailUnverified
    touch(access.shown)
    return access


def _by_login(shown: str | None, refresh: bool) -> Access:
    if shown is None:
        verify_jwt_in_request(refresh=refresh)
        claims = get_jwt()
    else:
        claims = claims_of(shown, "refresh" if refresh else "access")
    login = sessions.standing(str(claims.get("login", "")))
    if login is None:
        raise NotAuthenticated
    is_admin = login.role == "admin"
    return Access(login, login.user_id, is_admin, login.email_verified, str(claims["jti"]))


def _by_token(shown: str, scope: Scope | None) -> Access:
    token = tokens.find(shown)
    if token is None:
        raise NotAuthenticated
    enough = {"read" if request.method in SAFE else "write"}
    if scope == "upload":
        enough.add("upload")
    if scope in ("session", "admin") or not enough & set(token.scopes):
        raise InsufficientScope
    user = token.user
    return Access(token, user.id, user.is_admin, user.email_verified)


def _must_verify(access: Access) -> bool:
    return not (access.email_verified or config.current().UNVERIFIED_UPLOADS)


def _describe(view: Callable[..., Any], refresh: bool) -> None:
    """Tell the API's description what a route may answer before it begins."""
    spec = view.__dict__.setdefault("_spec", {})
    spec["security"] = "bearer"
    described = spec.get("responses", ())
    if not isinstance(described, dict):
        described = {status: HTTPStatus(status).phrase for status in described}
    refusals = {401: "Not authenticated", 403: "This token is not good for that"}
    if refresh:
        del refusals[403]
    spec["responses"] = {**refusals, **described}
