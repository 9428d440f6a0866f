"""What the headers of tus say: resumable uploads, version 1.0.0
(https://tus.io/protocols/resumable-upload)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, request
from pydantic import ValidationError
from werkzeug.http import http_date

from talktotext import config
from talktotext.api.problems import sentence
from talktotext.api.schemas.upload import RecordingIn
from talktotext.errors import InvalidRequest, TalkToTextError, WrongProtocol
from talktotext.models import PartialUpload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum"
ALGORITHMS = ("sha1", "sha256", "md5")
BODY = "application/offset+octet-stream"
METADATA = 8_000  # bytes of the header


class NotBytes(TalkToTextError):
    status, code = 415, "unsupported_media_type"
    message = f"Send the bytes as {BODY}"


@dataclass(frozen=True)
class Checksum:
    """What a request's bytes have to add up to."""

    algorithm: str
    digest: bytes

    def new(self) -> Any:
        """An empty hash of that kind."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def answers(*statuses: int) -> dict[int, str]:
    """What a request that brings bytes may be answered, for the API's description."""
    return {**{status: HTTPStatus(status).phrase for status in statuses}, 460: "Checksum Mismatch"}


def check_version() -> None:
    """Raises WrongProtocol unless the client speaks our tus."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongProtocol


def describe(answer: Response) -> Response:
    """Tell what we speak, as every answer does, and to OPTIONS all of it."""
    answer.headers["Tus-Resumable"] = VERSION
    if request.method == "OPTIONS" or answer.status_code == WrongProtocol.status:
        answer.headers["Tus-Version"] = VERSION
    if request.method == "OPTIONS":
        answer.headers["Tus-Extension"] = EXTENSIONS
        answer.headers["Tus-Max-Size"] = str(int(config.current().MAX_CONTENT_LENGTH))
        answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return answer


def number(name: str) -> int | None:
    """A header that holds a count of bytes; None if there is none. Raises InvalidRequest."""
    value = request.headers.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise InvalidRequest(f"{name} must be a number of bytes")
    return int(value)


def length() -> int | None:
    """How long the upload will be; None if that is to be said later. Raises InvalidRequest."""
    size, later = number("Upload-Length"), request.headers.get("Upload-Defer-Length")
    if (size is None) == (later is None) or later not in (None, "1"):
        raise InvalidRequest("Send Upload-Length, or Upload-Defer-Length: 1")
    return size


def checksum() -> Checksum | None:
    """What the bytes have to add up to, if the client says. Raises InvalidRequest."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, digest = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidRequest(f"Upload-Checksum may be one of {', '.join(ALGORITHMS)}")
    return Checksum(algorithm, _decoded(digest, "Upload-Checksum"))


def has_body() -> bool:
    """Whether the request brings bytes of the upload. Raises NotBytes if it brings other bytes."""
    if request.mimetype == BODY:
        return True
    if request.content_length or "Transfer-Encoding" in request.headers:
        raise NotBytes
    return False


def metadata() -> dict[str, str]:
    """What Upload-Metadata says, by its keys. Raises InvalidRequest."""
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > METADATA:
        raise InvalidRequest("Upload-Metadata is too long")
    found: dict[str, str] = {}
    for pair in filter(None, map(str.strip, header.split(","))):
        key, _, value = pair.partition(" ")
        if key in found:
            raise InvalidRequest(f"Upload-Metadata has {key[:50]!r} twice")
        found[key] = _decoded(value, "Upload-Metadata").decode(errors="replace")
    return found


def form(fields: dict[str, Any]) -> RecordingIn:
    """What is asked of the recording: the fields of the upload form. Raises InvalidRequest."""
    try:
        return RecordingIn.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InvalidRequest(sentence(field, first["msg"])) from None


def headers(partial: PartialUpload) -> dict[str, str]:
    """Where an upload stands."""
    found = {
        "Upload-Offset": str(partial.offset),
        "Upload-Expires": http_date(partial.expires_at),
        "Cache-Control": "no-store",
    }
    if partial.length is None:
        found["Upload-Defer-Length"] = "1"
    else:
        found["Upload-Length"] = str(partial.length)
    if partial.upload_id:
        found["X-Upload-Id"] = partial.upload_id
    if sent := partial.form.get("metadata"):
        found["Upload-Metadata"] = sent
    return found


def _decoded(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest(f"{header} is not in Base64") from None
