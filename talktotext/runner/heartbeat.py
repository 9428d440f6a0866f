"""A sign of life while a job works: a thread that renews its lease."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from talktotext.runner.lease import Lease, LeaseLost

log = logging.getLogger(__name__)


@contextmanager
def beating(lease: Lease) -> Iterator[None]:
    """Renew `lease` three times as often as it needs, until the block ends."""
    stop = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(target=_beat, args=(app, lease, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(app: Flask, lease: Lease, stop: threading.Event) -> None:
    while not stop.wait(lease.seconds / 3):
        try:
            with app.app_context(), lease.write():
                pass
        except LeaseLost:
            return  # the attempt itself finds out at its next write
        except SQLAlchemyError as error:
            log.warning("job %s: lease not renewed: %s", lease.job_id, error)
