"""The recording of a note, for a player that follows the text."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import redirect, request
from werkzeug.wrappers import Response

from talktotext import config
from talktotext.api.owned import owned
from talktotext.api.partial import Body, File, not_modified, sent
from talktotext.api.signin import signed_in
from talktotext.errors import StorageMissing
from talktotext.extensions import db
from talktotext.models import Note, Recording, Upload
from talktotext.storage import make_storage

bp = APIBlueprint("audio", __name__, url_prefix="/api/notes", tag="Notes")

LINK_SECONDS = 3600  # a player comes back for more while somebody listens
UNKNOWN = "application/octet-stream"

RESPONSES: Any = {
    200: {
        "description": "The recording as it was uploaded",
        "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: "The part of it that `Range` asks for",
    304: "It is the one that `If-None-Match` names",
    302: "Where the bucket itself gives it, if S3_PRESIGNED_DOWNLOADS is set",
    404: "Note not found",
    410: "The recording is no longer kept",
    412: "It is not the one that `If-Match` names",
    416: "It has no such part",
}


@bp.get("/<note_id>/audio")
@signed_in
@bp.doc(responses=RESPONSES)
def audio(note_id: str) -> Response:
    """Listen to the recording, whole or in parts"""
    upload = db.session.get_one(Upload, owned(Note, note_id).upload_id)
    recording = db.session.get(Recording, upload.file_path) if upload.file_path else None
    if recording is None:
        raise StorageMissing("The recording is no longer kept; its notes are")
    kind, name = recording.media_type or UNKNOWN, upload.file_name or "recording"
    if address := _address(recording.key, name, kind):
        return redirect(address)
    file = File(name, kind, recording.sha256)
    stream = partial(make_storage(config.current()).open, recording.key)
    return not_modified(file) or sent(file, Body(recording.size, stream))


def _address(key: str, name: str, kind: str) -> str | None:
    """Where the bucket itself gives the recording; None if it has none, or is not to."""
    settings = config.current()
    if not settings.S3_PRESIGNED_DOWNLOADS or request.method == "HEAD":
        return None  # such an address is signed for GET alone
    return make_storage(settings).link(key, name, kind, LINK_SECONDS)
