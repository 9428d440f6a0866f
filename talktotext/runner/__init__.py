"""The edge to RQ: submit, work, execute, sweep. Nothing else knows how work is queued.

    submit:  row -> commit -> wake a worker
    work:    woken -> the job whose turn it is -> execute
    execute: lease -> the kind's function, checkpoint by checkpoint -> rows, in one transaction

The database row is the truth; the queue only wakes a worker. A wake-up carries the id of the job
it was meant for, but the worker takes the job whose turn it is: wake-ups are as many as jobs.
"""

import logging
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from talktotext import config, logs, quotas
from talktotext.errors import Infected, NotFound, QueueUnavailable
from talktotext.extensions import db, queue
from talktotext.jobs import KINDS
from talktotext.jobs.base import Inputs
from talktotext.jobs.options import Options
from talktotext.models import OVER, Job, Note, Segment, Transcription, Upload, now
from talktotext.models.base import Base
from talktotext.runner import control, policy, retention
from talktotext.runner.control import delete_note, delete_upload
from talktotext.runner.heartbeat import Heartbeat
from talktotext.runner.infected import remove_infected
from talktotext.runner.lease import Lease, LeaseLost, mirror, owner_name, patiently
from talktotext.runner.pick import fair_order
from talktotext.runner.report import HandedBack, Limit, Reporter, handing_back
from talktotext.runner.sweep import Swept, sweep, sweep_quietly
from talktotext.runner.trying import tried
from talktotext.runner.warm import warm_up
from talktotext.storage import clear_folder, make_storage

log = logging.getLogger(__name__)
Watch = Callable[[float, str], None]


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


def wake(job_id: str) -> None:
    """Tell a worker about a job, if the queue can be reached."""
    try:
        queue.wake(job_id)
    except QueueUnavailable as error:
        log.warning("job %s waits for the sweep: %s", job_id, error)


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
