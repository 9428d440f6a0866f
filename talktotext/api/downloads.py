"""Notes as documents."""

from contextlib import suppress
from typing import Any

from apiflask import APIBlueprint
from flask import redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from talktotext import config, documents
from talktotext.api.exporting import obtain, render
from talktotext.api.owned import of_own
from talktotext.api.partial import File, not_modified, sent
from talktotext.api.schemas.downloads import DownloadForm, DownloadIn
from talktotext.api.signin import signed_in
from talktotext.documents.template import checked_logo
from talktotext.errors import InvalidRequest, NotFound, StorageMissing
from talktotext.jobs.kept import KEPT, Export
from talktotext.jobs.look import Look
from talktotext.models import Note
from talktotext.storage import make_storage

bp = APIBlueprint("downloads", __name__, url_prefix="/api/download", tag="Notes")

LINK_SECONDS = 300  # who is sent on follows at once

DOCUMENT: Any = {
    "description": "The document, as an attachment named after the note's title",
    # A range: the writers, which know their own, are imported on first use.
    "content": {"application/*": {"schema": {"type": "string", "format": "binary"}}},
}
MADE: Any = {
    200: DOCUMENT,
    400: "The request is not valid",
    404: "Note not found",
    503: "It is still being made; ask again after `Retry-After` seconds",
}
KEPT_ANSWERS: Any = {
    **MADE,
    206: "The part of it that `Range` asks for",
    302: "Where the bucket itself gives the document, if S3_PRESIGNED_DOWNLOADS is set",
    304: "It is the one that `If-None-Match` names",
    412: "It is not the one that `If-Match` names",
    416: "It has no such part",
}


@bp.get("/<extension>/<note_id>")
@signed_in
@of_own(Note)
@bp.input(DownloadIn, location="query")
@bp.doc(responses=KEPT_ANSWERS)
def download(note: Note, extension: str, query_data: DownloadIn) -> AnyResponse:
    """Download a note as a document

    `pdf`, `docx`, `md`, `txt` or `json`; its transcript as `srt` or `vtt`, its action items as
    `csv` or `ics`. What takes long to make is kept until the note changes. Long ones may not be
    ready in time: then the answer is 503, and to be asked for again.
    """
    export = _export(note, extension, query_data)
    title, file = note.title, _file(note.title, export)
    if answer := not_modified(file):
        return answer
    if address := _address(export, file):
        return redirect(address)
    export, body = obtain(note, export, query_data)
    return sent(_file(title, export), body)


@bp.post("/<extension>/<note_id>")
@signed_in
@of_own(Note)
@bp.input(DownloadForm, location="form_and_files")
@bp.doc(responses={**MADE, 413: "The picture is too large"})
def download_with_logo(
    note: Note, extension: str, form_and_files_data: DownloadForm
) -> AnyResponse:
    """Download a note as a document with a logo of one's own

    It is made for this request and not kept.
    """
    wanted, logo = form_and_files_data, _picture(form_and_files_data.logo)
    export = _export(note, extension, wanted, logo)
    file = _file(note.title, export)
    response = file.head()
    response.set_data(render(export))
    return response


def _export(note: Note, extension: str, wanted: DownloadIn, logo: bytes | None = None) -> Export:
    if extension not in documents.FORMATS:
        raise NotFound("There is no such document format")
    look = Look(**wanted.model_dump(exclude={"logo"}), logo=wanted.logo is not False)
    return Export.of(note, extension, config.current(), look, logo)


def _picture(logo: FileStorage | bool | None) -> bytes | None:
    """The picture that came with the request, if one did."""
    if not isinstance(logo, FileStorage):
        return None
    try:
        return checked_logo(logo.stream.read())
    except ValueError as error:
        raise InvalidRequest(str(error)) from None


def _file(title: str, export: Export) -> File:
    media_type = documents.get_writer(export.format).media_type
    return File(documents.file_name(title, export.format), media_type, export.tag)


def _address(export: Export, file: File) -> str | None:
    """Where the bucket itself gives the document; None if it has none, or is not to."""
    settings = config.current()
    if not settings.S3_PRESIGNED_DOWNLOADS or export.format not in KEPT or _is_head():
        return None
    with suppress(StorageMissing):
        link = make_storage(settings).link
        return link(export.key, file.name, file.media_type, LINK_SECONDS)
    return None


def _is_head() -> bool:
    """Whether only the headers are asked for: such an address is signed for GET alone."""
    return request.method == "HEAD"
