"""How many recordings may be coming in at once, so that slow ones leave threads for all others."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from talktotext import config
from talktotext.api.signin import current_user_id
from talktotext.errors import Unavailable

View = TypeVar("View", bound=Callable[..., Any])
RETRY_AFTER = 5.0  # seconds


class TooManyAtOnce(Unavailable):
    code, message = "too_many_uploads", "Too many recordings are coming in at once"
    retry_after = RETRY_AFTER


class Gate:
    """Counts who is in: of all threads of this process a quarter stays free for what is short."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), Counter[int]()

    @contextmanager
    def passing(self, user_id: int) -> Iterator[None]:
        """Be inside during the block. Raises TooManyAtOnce."""
        settings = config.current()
        most = max(1, settings.WEB_THREADS * 3 // 4)
        with self._lock:
            mine, all_ = self._inside[user_id], self._inside.total()
            if all_ >= most or mine >= settings.UPLOADS_AT_ONCE:
                raise TooManyAtOnce
            self._inside[user_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[user_id] -= 1
                self._inside += Counter()  # forgets those at nought


gate = Gate()


def sending(view: View) -> View:
    """For views that read a recording, or wait for its note; goes below `signed_in`."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> Any:
        with gate.passing(current_user_id()):
            return view(*args, **values)

    return cast(View, guarded)
