"""What the runner makes of a job's reports: it stores them, and so renews the lease."""

import time
from collections.abc import Callable, Iterable

from pydantic import BaseModel

from talktotext.models.base import Base
from talktotext.runner.lease import Lease

EVERY = 0.5  # seconds between two writes that only move the bar


class Reporter:
    """The Report and the Keep of one attempt. Progress never falls, also not in a new attempt."""

    def __init__(
        self, lease: Lease, percent: int, watch: Callable[[float, str], None] | None = None
    ):
        self.lease = lease
        self.percent = percent
        self.stage = ""
        self.written = 0.0
        self.watch = watch or (lambda _fraction, _stage: None)

    def __call__(self, fraction: float, stage: str) -> None:
        percent = max(self.percent, int(100 * fraction))
        changed = (percent, stage) != (self.percent, self.stage)
        due = stage != self.stage or time.monotonic() - self.written >= EVERY
        if changed and due:
            with self.lease.write(stage=stage, percent=percent):
                self.percent, self.stage = percent, stage
            self.written = time.monotonic()
        self.watch(fraction, stage)

    def keep(self, checkpoint: BaseModel, rows: Iterable[Base] = ()) -> None:
        """Store the checkpoint and its rows, both or neither."""
        with self.lease.write(checkpoint=checkpoint.model_dump(mode="json")) as session:
            session.add_all(rows)
