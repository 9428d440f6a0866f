"""The edge to RQ: submit, work, execute, sweep. Nothing else knows how work is queued.

    submit:  row -> commit -> wake a worker
    work:    woken -> the job whose turn it is -> execute
    execute: lease -> the kind's function, checkpoint by checkpoint -> rows, in one transaction

The database row is the truth; the queue only wakes a worker. A wake-up carries the id of the job
it was meant for, but the worker takes the job whose turn it is: wake-ups are as many as jobs.
"""

import logging
import time
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.jobs import KINDS
from talktotext.jobs.options import Options
from talktotext.models import OVER, Job, Note, Upload
from talktotext.runner import control, policy, retention
from talktotext.runner.control import delete_note, delete_upload
from talktotext.runner.execution import execute
from talktotext.runner.lease import mirror, owner_name
from talktotext.runner.pick import fair_order
from talktotext.runner.report import handing_back
from talktotext.runner.sweep import Swept, sweep, sweep_quietly
from talktotext.runner.waking import wake
from talktotext.runner.warm import warm_up

log = logging.getLogger(__name__)


def submit(  # noqa: PLR0913 - two of them only where they are known
    kind: str,
    user_id: int,
    options: BaseModel,
    upload: Upload | None = None,
    *,
    seconds: float | None = None,
    wake_worker: bool = True,
) -> Job:
    """Write down a job, together with its upload, then wake a worker for it.

    The queue may be away: the job is safe in the database once this returns.

    Args:
        upload: what it works on, in the session; committed together with the job.
        seconds: of sound that it is expected to transcribe.
        wake_worker: False where the caller executes the job itself.

    Raises:
        TooManyJobs, QuotaExceeded: the user may have no more; nothing was written.
    """
    control.claim_job(user_id, kind, seconds)
    job = Job(
        kind=kind,
        user_id=user_id,
        upload_id=upload and upload.id,
        options=options.model_dump(mode="json"),
        seconds=seconds,
        stage=KINDS[kind].begins,
    )
    db.session.add(job)
    db.session.commit()
    log.info("job %s is submitted: %s", job.id, kind)  # by whom: the line has the request
    if wake_worker:
        wake(job.id)
    return job


def wait(upload_id: str, seconds: float) -> Upload:
    """The upload once work on it is over, or after so many seconds. Raises NotFound if it was
    deleted meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        upload = db.session.get(Upload, upload_id, populate_existing=True)
        if upload is None:
            raise NotFound("Upload not found")
        if upload.status in OVER or time.monotonic() > deadline:
            return upload
        db.session.rollback()  # hold no connection while asleep
        time.sleep(0.2)


def is_over(job: Job) -> bool:
    """Whether nobody has to work on the job any more."""
    db.session.refresh(job)
    db.session.commit()
    return job.status in OVER


def cancel(job: Job) -> None:
    """Run a job no more. Raises Conflict if it is over."""
    control.cancel(job)


def retry(job: Job) -> None:
    """Run a failed or cancelled job again, from where it stood.

    Raises:
        Conflict: it is neither, or there is a newer one.
        StorageMissing: its recording is no longer kept.
        TooManyJobs, QuotaExceeded: its user may have no more.
    """
    control.requeue(job)
    wake(job.id)


def transcribe_again(note: Note, options: Options) -> Job:
    """Transcribe a note's recording anew; the note stays as it is until that is done.

    Args:
        options: what is asked of it; which take it makes is found here.

    Raises:
        Conflict: the recording is being worked on.
        StorageMissing: it is no longer kept.
    """
    take = control.begin_take(note)
    upload = db.session.get_one(Upload, note.upload_id)
    return submit("notes", note.user_id, options.model_copy(update={"take": take}), upload)


def regenerate(note: Note, options: BaseModel) -> Job:
    """Make a note's notes anew; the note stays as it is until that is done.

    Args:
        options: as of the kind "regenerate".

    Raises:
        Conflict: the recording is being worked on.
    """
    control.claim(note, "regenerate")
    upload = db.session.get_one(Upload, note.upload_id)
    return submit("regenerate", note.user_id, options, upload)


def work(woken_for: str) -> None:
    """In a worker: run the one job whose turn it is, which need not be the one woken for."""
    for job_id in fair_order():
        if execute(job_id, mortal=True):
            return
    log.info("woken for job %s, but there is nothing to do", woken_for)


def process_died(pid: int) -> None:
    """The worker saw a process of its own die at work: what it held is free at once, and the
    strikes are on the job."""
    dead: dict[str, Any] = {"status": "queued", "strikes": Job.strikes + policy.DIED}
    held = (
        sa.update(Job)
        .where(Job.lease_owner == owner_name(pid), Job.status == "running")
        .values(**dead, **policy.FREE)
        .returning(Job.id)
    )
    with Session(db.engine) as session, session.begin():
        freed = list(session.scalars(held))
        for job_id in freed:
            mirror(session, job_id)
    for job_id in freed:
        log.warning("job %s: the process at work on it died", job_id)
        wake(job_id)


__all__ = [
    "Swept",
    "cancel",
    "delete_note",
    "delete_upload",
    "execute",
    "handing_back",
    "is_over",
    "process_died",
    "regenerate",
    "retention",
    "retry",
    "submit",
    "sweep",
    "sweep_quietly",
    "transcribe_again",
    "wait",
    "wake",
    "warm_up",
    "work",
]
