"""The upload route: a door to the kind of work named "notes"."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import request

from talktotext import config, runner
from talktotext.api.gate import sending
from talktotext.api.owned import owned
from talktotext.api.problems import answer
from talktotext.api.receiving import asked_of, receive, take
from talktotext.api.schemas.upload import StatusOut, UploadIn, UploadOut
from talktotext.api.signin import signed_in
from talktotext.api.status import status_of
from talktotext.errors import InvalidRequest
from talktotext.extensions import db
from talktotext.jobs.link import checked_link, link_name
from talktotext.models import OVER, Job, Upload
from talktotext.recordings import Received, display_name

bp = APIBlueprint("upload", __name__, url_prefix="/api", tag="Recordings")

KEY_LENGTH = 255


@bp.post("/upload")
@signed_in(scope="upload")
@sending
@bp.input(UploadIn, location="form_and_files")
@bp.output(UploadOut)
@bp.doc(responses=[400, 403, 413, 415, 422, 500, 502, 503, 504, 507])
def create(form_and_files_data: UploadIn) -> Any:
    """Upload a recording

    Answers at once with `status` `uploaded`; with `background=false`, when the note is ready, or
    with the reason why there will be none.
    With an `Idempotency-Key` header, the same request sent again gives the same upload.
    """
    wanted = form_and_files_data
    upload_id = take(_received(wanted), wanted).id
    return _accepted(upload_id) if wanted.background else _waited(upload_id)


def _received(wanted: UploadIn) -> Received:
    """The recording that came in, known to be one; or the link to one, known to be a link."""
    key = _idempotency_key()
    if wanted.file is not None:
        name = display_name(wanted.file.filename or "")
        return receive(wanted.file.stream, name, wanted, idempotency_key=key)
    if wanted.url:
        link = checked_link(wanted.url, config.current())
        asked = {**asked_of(wanted), "idempotency_key": key}
        return Received(None, None, link_name(link), url=str(link), **asked)
    raise InvalidRequest("File or URL required")


def _idempotency_key() -> str | None:
    """The client's name for this request (draft-ietf-httpapi-idempotency-key-header)."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_LENGTH:
        raise InvalidRequest(f"An Idempotency-Key has at most {KEY_LENGTH} characters")
    return key or None


def _accepted(upload_id: str) -> dict[str, Any]:
    return {"upload_id": upload_id, "status": "uploaded"}


def _waited(upload_id: str) -> Any:
    """The answer of a caller that waits for the worker; past the limit, the background answer."""
    upload = runner.wait(upload_id, config.current().SYNC_WAIT_SECONDS)
    if upload.status not in OVER:
        return _accepted(upload_id)
    if upload.error:
        return answer({**upload.error, "upload_id": upload_id})
    return {"upload_id": upload.id, "note_id": upload.note_id, "status": upload.status}


@bp.post("/upload/<upload_id>/cancel")
@signed_in
@bp.output(StatusOut)
@bp.doc(responses=[404, 409])
def cancel(upload_id: str) -> Any:
    """Stop working on a recording"""
    runner.cancel(_job(upload_id))
    return status_of(upload_id)


@bp.post("/upload/<upload_id>/retry")
@signed_in
@bp.output(StatusOut)
@bp.doc(responses=[404, 409])
def retry(upload_id: str) -> Any:
    """Try a failed or cancelled recording again

    What was done already is not done again.
    """
    runner.retry(_job(upload_id))
    return status_of(upload_id)


@bp.delete("/upload/<upload_id>")
@signed_in
@bp.output({}, 204)
@bp.doc(responses=[404])
def delete(upload_id: str) -> Any:
    """Delete a recording with its transcript and notes

    Work on it stops.
    """
    runner.delete_upload(owned(Upload, upload_id))
    return ""


def _job(upload_id: str) -> Job:
    upload = owned(Upload, upload_id)
    newest = sa.select(Job).filter_by(upload_id=upload.id).order_by(Job.created_at.desc())
    return db.session.scalars(newest.limit(1)).one()
