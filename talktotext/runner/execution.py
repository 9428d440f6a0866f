"""One attempt at a job: lease -> the kind's function, checkpoint by checkpoint -> rows, in one
transaction."""

import logging
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext import config, logs, quotas
from talktotext.errors import Infected
from talktotext.extensions import db
from talktotext.jobs import KINDS
from talktotext.jobs.base import Inputs
from talktotext.models import Job, Note, Segment, Transcription, Upload, now
from talktotext.models.base import Base
from talktotext.runner import control, policy
from talktotext.runner.heartbeat import Heartbeat
from talktotext.runner.infected import remove_infected
from talktotext.runner.lease import Lease, LeaseLost, patiently
from talktotext.runner.report import HandedBack, Limit, Reporter
from talktotext.runner.trying import tried
from talktotext.runner.waking import wake
from talktotext.storage import clear_folder, make_storage

log = logging.getLogger(__name__)
Watch = Callable[[float, str], None]


def execute(job_id: str, watch: Watch | None = None, *, mortal: bool = False) -> bool:
    """Run a job, if it is runnable: the one path of worker, process and command line.

    Args:
        watch: told the progress too, for instance to draw it.
        mortal: whether this process may be ended with an attempt that does not stop.

    Returns:
        Whether the job was this process's to run.
    """
    lease = Lease.take(job_id, config.current().LEASE_SECONDS)
    if lease is None:
        return False
    with logs.at_work(job_id):
        _execute(lease, watch, mortal)
    return True


def _execute(lease: Lease, watch: Watch | None, mortal: bool) -> None:
    settings, job_id = config.current(), lease.job_id
    log.info("job %s begins, epoch %s", job_id, lease.epoch)
    limit = Limit(settings.JOB_SECONDS, settings.JOB_SECONDS_PER_SECOND)
    job = None
    try:
        job = _read(job_id)
        with Heartbeat(lease, limit, mortal=mortal).beating():
            _attempt(lease, job, Reporter(lease, job, limit, watch))
    except LeaseLost:
        log.warning("job %s was taken from epoch %s", job_id, lease.epoch)
        _drop_leavings(job_id, job.upload_id if job else None)


def _attempt(lease: Lease, job: Job, reporter: Reporter) -> None:
    """Work; a failure ends here, as a reason on the job."""
    try:
        _, error = tried(partial(_work, lease, job, reporter))
        if isinstance(error, Infected):
            remove_infected(job, error)
        if error:
            policy.settle(lease, error, _read(job.id))
    except HandedBack:
        policy.hand_back(lease)
        log.info("job %s is handed back", job.id)
        wake(job.id)


def _work(lease: Lease, job: Job, reporter: Reporter) -> None:
    if job.strikes >= policy.MAX_STRIKES:
        policy.fail(lease, policy.died_too_often())
        return
    kind = KINDS[job.kind]
    folder = _work_folder(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    inputs = _inputs(job, folder, reporter)
    rows = list(kind.run(inputs, kind.options.model_validate(job.options), reporter))
    lease.write(
        lambda session: _finish(session, [*rows, *_transcribed(job)]),
        status="done",
        stage="done",
        percent=100,
        finished_at=now(),
        **policy.FREE,
    )
    reporter.watch(1.0, "done")
    clear_folder(folder)
    for note in (row for row in rows if isinstance(row, Note)):
        control.delete_outdated_exports(note)
    log.info("job %s is done", job.id)


def _finish(session: Session, rows: list[Base]) -> None:
    for row in rows:
        merged = session.merge(row)
        if isinstance(merged, Note):
            _show(session, merged)


def _transcribed(job: Job) -> list[Transcription]:
    """What the job has used up of its user's minutes."""
    if not KINDS[job.kind].needs_recording or not job.seconds:
        return []
    return [Transcription(job_id=job.id, user_id=job.user_id, seconds=job.seconds)]


def _show(session: Session, note: Note) -> None:
    """Let people see a note; what it no longer shows goes."""
    session.get_one(Upload, note.upload_id).note_id = note.id
    others = (Segment.upload_id == note.upload_id, Segment.take != note.take)
    session.execute(sa.delete(Segment).where(*others))


def _inputs(job: Job, folder: Path, reporter: Reporter) -> Inputs:
    settings = config.current()
    return Inputs(
        job_id=job.id,
        user_id=job.user_id,
        upload=patiently(partial(_columns, job.upload_id)),
        checkpoint=job.checkpoint,
        work=folder,
        storage=make_storage(settings),
        settings=settings,
        keep=reporter.keep,
        allow=cache(partial(_allow, job, reporter.limit)),  # every chunk says how long it all is
        tried=tried,
    )


def _allow(job: Job, limit: Limit, seconds: float) -> None:
    """Now that it is known how much sound there is, set the attempt's limit, and see whether its
    user may have so much transcribed. Raises QuotaExceeded."""
    limit.allow(seconds)
    if KINDS[job.kind].needs_recording:
        patiently(partial(quotas.check_length, job.user_id, seconds, job.id))
        job.seconds = seconds


def _columns(upload_id: str | None) -> dict[str, Any]:
    """An upload's, as they stand; empty if there is no upload."""
    with Session(db.engine) as session:
        upload = session.get(Upload, upload_id) if upload_id else None
        return {c.key: getattr(upload, c.key) for c in sa.inspect(Upload).columns if upload}


def _read(job_id: str) -> Job:
    """The job's row as it stands, for reading only. Raises LeaseLost if it was deleted."""

    def read() -> Job | None:
        with Session(db.engine) as session:
            return session.get(Job, job_id)

    job = patiently(read)
    if job is None:
        raise LeaseLost
    return job


def _drop_leavings(job_id: str, upload_id: str | None) -> None:
    """After an attempt that lost its job: if that was deleted or cancelled, nobody else will."""
    with Session(db.engine) as session:
        job = session.get(Job, job_id)
    if job is None or job.status == "cancelled":
        clear_folder(_work_folder(job_id))
    if job is None and upload_id:
        control.delete_exports(upload_id)


def _work_folder(job_id: str) -> Path:
    return config.current().WORK_FOLDER / job_id
