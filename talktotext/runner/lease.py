"""The lease: who may write for a job, and the transactions in which they do.

A lease is taken by a conditional UPDATE that raises the job's epoch; every write of the attempt
begins with an UPDATE fenced by that epoch, in the same transaction, so that a stale attempt can
change nothing. Transactions are short and begin with a write: none is held while the job works,
and on SQLite none has to turn from reader into writer.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from talktotext.extensions import db
from talktotext.models import STATUS_OF_JOB, Job, Upload, db_clock, now

log = logging.getLogger(__name__)

PATIENCE = (0.2, 0.5, 1, 2, 4, *[8] * 15)  # seconds between tries while the database is away
VANISHED = 1  # strikes for a holder that fell silent; see policy.py

Result = TypeVar("Result")
Change = Callable[[Session], None]


class LeaseLost(BaseException):
    """Another worker holds the job now, or it is to run no more. Not an error: nothing catches it
    by accident, and what the attempt had not yet kept is dropped."""


def owner_name(pid: int | None = None) -> str:
    """Who a process is, for a person who looks at a job: this one, or one of this machine."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


def runnable() -> sa.ColumnElement[bool]:
    """The jobs that wait and are due, and those whose holder fell silent."""
    due = sa.or_(Job.not_before.is_(None), Job.not_before <= db_clock())
    silent = sa.and_(Job.status == "running", Job.lease_until < db_clock())
    return sa.or_(sa.and_(Job.status == "queued", due), silent)


@dataclass(frozen=True)
class Lease:
    """The right to work on a job until `seconds` after the last sign of life."""

    job_id: str
    epoch: int
    seconds: float

    @classmethod
    def take(cls, job_id: str, seconds: float) -> "Lease | None":
        """The lease of a job that is runnable; None if somebody else has it or it is over."""
        silent = sa.case((Job.status == "running", VANISHED), else_=0)
        taken = (
            sa.update(Job)
            .where(Job.id == job_id, runnable())
            .values(
                status="running",
                epoch=Job.epoch + 1,
                strikes=Job.strikes + silent,
                not_before=None,
                message=None,
                remaining_seconds=None,
                lease_owner=owner_name(),
                lease_until=db_clock() + seconds,
                started_at=now(),
            )
            .returning(Job.epoch)
        )

        def take() -> int | None:
            with Session(db.engine) as session, session.begin():
                epoch = session.scalar(taken)
                if epoch is not None:
                    mirror(session, job_id)
                return epoch

        epoch = patiently(take)
        return None if epoch is None else cls(job_id, epoch, seconds)

    def write(self, change: Change | None = None, **values: Any) -> None:
        """Write as the holder: set `values` on the job and do `change`, both or neither.

        It also renews the lease. `change` may run again if the database went away meanwhile, so
        it merges rows rather than adding them.

        Raises:
            LeaseLost: somebody else holds it, or the job is over; nothing was written.
        """
        patiently(lambda: self._write(change, values))

    def _write(self, change: Change | None, values: dict[str, Any]) -> None:
        fenced = (
            sa.update(Job)
            .where(Job.id == self.job_id, Job.epoch == self.epoch, Job.status == "running")
            .values({"lease_until": db_clock() + self.seconds, **values})
        )
        with Session(db.engine) as session, session.begin():
            if cast(sa.CursorResult[Any], session.execute(fenced)).rowcount == 0:
                raise LeaseLost
            if change:
                change(session)
                session.flush()
            if values:
                mirror(session, self.job_id)


def patiently(act: Callable[[], Result]) -> Result:
    """What `act` returns, tried again for two minutes while the database is away."""
    for pause in PATIENCE:
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer (%s); again in %s s", error.orig, pause)
            time.sleep(pause)
    return act()


def mirror(session: Session, job_id: str) -> None:
    """Show the job's state on its upload, if it has one."""
    job = session.get_one(Job, job_id, populate_existing=True)
    if job.upload_id is None:
        return
    progress: dict[str, Any] = {"stage": job.stage, "percent": job.percent}
    if job.status == "running" and job.remaining_seconds is not None:
        progress["eta"] = job.remaining_seconds
    begun = job.status == "queued" and job.started_at is not None
    session.execute(
        sa.update(Upload)
        .where(Upload.id == job.upload_id)
        .values(
            status="processing" if begun else STATUS_OF_JOB[job.status],
            progress={**progress, "message": job.message} if job.message else progress,
            error=job.error,
            error_message=job.error and job.error["error"],
        )
    )
