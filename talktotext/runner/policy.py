"""What becomes of an attempt that did not finish.

    handed back     a deploy, SIGTERM           waits again at once, costs nothing
    engine busy     429, 5xx, no answer         waits as told or longer and longer, costs nothing,
                                                and holds back others that want the same engine
    scanner away    no virus scanner there      likewise
    retryable       a passing fault             waits longer and longer, three in a row fail it
    permanent       not media, no engine …      fails at once
    process died    out of memory, a crash      at once again; three seen in a row fail it

"In a row" means without getting further: every checkpoint kept wipes the slate (see Reporter), so
that only a fault that stays in one place ends a long recording. A process seen to die is three
strikes, a holder that fell silent one: machines are switched off, and that is nobody's fault, but
a recording that takes its whole machine down must not do so for ever.
"""

import logging
import random
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext.errors import (
    EngineBusy,
    ScannerUnavailable,
    StorageUnavailable,
    TalkToTextError,
    problem,
)
from talktotext.extensions import db
from talktotext.models import Job, Upload, db_clock, now
from talktotext.runner.lease import Lease

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
DIED = 3  # strikes
MAX_STRIKES = 9
PAUSES = (5.0, 20.0)  # seconds before the next try of a retryable failure
BUSY_PAUSES = (2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # of an engine that said no more than that
MAX_WAITS = 1440  # a day, at a minute each
MAX_WAITS_ALONE = 10  # where the same engine does others: then it is the recording
SPREAD = 0.2  # of a pause, at random, so that those who wait do not all come back at once

FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


def hand_back(lease: Lease) -> None:
    """Give the job back as it is, for anybody to go on with at once."""
    lease.write(status="queued", **FREE)


def settle(lease: Lease, error: Exception, job: Job) -> str:
    """Write down that an attempt failed; what the job's status is now.

    Args:
        job: the job as it stood when the attempt began or last got further.
    """
    reason = reason_of(error)
    if isinstance(error, EngineBusy | StorageUnavailable | ScannerUnavailable):
        _wait(lease, error, job)
        return "queued"
    if reason["retryable"] and job.attempts + 1 < MAX_ATTEMPTS:
        pause = _spread(PAUSES[min(job.attempts, len(PAUSES) - 1)])
        message = f"{reason['error']}. Trying again in {pause:.0f} seconds."
        log.warning("job %s waits %.0f s: %s", lease.job_id, pause, reason["error"])
        again: dict[str, Any] = {"attempts": job.attempts + 1, "message": message[:300]}
        lease.write(status="queued", not_before=db_clock() + pause, **again, **FREE)
        return "queued"
    fail(lease, reason, attempts=job.attempts + 1)
    return "failed"


def fail(lease: Lease, reason: dict[str, Any], **values: Any) -> None:
    """End the job with a problem document that says why."""
    log.warning("job %s failed: %s (%s)", lease.job_id, reason["error"], reason["code"])
    over: dict[str, Any] = {
        "status": "failed",
        "finished_at": now(),
        "message": None,
        "error": reason,
    }
    lease.write(**over, **FREE, **values)


def died_too_often() -> dict[str, Any]:
    """Why a recording that keeps killing its process is given up."""
    return problem(
        500,
        "process_died",
        "Working on this recording ended abruptly again and again at the same place",
        hint="It may need more memory than there is. Convert it to MP3 or WAV, or split it.",
    )


def reason_of(error: Exception) -> dict[str, Any]:
    """A problem document. Only what we meant for a person is shown to one."""
    if isinstance(error, TalkToTextError):
        return error.problem()
    log.error("unexpected failure", exc_info=error)
    message = "Something went wrong on our side while working on this recording"
    return problem(500, "internal_error", message, retryable=True)


def _wait(
    lease: Lease, error: EngineBusy | StorageUnavailable | ScannerUnavailable, job: Job
) -> None:
    growing = BUSY_PAUSES[min(job.waits, len(BUSY_PAUSES) - 1)]
    asked = error.retry_after if isinstance(error, EngineBusy) else None
    pause = _spread(max(growing, asked or 0.0))
    # Who is scanned already is served, and no sign that the scanner is there.
    is_away = isinstance(error, ScannerUnavailable)
    alone = not is_away and _others_were_served(job, 2 * pause)
    if job.waits >= (MAX_WAITS_ALONE if alone else MAX_WAITS):
        fail(lease, error.problem())
        return
    message = f"{error.message}. Trying again in {pause:.0f} seconds."[:300]
    log.info("job %s waits %.0f s: %s", lease.job_id, pause, error.message)
    again: dict[str, Any] = {"waits": job.waits + 1, "message": message}
    others = None if alone else partial(_hold_back, job, pause, message)
    lease.write(others, status="queued", not_before=db_clock() + pause, **again, **FREE)


def _others_were_served(job: Job, seconds: float) -> bool:
    """Whether the engine that refused this job did others lately."""
    lately = Job.finished_at > now() - timedelta(seconds=seconds)
    other = sa.and_(_same_engine(job), Job.id != job.id, Job.status == "done", lately)
    with Session(db.engine) as session:
        return bool(session.scalar(sa.select(sa.exists().where(other))))


def _hold_back(job: Job, pause: float, message: str, session: Session) -> None:
    """Let the queued jobs that want the same engine not knock before their time.

    One asks before all do, and that is another one than was refused: it may be the recording that
    the engine does not like. Uploads that nobody has begun with say why they wait.
    """
    until = session.scalars(sa.select(db_clock())).one() + pause
    later = until + pause * SPREAD
    early = sa.or_(Job.not_before.is_(None), Job.not_before < until)
    queued = sa.and_(_same_engine(job), Job.id != job.id, Job.status == "queued")
    first = session.scalar(sa.select(Job.id).where(queued, early).order_by(Job.created_at).limit(1))
    if first is None:
        return
    # Jobs before uploads, as everywhere: two transactions must not wait for one another.
    waiting = sa.or_(sa.and_(queued, early), Job.id == job.id)
    due = sa.case((Job.id == first, until), else_=later)
    session.execute(sa.update(Job).where(waiting).values(not_before=due))
    held = sa.select(Job.upload_id).where(queued, Job.not_before >= until, Job.started_at.is_(None))
    progress = {"stage": "extracting", "percent": 0, "message": message}
    session.execute(sa.update(Upload).where(Upload.id.in_(held)).values(progress=progress))


def _same_engine(job: Job) -> sa.ColumnElement[bool]:
    """Jobs of a kind whose people asked for the same engine, or all for none."""
    asked = Job.options["engine"].as_string()
    engine = job.options.get("engine")
    same = asked.is_(None) if engine is None else asked == engine
    return sa.and_(Job.kind == job.kind, same)


def _spread(pause: float) -> float:
    return pause * random.uniform(1, 1 + SPREAD)  # noqa: S311 - not for secrets
