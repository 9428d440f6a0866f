"""Every request has an id: on its lines of the log, in its answer, and with the job it submits.

A proxy's `X-Request-ID` is taken if it looks like one. Whoever made it up, it is only ever a name.
"""

import logging
import re
import time
from functools import partial
from typing import Any
from uuid import uuid4

from apiflask import APIFlask
from flask import Response, g, request

from talktotext import audit, logs

log = logging.getLogger("talktotext.access")

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9][\w.-]{7,99}", re.ASCII)
PATH_LENGTH = 500  # characters of it that are logged
UNLOGGED = "health.live"  # asked every few seconds, and says nothing


def register(app: APIFlask) -> None:
    """Trace the requests of `app`; before anything else looks at them."""
    app.before_request(_begin)
    app.after_request(_finish)


def request_id() -> str:
    """The name of the request in hand."""
    return str(g.request_id)


def _begin() -> None:
    shown = request.headers.get(HEADER, "")
    g.began, g.request_id = time.monotonic(), shown if SANE.fullmatch(shown) else uuid4().hex
    logs.forget()
    logs.bind(request_id=g.request_id)


def _finish(answer: Response) -> Response:
    answer.headers[HEADER] = g.request_id
    end = partial(_end, g.began, _fields(answer), quiet=request.endpoint == UNLOGGED)
    # Once the body has been sent: a download takes as long as its client does. Of a file that is
    # handed to the server, nobody tells.
    end() if answer.direct_passthrough else answer.call_on_close(end)
    return answer


def _fields(answer: Response) -> dict[str, Any]:
    """What is known of a request. Of its address the path alone: a query may hold anything."""
    return {
        "method": request.method,
        "path": request.path[:PATH_LENGTH],
        "status": answer.status_code,
        "user_id": logs.context().get("user_id"),
        "address": audit.address(),
        "request_id": g.request_id,
    }


def _end(began: float, fields: dict[str, Any], *, quiet: bool) -> None:
    fields = {**fields, "ms": round((time.monotonic() - began) * 1000)}
    said = "{method} {path} {status} {ms} ms address={address}".format_map(fields)
    if not quiet:
        log.info("%s", said, extra={"fields": fields})
    logs.forget()  # what this thread says next is about something else
