"""Notes as documents."""

import hashlib
from contextlib import closing, suppress
from io import BytesIO
from typing import Any

from apiflask import APIBlueprint
from flask import redirect, send_file
from sqlalchemy.orm import undefer
from werkzeug.wrappers import Response

from talktotext import config, documents
from talktotext.api.owned import owned
from talktotext.api.signin import signed_in
from talktotext.errors import NotFound, StorageMissing
from talktotext.extensions import db
from talktotext.jobs.shown import EXPORTS, as_document, export_key, read_transcript
from talktotext.models import Note, Upload
from talktotext.storage import make_storage, put
from talktotext.storage.names import attachment

bp = APIBlueprint("downloads", __name__, url_prefix="/api/download", tag="Notes")

LINK_SECONDS = 300  # who is sent on follows at once

RESPONSES: Any = {
    200: {
        "description": "The document, as an attachment named after the note's title",
        # A range: the writers, which know their own, are imported on first use.
        "content": {"application/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    302: "Where the bucket itself gives the document, if S3_PRESIGNED_DOWNLOADS is set",
    404: "Note not found",
}


@bp.get("/<extension>/<note_id>")
@signed_in
@bp.doc(responses=RESPONSES)
def download(extension: str, note_id: str) -> Response:
    """Download a note as `pdf` or `docx`, its transcript as `srt` or `vtt`"""
    if extension not in documents.FORMATS:
        raise NotFound("There is no such document format")
    note = owned(Note, note_id, undefer(Note.document))
    name = documents.file_name(note.title, extension)
    media_type = documents.get_writer(extension).media_type
    if address := _address(note, extension, name, media_type):
        return redirect(address)
    data = _stored(note, extension)
    response = send_file(BytesIO(data), mimetype=media_type, etag=hashlib.sha256(data).hexdigest())
    response.headers["Content-Disposition"] = attachment(name)
    return response


def render(note: Note, extension: str) -> bytes:
    """The note as a document of that kind, made anew."""
    upload = db.session.get_one(Upload, note.upload_id)
    segments = read_transcript(upload.id, note.take)
    return documents.render(extension, as_document(note, segments, upload.file_name))


def _address(note: Note, extension: str, name: str, media_type: str) -> str | None:
    """Where the bucket itself gives the document; None if it has none, or is not to."""
    settings, key = config.current(), export_key(note.upload_id, extension, note.revision)
    if settings.S3_PRESIGNED_DOWNLOADS and extension in EXPORTS:
        with suppress(StorageMissing):
            return make_storage(settings).link(key, name, media_type, LINK_SECONDS)
    return None


def _stored(note: Note, extension: str) -> bytes:
    """The document that the job made; made again where it is gone, or the note has changed."""
    if extension not in EXPORTS:
        return render(note, extension)
    key = export_key(note.upload_id, extension, note.revision)
    storage = make_storage(config.current())
    try:
        with closing(storage.open(key)) as file:
            return file.read()
    except StorageMissing:
        data = render(note, extension)
        put(storage, key, data)
        return data
