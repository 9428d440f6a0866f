"""What a server says of a file in its answer."""

import re
from http import HTTPStatus
from typing import NamedTuple

import httpcore2

from talktotext.errors import LinkRefused, LinkUnreachable

PASSING = (408, 425, 429)  # refusals that may be over soon, as all 5xx may
_PLACE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/(?:([0-9]{1,18})|\*)")


class Place(NamedTuple):
    """Which bytes of a file are sent: from `first` up to and without `end`, of `whole` if known."""

    first: int
    end: int
    whole: int | None


def headers_of(answer: httpcore2.Response) -> dict[str, str]:
    """The headers by their names in lower case; of one that comes twice, the first."""
    pairs = ((name.decode("latin-1").lower(), value) for name, value in reversed(answer.headers))
    return {name: value.decode("utf-8", "replace").strip() for name, value in pairs}


def validator_in(headers: dict[str, str]) -> str:
    """What If-Range can name: no weak ETag (RFC 9110, 13.1.5)."""
    tag = headers.get("etag", "")
    strong = tag if re.fullmatch(r'"[\x21\x23-\x7e]{0,200}"', tag) else ""
    return strong or (headers.get("last-modified", "") if not tag else "")


def length_in(headers: dict[str, str]) -> int | None:
    """How many bytes are to come; what is sent in chunks ends with the last (RFC 9112, 6.3)."""
    length = headers.get("content-length", "")
    known = "transfer-encoding" not in headers and re.fullmatch("[0-9]{1,18}", length)
    return int(length) if known else None


def place_in(headers: dict[str, str]) -> Place | None:
    """Which bytes a 206 holds (RFC 9110, 14.4); None if it does not say, or makes no sense."""
    if not (found := _PLACE.fullmatch(headers.get("content-range", ""))):
        return None
    place = Place(int(found[1]), int(found[2]) + 1, int(found[3]) if found[3] else None)
    return place if place.first < place.end else None


def refuse_failures(status: int) -> None:
    """Raises LinkUnreachable where it may be over soon, else LinkRefused."""
    if status < 400 or status == 416:
        return
    phrase = f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""
    message = f"The server of the link answered {status}{phrase}"
    raise (LinkUnreachable if status >= 500 or status in PASSING else LinkRefused)(message)
