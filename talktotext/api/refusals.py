"""What gunicorn refuses before the application sees it, said as every other error is."""

from email.utils import formatdate
from typing import Any
from uuid import uuid4

from gunicorn.http import errors as no
from pydantic_core import to_json

from talktotext.api.headers import ALWAYS
from talktotext.api.problems import CODES
from talktotext.api.tracing import HEADER
from talktotext.errors import TalkToTextError, problem

# Status, code, sentence, and what to do about it; the figures are gunicorn's.
REFUSED = {
    no.LimitRequestLine: (
        *(414, "address_too_long", "The address is too long"),
        "The first line of a request is at most 4094 bytes; send the rest in the body.",
    ),
    no.LimitRequestHeaders: (
        *(431, "headers_too_large", "The headers are too large"),
        "Send at most 100 of them, of 8190 bytes each.",
    ),
    no.ExpectationFailed: (
        *(417, "expectation_failed", "The request expects what cannot be met"),
        "Expect nothing but 100-continue.",
    ),
    no.UnsupportedTransferCoding: (
        *(501, "unsupported_transfer_coding", "This transfer coding is not known here"),
        "Send the body as it is, or chunked.",
    ),
}
UNREADABLE = (400, *CODES[400], "It is not HTTP/1.1 as RFC 9112 describes it.")
BROKEN = (500, *CODES[500], None)
# Parsed with the same care, but by others: our own answers and settings.
OURS = (no.InvalidResponseHeader, no.InvalidResponseHeaderName, no.ConfigurationProblem)


class Refusal:
    """The answer to a request that ended in an error outside of the application.

    Attributes:
        request_id: by which its line in the log is found.
    """

    def __init__(self, error: Exception):
        self.request_id = uuid4().hex
        self._body = error.problem() if isinstance(error, TalkToTextError) else _problem(error)
        self.status = int(self._body["status"])
        if self.status == 500:
            self._body["request_id"] = self.request_id

    def answer(self) -> bytes:
        """What is sent; nothing comes after it."""
        body = to_json(self._body) + b"\n"
        headers = {
            "Date": formatdate(usegmt=True),
            "Connection": "close",
            "Content-Type": "application/problem+json",
            "Content-Length": len(body),
            **ALWAYS,
            "Cache-Control": "no-store",
            "Vary": "Origin",
            HEADER: self.request_id,
        }
        lines = [f"HTTP/1.1 {self.status} {self._body['title']}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _problem(error: Exception) -> dict[str, Any]:
    unreadable = isinstance(error, no.ParseException) and not isinstance(error, OURS)
    otherwise = UNREADABLE if unreadable else BROKEN
    status, code, message, hint = REFUSED.get(type(error), otherwise)
    return problem(status, code, message, hint=hint)
