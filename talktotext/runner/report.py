"""What the runner makes of a job's reports: it stores them, renews the lease, and says stop."""

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel
from sqlalchemy.orm import Session

from talktotext.errors import TimeLimitExceeded
from talktotext.models import Job
from talktotext.models.base import Base
from talktotext.runner.lease import Change, Lease

EVERY = 0.5  # seconds between two writes that only move the bar

# Set when this process is told to end: the attempt stops at its next checkpoint.
handing_back = threading.Event()


class HandedBack(BaseException):
    """This process is to end; the job goes back to the queue as it is."""


@dataclass
class Limit:
    """How long an attempt may take, in wall seconds from its beginning."""

    base: float
    factor: float
    began: float = field(default_factory=time.monotonic)
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self.seconds = self.base

    def allow(self, sound: float) -> None:
        """Set the limit for a recording of so many seconds."""
        self.seconds = self.base + self.factor * sound

    def exceeded_by(self) -> float:
        """Seconds past the limit; negative while there is time."""
        return time.monotonic() - self.began - self.seconds


class Pace:
    """How fast a stage goes in this attempt, and so how long the rest may take.

    Args:
        fraction: of the whole job, at which the stage begins.
    """

    def __init__(self, fraction: float):
        self.fraction, self.began = fraction, time.monotonic()

    def remaining(self, fraction: float) -> int | None:
        """Seconds to the end, if it goes on like this; None while there is nothing to go by."""
        done, took = fraction - self.fraction, time.monotonic() - self.began
        return None if done <= 0 else math.ceil((1 - fraction) * took / done)


class Reporter:
    """The Report and the Keep of one attempt. Progress never falls, also not in a new attempt."""

    def __init__(
        self,
        lease: Lease,
        job: Job,
        limit: Limit,
        watch: Callable[[float, str], None] | None = None,
    ):
        self.lease = lease
        self.percent = job.percent
        self.checkpoint = job.checkpoint
        self.limit = limit
        self.stage = ""
        self.written = 0.0
        self.pace: Pace | None = None
        self.watch = watch or (lambda _fraction, _stage: None)

    def __call__(self, fraction: float, stage: str) -> None:
        self._may_go_on()
        percent = max(self.percent, int(100 * fraction))
        changed = (percent, stage) != (self.percent, self.stage)
        due = stage != self.stage or time.monotonic() - self.written >= EVERY
        if stage != self.stage:
            # How fast a link is fetched says nothing of how fast the rest goes.
            self.pace = None if stage == "extracting" else Pace(fraction)
        if changed and due:
            remaining = self.pace and self.pace.remaining(fraction)
            self.lease.write(stage=stage, percent=percent, remaining_seconds=remaining)
            self.percent, self.stage, self.written = percent, stage, time.monotonic()
        self.watch(fraction, stage)

    def keep(
        self, checkpoint: BaseModel, rows: Iterable[Base] = (), claim: Change | None = None
    ) -> None:
        """Store the checkpoint and its rows, both or neither, if `claim` lets them be. Getting
        further wipes the slate."""
        found = list(rows)

        def merge(session: Session) -> None:
            if claim:
                claim(session)
            for row in found:
                session.merge(row)

        done = checkpoint.model_dump(mode="json")
        # Decoding again on another machine is no progress, or a poison would go round for ever.
        further = done != self.checkpoint
        slate = {"attempts": 0, "strikes": 0, "waits": 0} if further else {}
        self.lease.write(merge, checkpoint=done, **slate)
        self.checkpoint = done
        self._may_go_on()

    def _may_go_on(self) -> None:
        if handing_back.is_set():
            raise HandedBack
        if self.limit.exceeded_by() > 0:
            raise TimeLimitExceeded
