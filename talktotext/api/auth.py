"""Registering, signing in and out."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from sqlalchemy.exc import IntegrityError

from talktotext.api.schemas.auth import (
    LoginIn,
    LoginOut,
    ProfileIn,
    ProfileOut,
    RegisterIn,
    TokensOut,
)
from talktotext.api.signin import current_login, current_user, revoke, rotate, sign_in, signed_in
from talktotext.errors import Conflict, InvalidRequest, NotAuthenticated
from talktotext.extensions import db
from talktotext.models import Login, User
from talktotext.passwords import hash_password, is_password

bp = APIBlueprint("auth", __name__, url_prefix="/auth", tag="Authentication")


@bp.post("/register")
@bp.input(RegisterIn)
@bp.output(LoginOut, 201)
@bp.doc(responses=[400, 409])
def register(json_data: RegisterIn) -> dict[str, Any]:
    """Register a user"""
    user = User(
        name=json_data.name,
        email=json_data.email,
        phone=json_data.phone,
        password_hash=hash_password(json_data.password),
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise Conflict("Email already registered") from None
    return sign_in(user)


@bp.post("/login")
@bp.input(LoginIn)
@bp.output(LoginOut)
@bp.doc(responses=[400, 401])
def login(json_data: LoginIn) -> dict[str, Any]:
    """Sign in"""
    user = db.session.scalar(sa.select(User).filter_by(email=json_data.email.lower()))
    stored = user.password_hash if user else None
    if not is_password(stored, json_data.password) or user is None:
        raise NotAuthenticated("Invalid credentials")
    return sign_in(user)


@bp.post("/refresh")
@lambda view: signed_in(view, refresh=True)
@bp.output(TokensOut)
def refresh() -> dict[str, str]:
    """Trade the refresh token for a new pair"""
    return rotate()


@bp.post("/logout")
@signed_in
@bp.output({}, 204)
def logout() -> str:
    """Sign out: this login's tokens are refused from now on"""
    revoke(Login.id == current_login().id)
    return ""


@bp.get("/me")
@signed_in
@bp.output(ProfileOut)
def me() -> Any:
    """Show the user"""
    return current_user()


@bp.patch("/me")
@signed_in
@bp.input(ProfileIn)
@bp.output(ProfileOut)
@bp.doc(responses=[400])
def update_me(json_data: ProfileIn) -> Any:
    """Change name, phone, vocabulary or password

    A new password needs the current one, and ends all other logins.
    """
    user = current_user()
    if json_data.password is not None:
        _change_password(user, json_data)
    for field in json_data.model_fields_set & {"name", "phone"}:
        setattr(user, field, getattr(json_data, field) or (user.name if field == "name" else None))
    if json_data.vocabulary is not None:
        user.vocabulary = json_data.vocabulary
    db.session.commit()
    return user


def _change_password(user: User, wanted: ProfileIn) -> None:
    if not is_password(user.password_hash, wanted.current_password or ""):
        raise InvalidRequest("The current password is not right")
    user.password_hash = hash_password(wanted.password or "")
    revoke(Login.user_id == user.id, Login.id != current_login().id)
