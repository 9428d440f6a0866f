"""Resumable uploads: the tus protocol. What is whole becomes an upload like any other."""

from contextlib import suppress
from functools import wraps
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import request, url_for

from talktotext import config, quotas, resumable
from talktotext.api import tus
from talktotext.api.gate import sending
from talktotext.api.receiving import receive, take
from talktotext.api.schemas.files import PartialOut
from talktotext.api.signin import View, current_user_id, signed_in
from talktotext.errors import (
    InvalidRequest,
    MediaError,
    MediaTimeout,
    NotFound,
    StorageUnavailable,
    TooLarge,
    UploadGone,
    WrongChecksum,
    WrongOffset,
)
from talktotext.extensions import db
from talktotext.models import PartialUpload, new_id
from talktotext.recordings import display_name
from talktotext.resumable import writing
from talktotext.resumable.writer import Writer
from talktotext.storage import make_storage

bp = APIBlueprint("files", __name__, url_prefix="/api/files", tag="Resumable uploads")
bp.after_request(tus.describe)

PIECE = 256 * 1024  # bytes; read and written at once


def speaking_tus(view: View) -> View:
    """Refuse clients of another version; goes right below `signed_in`."""

    @wraps(view)
    def checked(*args: Any, **values: Any) -> Any:
        tus.check_version()
        return view(*args, **values)

    return cast(View, checked)


@bp.post("/", strict_slashes=False)
@signed_in(scope="upload")
@speaking_tus
@sending
@bp.output({}, 201)
@bp.doc(responses=tus.answers(400, 403, 408, 412, 413, 415, 422, 423, 503, 507))
def create() -> Any:
    """Begin a resumable upload

    By tus 1.0.0: `Upload-Length` or `Upload-Defer-Length`, and `Upload-Metadata` with `filename`
    and the fields of the upload form. `Location` says where to send the bytes; the first of them
    may come along. See docs/uploads.md.
    """
    length, fields = tus.length(), tus.metadata()
    if length is not None and length > config.current().MAX_CONTENT_LENGTH:
        raise TooLarge
    brings = tus.has_body()
    asked = tus.form(fields).model_dump(mode="json", exclude_unset=True, by_alias=True)
    name = display_name(fields.get("filename") or fields.get("name") or "")
    form = {"asked": asked, "metadata": request.headers.get("Upload-Metadata", "")}
    quotas.check(current_user_id(), jobs=1)
    partial = PartialUpload(
        id=new_id(), user_id=current_user_id(), length=length, offset=0, name=name, form=form
    )
    with resumable.beginning(partial):
        if brings or length == 0:
            _append(partial, 0)
    place = url_for("files.show", file_id=partial.id)
    return "", 201, {**tus.headers(partial), "Location": place}


@bp.get("/<file_id>")
@signed_in(scope="upload")
@bp.output(PartialOut)
@bp.doc(responses=[404, 412])
def show(file_id: str) -> Any:
    """Tell how far a resumable upload has come

    To HEAD in the headers of tus; to GET in JSON, with the id of the upload that it became.
    """
    if request.method == "HEAD":
        tus.check_version()
    partial = own(file_id)
    return partial, 200, tus.headers(partial)


@bp.patch("/<file_id>")
@signed_in(scope="upload")
@speaking_tus
@sending
@bp.output({}, 204)
@bp.doc(responses=tus.answers(400, 403, 404, 408, 409, 410, 412, 413, 415, 422, 423, 503, 507))
def append(file_id: str) -> Any:
    """Send bytes of a resumable upload

    From `Upload-Offset` on, as `application/offset+octet-stream`, with an `Upload-Checksum` if you
    like. The answer to the last of them names the upload that it became in `X-Upload-Id`.
    """
    partial, offset = own(file_id), tus.number("Upload-Offset")
    if not tus.has_body():
        raise tus.NotBytes
    if offset is None:
        raise InvalidRequest("Send Upload-Offset")
    if partial.upload_id or partial.direct:
        if partial.direct or offset != partial.offset:
            raise WrongOffset
    else:
        _append(partial, offset)
    return "", 204, tus.headers(partial)


@bp.delete("/<file_id>")
@signed_in(scope="upload")
@speaking_tus
@bp.output({}, 204)
@bp.doc(responses=[404, 412, 423])
def delete(file_id: str) -> Any:
    """Give a resumable upload up

    What it became, if it was whole, stays. While bytes of it are coming in it is refused at once.
    """
    resumable.give_up(own(file_id))
    return ""


def own(file_id: str) -> PartialUpload:
    """The user's own resumable upload. Raises NotFound."""
    try:
        mine = {"id": str(UUID(file_id)), "user_id": current_user_id()}
    except ValueError:
        mine = {"id": ""}
    partial = db.session.scalar(sa.select(PartialUpload).filter_by(**mine))
    db.session.commit()  # hold no connection while bytes come in
    if partial is None:
        raise NotFound("Upload not found")
    return partial


def _append(partial: PartialUpload, offset: int) -> None:
    """Write what the request brings; if that is all there is, make the upload."""
    checksum = tus.checksum()
    with writing(partial, offset) as writer:
        most = _known_length(writer) - offset
        if (request.content_length or 0) > most:
            raise TooLarge("These are more bytes than the upload has")
        if checksum:
            writer.forget()
        _copy(writer, most, checksum)
        if writer.offset == writer.row.length:
            finish(writer)
    db.session.refresh(partial)
    db.session.commit()


def _known_length(writer: Writer) -> int:
    """Bytes that the upload may have; the client may say just now how many it will."""
    said, known = tus.number("Upload-Length"), writer.row.length
    most = int(config.current().MAX_CONTENT_LENGTH)
    if said is None:
        return most if known is None else known
    if known not in (None, said):
        raise InvalidRequest("The length of an upload does not change")
    if said > most or said < writer.offset:
        raise TooLarge
    writer.say_length(said)
    return said


def _copy(writer: Writer, most: int, checksum: tus.Checksum | None) -> None:
    """Write up to so many bytes of the body. Raises WrongChecksum, and then keeps none."""
    found = checksum.new() if checksum else None
    while most > 0 and (data := request.stream.read(min(PIECE, most))):
        writer.write(data)
        most -= len(data)
        if found:
            found.update(data)
    if checksum and found:
        if found.digest() != checksum.digest:
            raise WrongChecksum
        writer.trust()


def finish(writer: Writer) -> str:
    """Make the upload of what is whole; its id. What turns out to be no recording is dropped, and
    what is not what was sent; whatever else fails can be tried again."""
    partial = writer.row
    wanted = tus.form(partial.form["asked"])
    quotas.check(partial.user_id, jobs=1)
    try:
        with writer.lasting(), writer.pieces.whole() as (file, key):
            if file.seek(0, 2) != partial.length:
                raise UploadGone
            received = receive(file, partial.name, wanted, key=key, reserved=True)
            upload = take(received, wanted, writer.became)
    except (MediaError, MediaTimeout, UploadGone):
        writer.forget()
        resumable.discard(partial)
        raise
    if key and upload.file_path != key:  # the same bytes were there already
        with suppress(StorageUnavailable):  # it goes with the next clean-up then
            make_storage(config.current()).delete(key)
    return upload.id
