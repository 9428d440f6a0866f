"""Registering, signing in and out."""

from typing import Any

from apiflask import APIBlueprint

from talktotext import audit
from talktotext.accounts import sessions, users
from talktotext.api.cookies import check, given, in_cookies, taken_back
from talktotext.api.logins import rotate, sign_in
from talktotext.api.schemas.auth import LoginIn, LoginOut, RegisterIn, TokensOut
from talktotext.api.signin import current_access, current_login, signed_in
from talktotext.errors import AccountDisabled, NotAuthenticated
from talktotext.models import Login
from talktotext.passwords import is_password

bp = APIBlueprint("auth", __name__, url_prefix="/auth", tag="Authentication")


@bp.post("/register")
@bp.input(RegisterIn)
@bp.output(LoginOut, 201)
@bp.doc(responses=[400, 403, 409])
def register(json_data: RegisterIn) -> dict[str, Any]:
    """Register a user

    Who was invited sends the `token` of the link they got as `invitation`.
    """
    check(json_data.cookies)
    user = users.register(json_data.person(), json_data.password, json_data.invitation)
    signed = sign_in(user, "user.registered")
    users.ask_to_verify(user)
    return given(signed, as_cookies=json_data.cookies)


@bp.post("/login")
@bp.input(LoginIn)
@bp.output(LoginOut)
@bp.doc(responses=[400, 401, 403])
def login(json_data: LoginIn) -> dict[str, Any]:
    """Sign in"""
    check(json_data.cookies)
    user = users.find(json_data.email)
    stored = user.password_hash if user else None
    if not is_password(stored, json_data.password) or user is None:
        audit.record("login.failed", user.id if user else None)
        raise NotAuthenticated("Invalid credentials")
    if user.is_refused:  # who knows the password may know that, too
        audit.record("login.refused", user.id)
        raise AccountDisabled
    if not users.still_is(user):  # it was changed while this one was looked at
        raise NotAuthenticated("Invalid credentials")
    return given(sign_in(user), as_cookies=json_data.cookies)


@bp.post("/refresh")
@signed_in(refresh=True)
@bp.output(TokensOut)
def refresh() -> dict[str, str]:
    """Trade the refresh token for a new pair"""
    return given(rotate(current_login(), current_access().jti), as_cookies=in_cookies())


@bp.post("/logout")
@signed_in(scope="session")
@bp.output({}, 204)
def logout() -> str:
    """Sign out: this login's tokens are refused from now on"""
    login = current_login()
    sessions.revoke(Login.id == login.id)
    audit.record("logout", login.user_id, session=login.id)
    taken_back()
    return ""
