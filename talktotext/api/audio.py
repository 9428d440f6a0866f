"""The recording of a note, for a player that follows the text."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from apiflask import APIBlueprint
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from talktotext import config
from talktotext.api.owned import owned
from talktotext.api.signin import signed_in
from talktotext.errors import Outdated, StorageMissing
from talktotext.extensions import db
from talktotext.models import Note, Recording, Upload
from talktotext.storage import make_storage
from talktotext.storage.names import attachment

bp = APIBlueprint("audio", __name__, url_prefix="/api/notes", tag="Notes")

CHUNK = 256 * 1024  # bytes of the recording that are in memory at once
LINK_SECONDS = 3600  # a player comes back for more while somebody listens
UNKNOWN = "application/octet-stream"

RESPONSES: Any = {
    200: {
        "description": "The recording as it was uploaded",
        "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: "The part of it that `Range` asks for",
    302: "Where the bucket itself gives it, if S3_PRESIGNED_DOWNLOADS is set",
    404: "Note not found",
    410: "The recording is no longer kept",
    412: "It is not the one that `If-Match` names",
    416: "It has no such part",
}


@bp.get("/<note_id>/audio")
@signed_in
@bp.doc(responses=RESPONSES)
def audio(note_id: str) -> AnyResponse:
    """Listen to the recording, whole or in parts"""
    upload = db.session.get_one(Upload, owned(Note, note_id).upload_id)
    recording = db.session.get(Recording, upload.file_path) if upload.file_path else None
    if recording is None:
        raise StorageMissing("The recording is no longer kept; its notes are")
    kind, name = recording.media_type or UNKNOWN, upload.file_name or "recording"
    if address := _address(recording.key, name, kind):
        return redirect(address)
    return _streamed(recording, kind, name)


def _address(key: str, name: str, kind: str) -> str | None:
    """Where the bucket itself gives the recording; None if it has none, or is not to."""
    settings = config.current()
    if not settings.S3_PRESIGNED_DOWNLOADS:
        return None
    return make_storage(settings).link(key, name, kind, LINK_SECONDS)


def _streamed(recording: Recording, kind: str, name: str) -> Response:
    """The bytes that the request asks for (RFC 9110, section 14), a chunk in memory at a time."""
    # An attachment of a kind that no browser runs, whatever somebody uploaded.
    headers = {"Content-Disposition": attachment(name), "X-Content-Type-Options": "nosniff"}
    response = Response(content_type=kind, headers=headers)
    response.set_etag(recording.sha256)
    response.make_conditional(_asked(), accept_ranges=True, complete_length=recording.size)
    if response.status_code == 412:
        raise Outdated("The recording is another one")
    if response.status_code == 304:
        return response
    part = response.content_range
    first, last = (part.start or 0, part.stop or 0) if part else (0, recording.size)
    response.content_length = last - first
    file = make_storage(config.current()).open(recording.key, first)
    response.response = _chunks(file, last - first)
    response.call_on_close(file.close)
    return response


def _asked() -> dict[str, Any]:
    """The request, without a `Range` of other units than bytes, which is to be ignored (RFC 9110,
    section 14.2), or of several parts, which may be."""
    unit, _, parts = request.headers.get("Range", "").partition("=")
    is_understood = unit.strip().lower() == "bytes" and "," not in parts
    return {k: v for k, v in request.environ.items() if is_understood or k != "HTTP_RANGE"}


def _chunks(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (data := file.read(min(left, CHUNK))):
        left -= len(data)
        yield data
