"""The lease: who may write for a job, and the transactions in which they do.

A lease is taken by a conditional UPDATE that raises the job's epoch; every write of the attempt
begins with an UPDATE fenced by that epoch, in the same transaction, so that a stale attempt can
change nothing. Sessions are short: none is held while the job works.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext.extensions import db
from talktotext.models import STATUS_OF_JOB, Job, Upload, db_clock, now

UNFINISHED = ("queued", "running")


class LeaseLost(BaseException):
    """Another worker holds the job now, or it is to run no more. Not an error: nothing catches it
    by accident, and what the attempt had not yet kept is dropped."""


def owner_name() -> str:
    """Who this process is, for a person who looks at a job."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Lease:
    """The right to work on a job until `seconds` after the last sign of life."""

    job_id: str
    epoch: int
    seconds: float

    @classmethod
    def take(cls, job_id: str, seconds: float) -> "Lease | None":
        """The lease of a job that is waiting or whose holder fell silent; None if there is none."""
        free = sa.or_(Job.lease_until.is_(None), Job.lease_until < db_clock())
        taken = (
            sa.update(Job)
            .where(Job.id == job_id, Job.status.in_(UNFINISHED), free)
            .values(
                status="running",
                epoch=Job.epoch + 1,
                lease_owner=owner_name(),
                lease_until=db_clock() + seconds,
                started_at=sa.func.coalesce(Job.started_at, now()),
            )
            .returning(Job.epoch)
        )
        with Session(db.engine) as session, session.begin():
            epoch = session.scalar(taken)
            if epoch is not None:
                mirror(session, job_id)
        return None if epoch is None else cls(job_id, epoch, seconds)

    @contextmanager
    def write(self, **values: Any) -> Iterator[Session]:
        """A transaction of the holder, which also renews the lease and sets `values` on the job.

        Raises:
            LeaseLost: somebody else holds it, or the job is over; nothing was written.
        """
        renewed = {"lease_until": db_clock() + self.seconds, **values}
        with Session(db.engine) as session, session.begin():
            held = session.execute(
                sa.update(Job)
                .where(Job.id == self.job_id, Job.epoch == self.epoch, Job.status == "running")
                .values(renewed)
            )
            if cast(sa.CursorResult[Any], held).rowcount == 0:
                raise LeaseLost
            yield session
            session.flush()
            mirror(session, self.job_id)


def mirror(session: Session, job_id: str) -> None:
    """Show the job's state on its upload, if it has one."""
    job = session.get_one(Job, job_id, populate_existing=True)
    if job.upload_id:
        session.execute(
            sa.update(Upload)
            .where(Upload.id == job.upload_id)
            .values(
                status=STATUS_OF_JOB[job.status],
                progress={"stage": job.stage, "percent": job.percent},
                error=job.error,
                error_message=job.error and job.error["error"],
            )
        )
