"""Every error as one JSON shape: RFC 9457 plus the `error` member that the frontend reads."""

import logging
import math
import time
from typing import Any

from apiflask import APIFlask, HTTPError
from apiflask.exceptions import _ValidationError
from flask import Response, jsonify, request
from flask_jwt_extended.exceptions import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError

from talktotext import config
from talktotext.api.tracing import request_id
from talktotext.errors import CsrfFailed, TalkToTextError, TooSlow, Unavailable, problem
from talktotext.extensions import jwt

log = logging.getLogger(__name__)

CODES = {
    400: ("bad_request", "The request could not be read"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "Method not allowed"),
    413: ("file_too_large", "File too large"),
    415: ("unsupported_media_type", "This kind of content is not accepted here"),
    429: ("too_many_requests", "Too many requests"),
    500: ("internal_error", "Internal server error"),
}
# A refused upload is read to its end, within reason: a client that is still sending when the
# connection closes sees a broken pipe instead of the answer. At least so many bytes:
DRAIN_BYTES = 64_000_000
DRAIN_SECONDS = 20.0


def register(app: APIFlask) -> None:
    """Answer every error of `app` in the one shape."""
    app.error_processor(_http_error)
    app.register_error_handler(TalkToTextError, _our_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(CSRFError, _csrf_failed)
    jwt.unauthorized_loader(_not_authenticated)
    jwt.invalid_token_loader(_not_authenticated)
    jwt.expired_token_loader(_not_authenticated)
    jwt.revoked_token_loader(_not_authenticated)
    jwt.user_lookup_error_loader(_not_authenticated)
    jwt.needs_fresh_token_loader(_not_authenticated)


def answer(body: dict[str, Any], headers: Any = ()) -> Response:
    """A problem document as a response."""
    response = jsonify(body)
    response.status_code = body["status"]
    response.mimetype = "application/problem+json"
    response.headers.extend(headers)
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response


def _our_error(error: TalkToTextError) -> Response:
    if error.status in (413, 507):
        _drain()
    seconds = getattr(error, "retry_after", None)
    return answer(error.problem(), {"Retry-After": f"{math.ceil(seconds)}"} if seconds else ())


def _http_error(error: HTTPError) -> Response:
    """What APIFlask and Werkzeug raise: unknown paths, broken bodies, fields that are missing."""
    if isinstance(error, _ValidationError):
        return answer(_validation_problem(error.detail))
    if error.status_code == 413:
        _drain()
    code, message = CODES.get(error.status_code, ("http_error", str(error.message)))
    # What somebody can quote to whoever reads the log.
    name = request_id() if error.status_code == 500 else None
    headers = [(k, v) for k, v in dict(error.headers).items() if k not in ("Content-Type",)]
    return answer(problem(error.status_code, code, message, request_id=name), headers)


OURS = "Value error, "  # what pydantic puts before the words of our own validators


def _validation_problem(detail: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    raw = {name: texts for place in detail.values() for name, texts in place.items()}
    fields = {name: [text.removeprefix(OURS) for text in texts] for name, texts in raw.items()}
    if "_schema" in raw:
        return problem(400, "validation_failed", "The body must be a JSON object")
    if any(text == "Field required" for texts in raw.values() for text in texts):
        return problem(400, "missing_fields", "Missing required fields", fields=fields)
    name, texts = next(iter(raw.items()))
    return problem(400, "validation_failed", sentence(name, texts[0]), fields=fields)


def sentence(field: str, complaint: str) -> str:
    """What pydantic has against a field, for a person: our own validators say "is not …"."""
    ours = complaint.removeprefix(OURS)
    return f"{field}: {complaint}" if ours == complaint else f"{field} {ours}"


def _not_authenticated(*_: Any) -> Response:
    return answer(problem(401, "not_authenticated", "Not authenticated"))


def _csrf_failed(_: CSRFError) -> Response:
    return _our_error(CsrfFailed())


def _database_away(error: Exception) -> Response:
    log.error("the database does not answer: %s", error)
    return answer(Unavailable("The database cannot be reached right now").problem())


def _drain() -> None:
    stream = request.environ["wsgi.input"]
    left = max(DRAIN_BYTES, int(config.current().MAX_CONTENT_LENGTH))
    if (request.content_length or 0) > left:
        return
    deadline = time.monotonic() + DRAIN_SECONDS
    try:
        while left > 0 and (read := len(stream.read(min(left, 1 << 14)))):
            left -= read
            if time.monotonic() > deadline:
                return
    except (OSError, TooSlow):
        return
