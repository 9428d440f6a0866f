"""How far a recording has come."""

from typing import Any

from apiflask import APIBlueprint

from talktotext.api.owned import owned_columns
from talktotext.api.schemas.upload import StatusOut
from talktotext.api.signin import signed_in
from talktotext.models import Upload

bp = APIBlueprint("status", __name__, url_prefix="/api", tag="Recordings")

COLUMNS = ("status", "progress", "note_id", "error_message", "error")


@bp.get("/status/<upload_id>")
@signed_in(scope="upload")
@bp.output(StatusOut)
@bp.doc(responses=[404])
def show(upload_id: str) -> dict[str, Any]:
    """Show how far a recording has come"""
    return status_of(upload_id)


def status_of(upload_id: str) -> dict[str, Any]:
    """The state of an upload of the user's own, in the words of the interface. Raises NotFound."""
    upload = owned_columns(Upload, upload_id, *COLUMNS)
    reason = upload["error"] or {}
    return {
        "status": upload["status"],
        "progress": upload["progress"],
        "note_id": upload["note_id"],
        "error": upload["error_message"],
        **{name: reason.get(name) for name in ("code", "hint", "retryable")},
    }
