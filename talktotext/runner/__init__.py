"""The edge to RQ: submit, execute. Nothing else knows how work is queued.

    submit:  row -> commit -> wake a worker with the row's id
    execute: lease -> the kind's function, checkpoint by checkpoint -> rows, all in one transaction

The database row is the truth; the queue only wakes a worker.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from talktotext import config
from talktotext.errors import QueueUnavailable, TalkToTextError, problem
from talktotext.extensions import db, queue
from talktotext.jobs import KINDS
from talktotext.jobs.base import Inputs
from talktotext.jobs.notes import EXPORTS, export_key
from talktotext.models import Job, Note, Upload, now
from talktotext.runner.heartbeat import beating
from talktotext.runner.lease import Lease, LeaseLost, mirror
from talktotext.runner.report import Reporter
from talktotext.storage import clear_folder, make_storage

log = logging.getLogger(__name__)
Watch = Callable[[float, str], None]
OVER = ("done", "failed", "cancelled")


def submit(
    kind: str,
    user_id: int,
    options: BaseModel,
    upload: Upload | None = None,
    *,
    wake_worker: bool = True,
) -> Job:
    """Write down a job, together with its upload, then wake a worker for it.

    The queue may be away: the job is safe in the database once this returns.

    Args:
        wake_worker: False where the caller executes the job itself.
    """
    job = Job(kind=kind, user_id=user_id, options=options.model_dump(mode="json"))
    if upload is not None:
        db.session.add(upload)
        db.session.flush()
        job.upload_id = upload.id
    db.session.add(job)
    db.session.commit()
    if wake_worker:
        wake(job.id)
    return job


def wake(job_id: str) -> None:
    """Tell a worker about a job, if the queue can be reached."""
    try:
        queue.wake(job_id)
    except QueueUnavailable as error:
        log.warning("job %s waits for the sweep: %s", job_id, error)


def wait(job: Job, seconds: float) -> Upload:
    """The job's upload once the job is over, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        upload = db.session.get_one(Upload, job.upload_id, populate_existing=True)
        if upload.status in OVER or time.monotonic() > deadline:
            return upload
        db.session.rollback()  # hold no connection while asleep
        time.sleep(0.2)


def delete_upload(upload: Upload) -> None:
    """Delete a recording with its notes; whoever is at work on it loses the right to write."""
    keys = [upload.file_path] if upload.file_path else []
    if upload.note_id:
        keys += [export_key(upload.note_id, extension) for extension in EXPORTS]
    db.session.delete(upload)
    db.session.commit()
    for key in keys:
        make_storage(config.current()).delete(key)


def retry(job: Job) -> None:
    """Run a failed or cancelled job again; what it had done is not done again."""
    job.status, job.error, job.finished_at = "queued", None, None
    job.lease_owner = job.lease_until = None
    db.session.flush()
    mirror(db.session(), job.id)
    db.session.commit()
    wake(job.id)


def execute(job_id: str, watch: Watch | None = None) -> None:
    """Run a job, if it waits to be run: the one path of worker, process and command line.

    Args:
        watch: told the progress too, for instance to draw it.
    """
    lease = Lease.take(job_id, config.current().LEASE_SECONDS)
    if lease is None:
        log.info("job %s is done, or somebody else is at it", job_id)
        return
    log.info("job %s begins, attempt %s", job_id, lease.epoch)
    try:
        with beating(lease):
            _attempt(lease, watch)
    except LeaseLost:
        log.warning("job %s was taken from attempt %s", job_id, lease.epoch)


def _attempt(lease: Lease, watch: Watch | None) -> None:
    try:
        _work(lease, watch)
    except Exception as error:  # noqa: BLE001 - the one place: every failure ends as a reason
        _fail(lease, error)


def _work(lease: Lease, watch: Watch | None) -> None:
    settings = config.current()
    with Session(db.engine) as session:
        job = session.get_one(Job, lease.job_id)
        kind, options = KINDS[job.kind], KINDS[job.kind].options.model_validate(job.options)
        reporter = Reporter(lease, job.percent, watch)
        inputs = Inputs(
            job_id=job.id,
            user_id=job.user_id,
            upload=_columns(session.get(Upload, job.upload_id)),
            checkpoint=job.checkpoint,
            work=settings.WORK_FOLDER / job.id,
            storage=make_storage(settings),
            settings=settings,
            keep=reporter.keep,
        )
    inputs.work.mkdir(parents=True, exist_ok=True)
    rows = list(kind.run(inputs, options, reporter))
    with lease.write(
        status="done", stage="done", percent=100, finished_at=now(), lease_until=None
    ) as session:
        session.add_all(rows)
        _link_note(session, rows)
    reporter.watch(1.0, "done")
    clear_folder(inputs.work)
    log.info("job %s is done", lease.job_id)


def _link_note(session: Session, rows: list[Any]) -> None:
    for note in (row for row in rows if isinstance(row, Note)):
        session.get_one(Upload, note.upload_id).note_id = note.id


def _columns(row: Upload | None) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in row.__table__.columns} if row else {}


def _fail(lease: Lease, error: Exception) -> None:
    """Say on the job why it failed. Only what we meant for a person is shown to one."""
    if isinstance(error, TalkToTextError):
        log.warning("job %s failed: %s (%s)", lease.job_id, error, error.code)
        reason = error.problem()
    else:
        log.exception("job %s failed", lease.job_id)
        message = "Something went wrong on our side while working on this recording"
        reason = problem(500, "internal_error", message, retryable=True)
    with lease.write(
        status="failed",
        error=reason,
        finished_at=now(),
        lease_until=None,
        attempts=Job.attempts + 1,
    ):
        pass
    if not reason["retryable"]:
        clear_folder(config.current().WORK_FOLDER / lease.job_id)
