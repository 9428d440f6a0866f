"""A sign of life while a job works, and the end of an attempt that does not hear.

A thread renews the lease. Where the attempt should have stopped (told to end, past its limit, or
its lease lost) but sits in a native call that nothing interrupts, the thread does what is to be
done for the job and ends the whole process.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from talktotext.errors import TimeLimitExceeded
from talktotext.runner import policy
from talktotext.runner.lease import Lease, LeaseLost
from talktotext.runner.report import Limit, handing_back

log = logging.getLogger(__name__)

TICK = 0.5  # seconds
GRACE = 12.0  # seconds an attempt gets to stop by itself; a platform kills 30 after SIGTERM


class Heartbeat:
    """The renewing of one lease.

    Args:
        mortal: whether this process may be ended, as a worker's may and a command line's not.
    """

    def __init__(self, lease: Lease, limit: Limit, *, mortal: bool):
        self.lease, self.limit, self.mortal = lease, limit, mortal
        self.over = threading.Event()
        self.lost = False
        self.should_stop_since: float | None = None

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew until the block ends."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        thread = threading.Thread(target=self._beat, args=(app,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            thread.join()

    def _beat(self, app: Flask) -> None:
        renewed = time.monotonic()
        while not self.over.wait(TICK):
            if not self.lost and time.monotonic() - renewed >= self.lease.seconds / 3:
                self._renew(app)
                renewed = time.monotonic()
            if self.mortal and self._is_deaf():
                self._end(app)

    def _renew(self, app: Flask) -> None:
        try:
            with app.app_context():
                self.lease.write()
        except LeaseLost:
            self.lost = True
        except SQLAlchemyError as error:
            log.warning("job %s: lease not renewed: %s", self.lease.job_id, error)

    def _is_deaf(self) -> bool:
        """Whether the attempt had its time to stop and did not."""
        if not (self.lost or handing_back.is_set() or self.limit.exceeded_by() > 0):
            self.should_stop_since = None
            return False
        self.should_stop_since = self.should_stop_since or time.monotonic()
        return time.monotonic() - self.should_stop_since > GRACE

    def _end(self, app: Flask) -> None:
        log.warning("job %s: the attempt does not stop, this process ends", self.lease.job_id)
        try:
            with app.app_context():
                if handing_back.is_set():
                    policy.hand_back(self.lease)
                elif not self.lost:
                    policy.fail(self.lease, TimeLimitExceeded().problem())
        except (LeaseLost, SQLAlchemyError) as error:
            log.warning("job %s: %s", self.lease.job_id, error)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
