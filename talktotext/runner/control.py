"""What a person may do to a job: cancel it, run it again, delete it with all that came of it."""

from contextlib import suppress
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talktotext import config, quotas
from talktotext.errors import Conflict, QuotaExceeded, StorageMissing, StorageUnavailable
from talktotext.extensions import db
from talktotext.jobs import KINDS, export, kept
from talktotext.models import OVER, UNFINISHED, Job, Note, Recording, Segment, Upload, now
from talktotext.runner.lease import mirror, patiently
from talktotext.storage import clear_folder, make_storage

AGAIN = ("failed", "cancelled")
GONE = "The recording was deleted and cannot be worked on again"


def cancel(job: Job) -> None:
    """Run a job no more. Whoever is at it loses the right to write and stops.

    Raises:
        Conflict: it is over already.
    """
    stopped = _change(
        job,
        UNFINISHED,
        status="cancelled",
        finished_at=now(),
        lease_owner=None,
        lease_until=None,
        message=None,
    )
    if not stopped:
        raise Conflict(f"It is {job.status} and cannot be cancelled")


def requeue(job: Job) -> None:
    """Let a failed or cancelled job be run again; what it had done is not done again.

    Raises:
        Conflict: it is neither, or the recording has been worked on again since.
        StorageMissing: the recording is no longer kept.
        TooManyJobs, QuotaExceeded: its user may have no more.
    """
    if job.status not in AGAIN:
        raise _not_again(job)
    needed = job.upload_id if KINDS[job.kind].needs_recording else None
    if needed and not _has_recording(db.session.get_one(Upload, needed)):
        raise StorageMissing(GONE)
    same = Job.upload_id == job.upload_id if job.upload_id else sa.false()
    newer = sa.exists().where(same, Job.created_at > job.created_at)
    if db.session.scalar(sa.select(newer)):  # what this one had done went with the newer one
        raise Conflict("There is a newer job for the same recording")
    clean = {"attempts": 0, "strikes": 0, "waits": 0, "not_before": None, "error": None}
    # While it was over, others may have had its place.
    claim_job(job.user_id, job.kind, job.seconds)
    if not _change(job, AGAIN, status="queued", finished_at=None, **clean):
        raise _not_again(job)


def _not_again(job: Job) -> Conflict:
    return Conflict(f"It is {job.status}; only what failed or was cancelled can be retried")


def claim_job(user_id: int, kind: str, seconds: float | None) -> None:
    """Claim what a job takes of its user's quotas; in the transaction in hand, in which it is to
    be queued.

    Args:
        seconds: of sound that it is expected to transcribe, where its kind does that.

    Raises:
        TooManyJobs, QuotaExceeded: the user may have no more; the session is rolled back.
    """
    sound = (seconds or 0.0) if KINDS[kind].needs_recording else None
    try:
        quotas.claim(user_id, seconds=sound, jobs=1)
    except QuotaExceeded:
        db.session.rollback()
        raise


def _has_recording(upload: Upload) -> bool:
    """Whether its bytes are kept, or still to be fetched; what was fetched has a size."""
    return bool(upload.file_path or (upload.url and upload.file_size is None))


def claim(note: Note, kind: str) -> None:
    """Claim the upload of a note for new work, in the session and not yet committed.

    Raises:
        Conflict: it is being worked on.
    """
    claimed = sa.update(Upload).where(Upload.id == note.upload_id, Upload.status.in_(OVER))
    waiting: dict[str, Any] = {
        "status": "uploaded",
        "progress": {"stage": KINDS[kind].begins, "percent": 0},
        "error": None,
        "error_message": None,
    }
    if not db.session.execute(claimed.values(**waiting)).rowcount:  # type: ignore[attr-defined]
        raise Conflict("This recording is being worked on", hint="Wait until it is done.")


def begin_take(note: Note) -> int:
    """Claim the upload of a note for a new transcription, in the session and not yet committed; the
    take that it is to write. What a failed one left goes.

    Raises:
        Conflict: it is being worked on.
        StorageMissing: its recording is no longer kept.
    """
    claim(note, "notes")
    if not db.session.scalar(sa.select(Upload.file_path).where(Upload.id == note.upload_id)):
        db.session.rollback()
        raise StorageMissing(GONE)
    db.session.refresh(note)
    left = (Segment.upload_id == note.upload_id, Segment.take != note.take)
    db.session.execute(sa.delete(Segment).where(*left))
    return note.take + 1


def _change(job: Job, when: tuple[str, ...], **values: object) -> bool:
    """Set values on a job that is in one of the states `when`; whether it was."""
    job_id = job.id
    changed = sa.update(Job).where(Job.id == job_id, Job.status.in_(when)).values(**values)
    done = bool(db.session.execute(changed).rowcount)  # type: ignore[attr-defined]
    if done:
        mirror(db.session(), job_id)
    db.session.commit()
    db.session.refresh(job)
    return done


def delete_upload(upload: Upload) -> None:
    """Delete an upload with its job, transcript, notes and documents; its recording too, unless
    another upload is of the same bytes. Whoever is at work on it loses the right to write."""
    upload_id, key = upload.id, upload.file_path
    db.session.commit()  # what follows has a transaction of its own
    jobs = patiently(partial(_delete_rows, upload_id))
    delete_exports(upload_id)
    for job_id in jobs:
        clear_folder(config.current().WORK_FOLDER / job_id)
    if key:
        delete_recording(key)


def _delete_rows(upload_id: str) -> list[str]:
    """Delete an upload's rows; the ids of its jobs, those that write documents too. Jobs before the
    upload, as everywhere: two that lock in different orders would wait for each other."""
    with Session(db.engine) as session, session.begin():
        mine = sa.delete(Job).where(Job.upload_id == upload_id).returning(Job.id)
        jobs = list(session.scalars(mine))
        jobs += session.scalars(sa.delete(Job).where(_writes_of(upload_id)).returning(Job.id))
        session.execute(sa.delete(Upload).where(Upload.id == upload_id))
    return jobs


def _writes_of(upload_id: str) -> sa.ColumnElement[bool]:
    """The jobs that write documents of an upload's note, found among their user's own."""
    note = sa.select(Note.id).filter_by(upload_id=upload_id).scalar_subquery()
    user = sa.select(Upload.user_id).filter_by(id=upload_id).scalar_subquery()
    of_note = Job.options["note_id"].as_string() == note
    return sa.and_(Job.user_id == user, Job.kind == export.KIND.name, of_note)


def delete_exports(upload_id: str, revision: int | None = None) -> None:
    """Delete the documents that are kept of an upload's note: all, or those of a revision."""
    kept.drop(make_storage(config.current()), upload_id, revision)


def delete_outdated_exports(note: Note) -> None:
    """Delete the documents that are kept of earlier revisions of a note, if storage is there."""
    if note.revision:
        with suppress(StorageUnavailable):  # else the next document that is kept takes them along
            kept.drop_outdated(make_storage(config.current()), note)


def delete_recording(key: str) -> bool:
    """Delete bytes that no upload points at any more; whether they were."""
    needed = sa.exists().where(Upload.file_path == key)
    try:
        with Session(db.engine) as session, session.begin():
            gone = session.execute(sa.delete(Recording).where(Recording.key == key, ~needed))
    except IntegrityError:  # an upload of the same bytes came in between
        return False
    if gone.rowcount == 0:  # type: ignore[attr-defined]
        return False
    make_storage(config.current()).delete(key)
    return True


def delete_note(note: Note) -> None:
    """Delete a note with the recording it was made of."""
    delete_upload(db.session.get_one(Upload, note.upload_id))
