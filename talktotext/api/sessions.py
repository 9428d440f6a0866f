"""Sessions: where one is signed in, and how that ends."""

from typing import Any

from apiflask import APIBlueprint

from talktotext import audit
from talktotext.accounts import sessions
from talktotext.api.schemas.account import SessionOut
from talktotext.api.signin import current_login, current_user, signed_in

bp = APIBlueprint("sessions", __name__, url_prefix="/api/sessions", tag="Account")


@bp.get("")
@signed_in(scope="session")
@bp.output(list[SessionOut])  # type: ignore[arg-type]
def index() -> list[dict[str, Any]]:
    """List sessions, the one used last first"""
    here = current_login().id
    return [
        {
            **SessionOut.model_validate(login).model_dump(),
            "last_used_at": login.last_used_at or login.created_at,
            "current": login.id == here,
        }
        for login in sessions.of_user(current_user())
    ]


@bp.delete("/<session_id>")
@signed_in(scope="session")
@bp.output({}, 204)
@bp.doc(responses=[404])
def end(session_id: str) -> str:
    """End a session: its tokens are refused from now on"""
    sessions.end(current_user(), session_id)
    return ""


@bp.delete("")
@signed_in(scope="session")
@bp.output({}, 204)
def end_others() -> str:
    """End all sessions but this one"""
    user = current_user()
    ended = sessions.end_others(user, current_login())
    audit.record("session.revoked", user.id, others=ended)
    return ""
