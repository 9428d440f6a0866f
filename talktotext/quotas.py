"""What a user may have, and what they have: bytes kept, minutes transcribed a month, jobs at once.

Set for all by QUOTA_BYTES, QUOTA_MINUTES and QUOTA_JOBS, and for one by their `quota`
(`flask user quota`). 0 is no limit. Counted are recordings in storage with what resumable uploads
have announced, sound transcribed since the month began (UTC) with what unfinished jobs are expected
to, and unfinished jobs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext import config
from talktotext.errors import QuotaExceeded, TooManyJobs
from talktotext.extensions import db
from talktotext.models import (
    UNFINISHED,
    Job,
    PartialUpload,
    Recording,
    Transcription,
    User,
    now,
)

KINDS = ("bytes", "minutes", "jobs")


@dataclass(frozen=True)
class Quota:
    """What a user may have; 0 is no limit."""

    bytes: int
    minutes: float
    jobs: int


def of(user_id: int, session: Session | None = None) -> Quota:
    """What a user may have."""
    settings, session = config.current(), session or db.session()
    own = session.scalar(sa.select(User.quota).where(User.id == user_id)) or {}
    values = {kind: getattr(settings, f"QUOTA_{kind.upper()}") for kind in KINDS}
    return Quota(**{kind: own.get(kind, value) for kind, value in values.items()})


def claim(
    user_id: int,
    *,
    size: int = 0,
    seconds: float | None = 0.0,
    jobs: int = 0,
    session: Session | None = None,
) -> None:
    """Check that a user may have so much more, and let no other request of theirs do so until the
    transaction in hand ends: what is claimed is to be written in it.

    Args:
        size: bytes that come to those that are kept.
        seconds: of sound to be transcribed; 0 if that is not known, which needs some to be left,
            and None if there is none.
        session: whose transaction it is, if not the request's.

    Raises:
        QuotaExceeded, TooManyJobs: they may not.
    """
    session = session or db.session()
    _hold(session, user_id)
    check(user_id, size=size, seconds=seconds, jobs=jobs, session=session)


def check(
    user_id: int,
    *,
    size: int = 0,
    seconds: float | None = 0.0,
    jobs: int = 0,
    session: Session | None = None,
) -> None:
    """See `claim`; holds nobody up, so that it is a first look only."""
    quota = of(user_id, session)
    if size and quota.bytes:
        _check_bytes(quota.bytes, bytes_of(user_id, session), size)
    if jobs and quota.jobs:
        _check_jobs(quota.jobs, jobs_of(user_id, session), jobs)
    if jobs and quota.minutes and seconds is not None:
        _check_minutes(quota.minutes, seconds_of(user_id, session), seconds)


def check_length(user_id: int, seconds: float, job_id: str) -> None:
    """Check that a user may have a recording transcribed, now that its length is known; from now on
    that is what waits to be. In a transaction of its own.

    Args:
        seconds: of its sound.
        job_id: that of the job about to do it, which is not counted twice.

    Raises:
        QuotaExceeded: it is longer than what is left of the month.
    """
    with Session(db.engine) as session, session.begin():
        _hold(session, user_id)
        session.execute(sa.update(Job).where(Job.id == job_id).values(seconds=seconds))
        if allowed := of(user_id, session).minutes:
            _check_minutes(allowed, seconds_of(user_id, session, but=job_id), seconds)


def _hold(session: Session, user_id: int) -> None:
    """Take the lock of a user's row, on any database, until the transaction ends."""
    mine = sa.update(User).where(User.id == user_id).values(name=User.name)
    session.execute(mine, execution_options={"synchronize_session": False})


def bytes_of(user_id: int, session: Session | None = None) -> int:
    """Bytes of a user's recordings, those included that are still coming in."""
    kept = sa.select(sa.func.sum(Recording.size)).filter_by(user_id=user_id)
    most = int(config.current().MAX_CONTENT_LENGTH)
    announced = sa.func.coalesce(PartialUpload.length, most)
    coming = sa.select(sa.func.sum(announced)).filter_by(user_id=user_id, upload_id=None)
    session = session or db.session()
    return int(session.scalar(kept) or 0) + int(session.scalar(coming) or 0)


def seconds_of(user_id: int, session: Session | None = None, *, but: str = "") -> float:
    """Seconds of sound transcribed for a user this month, and of what waits to be.

    Args:
        but: the id of a job that is not counted.
    """
    done = sa.select(sa.func.sum(Transcription.seconds)).where(
        Transcription.user_id == user_id, Transcription.created_at >= month()[0]
    )
    waiting = sa.select(sa.func.sum(Job.seconds)).where(
        Job.user_id == user_id, Job.status.in_(UNFINISHED), Job.id != but
    )
    session = session or db.session()
    return float(session.scalar(done) or 0) + float(session.scalar(waiting) or 0)


def jobs_of(user_id: int, session: Session | None = None) -> int:
    """How many unfinished jobs a user has."""
    waiting = sa.select(sa.func.count(Job.id)).where(
        Job.user_id == user_id, Job.status.in_(UNFINISHED)
    )
    return int((session or db.session()).scalar(waiting) or 0)


def month(moment: datetime | None = None) -> tuple[datetime, datetime]:
    """When the month that we are in began, and when the next one will."""
    begin = (moment or now()).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0)
    begin = begin.replace(microsecond=0)
    year, number = divmod(begin.month, 12)
    return begin, begin.replace(year=begin.year + year, month=number + 1)


def usage(user_id: int) -> dict[str, dict[str, Any]]:
    """What a user has and may have, None where there is no limit."""
    quota = of(user_id)
    resets_at = month()[1].isoformat()
    minutes = {**_use(seconds_of(user_id) / 60, quota.minutes), "resets_at": resets_at}
    return {
        "bytes": _use(bytes_of(user_id), quota.bytes),
        "minutes": minutes,
        "jobs": _use(jobs_of(user_id), quota.jobs),
    }


def _use(used: float, allowed: float) -> dict[str, Any]:
    return {"used": round(used, 1), "allowed": allowed or None}


def _check_bytes(allowed: int, used: int, more: int) -> None:
    if used + more > allowed:
        raise QuotaExceeded(
            "bytes",
            "There is no room left for this recording",
            hint="Delete recordings that you no longer need, or ask who runs this service.",
            **_use(used, allowed),
        )


def _check_minutes(allowed: float, used: float, more: float) -> None:
    if used + more > allowed * 60 or used >= allowed * 60:
        begins = month()[1]
        raise QuotaExceeded(
            "minutes",
            "There are not enough minutes left this month for this recording",
            hint=f"From {begins:%Y-%m-%d} on there are {allowed:g} minutes again.",
            resets_at=begins.isoformat(),
            **_use(used / 60, allowed),
        )


def _check_jobs(allowed: int, used: int, more: int) -> None:
    if used + more > allowed:
        raise TooManyJobs(
            "jobs",
            "There is too much work waiting for you already",
            hint="Try again when some of it is done.",
            **_use(used, allowed),
        )
