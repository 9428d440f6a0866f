"""One's own account: shown, changed, taken along, deleted."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from talktotext import audit
from talktotext.accounts import exports, users
from talktotext.api.partial import Body, File, not_modified, sent
from talktotext.api.schemas.account import DeleteMeIn, ExportOut
from talktotext.api.schemas.auth import ProfileIn, ProfileOut
from talktotext.api.signin import current_login, current_user, signed_in
from talktotext.errors import InvalidRequest
from talktotext.extensions import db
from talktotext.models import User
from talktotext.passwords import is_password

bp = APIBlueprint("account", __name__, url_prefix="/auth/me", tag="Account")

ZIP: Any = {
    200: {
        "description": "A zip of everything there is of the user",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: "The part of it that `Range` asks for",
    304: "It is the one that `If-None-Match` names",
    404: "There is none, or it is not finished",
    412: "It is not the one that `If-Match` names",
    416: "It has no such part",
}


@bp.get("")
@signed_in
@bp.output(ProfileOut)
def me() -> Any:
    """Show the user"""
    return current_user()


@bp.patch("")
@signed_in(scope="session")
@bp.input(ProfileIn)
@bp.output(ProfileOut)
@bp.doc(responses=[400])
def update_me(json_data: ProfileIn) -> Any:
    """Change name, phone, vocabulary or password

    A new password needs the current one, and ends all other logins.
    """
    user = current_user()
    if json_data.password is not None:
        _check(user, json_data.current_password)
        users.set_password(user, json_data.password, keep=current_login())
    for field in json_data.model_fields_set & {"name", "phone"}:
        setattr(user, field, getattr(json_data, field) or (user.name if field == "name" else None))
    if json_data.vocabulary is not None:
        user.vocabulary = json_data.vocabulary
    db.session.commit()
    return user


@bp.delete("")
@signed_in(scope="session")
@bp.input(DeleteMeIn)
@bp.output({}, 204)
@bp.doc(responses=[400, 409])
def delete_me(json_data: DeleteMeIn) -> str:
    """Delete the user with all recordings and notes

    Needs the current password. Nothing of it can be brought back; `POST /auth/me/export` first.
    The last admin has to make another one before.
    """
    user = current_user()
    _check(user, json_data.current_password)
    users.keep_an_admin(user)
    users.delete(user, by="themselves", seconds=users.AT_ONCE)
    return ""


@bp.post("/export")
@signed_in(scope="session")
@bp.output(ExportOut, 202)
def begin_export() -> Any:
    """Have everything there is of the user put into a zip

    One is kept at a time, for a week. While one is being made, that is the answer.
    """
    return exports.begin(current_user())


@bp.get("/export")
@signed_in(scope="session")
@bp.output(ExportOut)
@bp.doc(responses=[404])
def show_export() -> Any:
    """Show how far the zip has come"""
    return exports.newest(current_user())


@bp.get("/export/download")
@signed_in(scope="session")
@bp.doc(responses=ZIP)
def download_export() -> Response:
    """Download the zip, whole or in parts"""
    zipped = exports.finished(current_user())
    file = File("talktotext.zip", "application/zip", zipped.id)
    return not_modified(file) or sent(file, Body(zipped.size, zipped.open))


def _check(user: User, password: str | None) -> None:
    if not is_password(user.password_hash, password or ""):
        audit.record("password.refused", user.id)
        raise InvalidRequest("The current password is not right")
