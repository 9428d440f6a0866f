"""How much may be coming in at once, so that slow clients leave threads for all others.

Recordings are counted by user. Other bodies that hold a thread while they come in are counted by
address, before anything reads them: one of 16 kB is read before anybody knows whose it is.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from apiflask import APIFlask
from flask import g, request

from talktotext import config
from talktotext.api.limits import here
from talktotext.api.request import UPLOAD_ENDPOINTS
from talktotext.api.signin import current_user_id
from talktotext.errors import TooManyRequests, Unavailable

View = TypeVar("View", bound=Callable[..., Any])
RETRY_AFTER = 5.0  # seconds
AWAITED = 16_384  # bytes of a body that gunicorn waits for without a thread, see gthread.py


class TooManyAtOnce(Unavailable):
    code, message = "too_many_uploads", "Too many recordings are coming in at once"
    retry_after = RETRY_AFTER


class Gate:
    """Counts who is in: of all threads of this process a quarter stays free for what is short."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), Counter[int | str]()

    @contextmanager
    def passing(self, who: int | str) -> Iterator[None]:
        """Be inside during the block. Raises TooManyAtOnce."""
        settings = config.current()
        most = max(1, settings.WEB_THREADS * 3 // 4)
        with self._lock:
            mine, all_ = self._inside[who], self._inside.total()
            if all_ >= most or mine >= settings.UPLOADS_AT_ONCE:
                raise TooManyAtOnce
            self._inside[who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[who] -= 1
                self._inside += Counter()  # forgets those at nought


gate = Gate()


def sending(view: View) -> View:
    """For views that read a recording, or wait for its note; goes below `signed_in`."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> Any:
        _pass(current_user_id())
        return view(*args, **values)

    return cast(View, guarded)


def register(app: APIFlask) -> None:
    """Count large bodies of `app` that are no recordings; before anything else looks at them."""
    app.before_request(_enter)
    app.teardown_request(_leave)


def _enter() -> None:
    if request.endpoint in UPLOAD_ENDPOINTS or not _holds_a_thread():
        return
    try:
        _pass(here())
    except TooManyAtOnce:
        raise TooManyRequests(retry_after=RETRY_AFTER) from None


def _pass(who: int | str) -> None:
    """Be inside until the request is over, whatever becomes of it: what is refused is still read
    to its end, see problems.py. Raises TooManyAtOnce."""
    if "inside" not in g:
        g.inside = ExitStack()
    g.inside.enter_context(gate.passing(who))


def _leave(_error: BaseException | None) -> None:
    if inside := g.pop("inside", None):
        inside.close()


def _holds_a_thread() -> bool:
    """Whether the body comes in while a thread waits: it is long, or nobody knows how long, or is
    sent when it is asked for."""
    length = request.content_length
    unknown = length is None and "Transfer-Encoding" in request.headers
    return unknown or (length or 0) > AWAITED or ("Expect" in request.headers and bool(length))
