"""Uploads straight into the bucket: we hand out addresses, the bytes never pass through here."""

from typing import Any, cast

from apiflask import APIBlueprint

from talktotext import config, quotas, resumable
from talktotext.api.files import finish, own
from talktotext.api.gate import sending
from talktotext.api.schemas.files import DirectIn, DirectOut
from talktotext.api.schemas.upload import UploadOut
from talktotext.api.signin import current_user_id, signed_in
from talktotext.errors import Conflict, InvalidRequest, NotFound, StorageMissing, TooLarge
from talktotext.models import PartialUpload, new_id
from talktotext.recordings import display_name
from talktotext.storage import make_storage
from talktotext.storage.bucket_pieces import BucketPieces, Part, Parts

bp = APIBlueprint("direct", __name__, url_prefix="/api/files/direct", tag="Resumable uploads")

MIB = 2**20
PART = 8 * MIB  # bytes, at least
MOST_PARTS = 1_000  # addresses in one answer
SECONDS = 6 * 3600  # that an address is good for


@bp.post("")
@signed_in(scope="upload")
@bp.input(DirectIn)
@bp.output(DirectOut, 201)
@bp.doc(responses=[400, 403, 413, 503])
def create(json_data: DirectIn) -> Any:
    """Begin an upload straight into the bucket

    Where recordings are kept in one. PUT each part to its address, then complete it.
    """
    parts = _parts()
    if json_data.size > config.current().MAX_CONTENT_LENGTH:
        raise TooLarge
    asked = json_data.model_dump(
        mode="json", exclude_unset=True, by_alias=True, exclude={"filename", "size"}
    )
    partial = PartialUpload(
        id=new_id(),
        user_id=current_user_id(),
        length=json_data.size,
        offset=0,
        name=display_name(json_data.filename),
        form={"asked": asked},
        direct=True,
    )
    quotas.check(partial.user_id, size=json_data.size, jobs=1)
    partial.parts = {"upload": parts.begin(_key(partial))}
    with resumable.beginning(partial):
        return _shown(partial)


@bp.get("/<file_id>")
@signed_in(scope="upload")
@bp.output(DirectOut)
@bp.doc(responses=[400, 404, 410, 503])
def show(file_id: str) -> Any:
    """Show which parts are missing, with new addresses for them"""
    return _shown(_own(file_id))


@bp.post("/<file_id>/complete")
@signed_in(scope="upload")
@sending
@bp.output(UploadOut)
@bp.doc(responses=[400, 403, 404, 409, 410, 413, 415, 422, 423, 503, 507])
def complete(file_id: str) -> Any:
    """Make an upload of the parts

    They are those that the bucket has: nothing needs to be told of them. Completing it again gives
    the same answer.
    """
    partial = _own(file_id)
    if partial.upload_id is None:
        with resumable.writing(partial, 0) as writer:
            writer.forget()  # what counts is what the bucket has
            there = _there(partial)
            if missing := _missing(partial, there):
                raise Conflict("Not all parts are there", missing=[n for n, _ in missing[:100]])
            cast(BucketPieces, writer.pieces).adopt(there)
            writer.offset = partial.length or 0
            partial.upload_id = finish(writer)
    return {"upload_id": partial.upload_id, "status": "uploaded"}


@bp.delete("/<file_id>")
@signed_in(scope="upload")
@bp.output({}, 204)
@bp.doc(responses=[400, 404, 423, 503])
def delete(file_id: str) -> Any:
    """Give an upload into the bucket up

    What it became, if it was completed, stays. While it is being completed it is refused at once.
    """
    resumable.give_up(_own(file_id))
    return ""


def _parts() -> Parts:
    """The bucket's. Raises InvalidRequest if there is no bucket."""
    if parts := make_storage(config.current()).multipart():
        return parts
    raise InvalidRequest(
        "Recordings are not kept in a bucket here", hint="Send it to /api/files/ or /api/upload."
    )


def _own(file_id: str) -> PartialUpload:
    _parts()
    partial = own(file_id)
    if not partial.direct:
        raise NotFound("Upload not found")
    return partial


def _key(partial: PartialUpload) -> str:
    return f"multipart/{partial.id}"


def _part_size(length: int) -> int:
    """Bytes of every part but the last: whole MiB, and no more parts than there may be."""
    return max(PART, -(-length // (MOST_PARTS * MIB)) * MIB)


def _sizes(partial: PartialUpload) -> list[tuple[int, int]]:
    """Numbers and sizes of the parts that it is to have."""
    length = partial.length or 0
    size = _part_size(length)
    starts = range(0, length, size)
    return [(n, min(size, length - start)) for n, start in enumerate(starts, 1)]


def _there(partial: PartialUpload) -> list[Part]:
    """The parts that the bucket has; all of them, where it made one object of them already and then
    something else failed. Raises StorageMissing."""
    try:
        return _parts().there(_key(partial), str(partial.parts.get("upload")))
    except StorageMissing:
        if make_storage(config.current()).size(_key(partial)) != partial.length:
            raise
        return [Part(n, size, "") for n, size in _sizes(partial)]


def _missing(partial: PartialUpload, there: list[Part]) -> list[tuple[int, int]]:
    """Numbers and sizes of the parts that are still to be sent."""
    found = {part.number: part.size for part in there}
    return [(n, size) for n, size in _sizes(partial) if found.get(n) != size]


def _shown(partial: PartialUpload) -> dict[str, Any]:
    parts, key = _parts(), _key(partial)
    upload = str(partial.parts.get("upload"))
    done = partial.upload_id is not None
    there = [] if done else _there(partial)
    missing = [] if done else _missing(partial, there)
    return {
        "id": partial.id,
        "length": partial.length,
        "part_size": _part_size(partial.length or 0),
        "parts": [
            {"number": n, "size": size, "url": parts.address(key, upload, n, size, SECONDS)}
            for n, size in missing
        ],
        "there": sorted(part.number for part in there),
        "expires_at": partial.expires_at,
        "upload_id": partial.upload_id,
    }
