"""Files that are sent whole, in part, or not again (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import Response, request

from talktotext.errors import Outdated
from talktotext.storage.names import attachment

CHUNK = 256 * 1024  # bytes of a file that are in memory at once


@dataclass(frozen=True)
class Body:
    """The bytes of a file.

    Attributes:
        open: a stream of them from that number on.
    """

    size: int
    open: Callable[[int], BinaryIO]


@dataclass(frozen=True)
class File:
    """What is told of a file before its bytes.

    Attributes:
        tag: a strong entity tag; the same tag, the same bytes.
    """

    name: str
    media_type: str
    tag: str

    def head(self) -> Response:
        """Its headers. An attachment of a kind that no browser runs, whatever is in it, and which
        a browser asks for again, as it may be somebody else's by then."""
        response = Response(mimetype=self.media_type)
        response.headers["Content-Disposition"] = attachment(self.name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(self.tag)
        return response


def not_modified(file: File) -> Response | None:
    """The answer to who has it already; None to others.

    Raises:
        Outdated: it is not the one that `If-Match` names.
    """
    if "If-Match" in request.headers and not request.if_match.contains(file.tag):
        raise Outdated("It is another one by now", hint="Ask for it without If-Match.")
    if not request.if_none_match.contains_weak(file.tag):
        return None
    response = file.head()
    response.status_code = 304
    return response


def sent(file: File, body: Body) -> Response:
    """As much of it as the request asks for, a chunk in memory at a time."""
    response = file.head()
    response.make_conditional(_ranged(body.size), accept_ranges=True, complete_length=body.size)
    part = response.content_range
    first, last = (part.start or 0, part.stop or 0) if part else (0, body.size)
    response.content_length = last - first
    if request.method != "HEAD":
        stream = body.open(first)
        response.response = _chunks(stream, last - first)
        response.call_on_close(stream.close)
    return response


def _ranged(size: int) -> dict[str, Any]:
    """The request with nothing but a `Range` that is to be heeded: of a GET, in bytes, of one part,
    and not if `If-Range` names a weak tag (RFC 9110, sections 13.1.5 and 14.2). The last so many
    bytes of a file that is shorter are all of it (section 14.1.2)."""
    unit, _, parts = request.headers.get("Range", "").partition("=")
    weak = request.headers.get("If-Range", "").startswith("W/")
    heeded = unit.strip().lower() == "bytes" and "," not in parts and not weak
    known = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"}  # those were seen to
    known |= set() if heeded and request.method == "GET" else {"HTTP_RANGE"}
    out = {name: value for name, value in request.environ.items() if name not in known}
    suffix = re.fullmatch(r"-([0-9]{1,20})", parts.strip())
    if suffix and "HTTP_RANGE" in out:
        out["HTTP_RANGE"] = f"bytes=-{min(int(suffix[1]), size)}"
    return out


def _chunks(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (data := file.read(min(left, CHUNK))):
        left -= len(data)
        yield data
