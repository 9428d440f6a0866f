"""A document for somebody who waits for it: the one that is kept, or else made.

Most are made here, in a fraction of a second. Large ones are made by a job, for which a request
waits as long as routers let it; but no worker need be idle, or there at all: a job that nobody has
begun with is done here in the end, like any other, under its lease.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from io import BytesIO
from threading import BoundedSemaphore
from typing import BinaryIO

import sqlalchemy as sa
from flask import abort

from talktotext import config, documents, runner
from talktotext.api.partial import Body
from talktotext.api.problems import answer
from talktotext.errors import DocumentInProgress, NotFound, QuotaExceeded, StorageMissing
from talktotext.extensions import db
from talktotext.jobs import export as kind
from talktotext.jobs.kept import KEPT, Export, is_large, keep_if_possible, read
from talktotext.jobs.look import Look
from talktotext.models import UNFINISHED, Job, Note, now
from talktotext.storage import Storage, make_storage

WAIT = 25.0  # seconds; Heroku's router gives up after 30
HEAD_START = 2.0  # seconds in which an idle worker would have begun
FAILED_LATELY = timedelta(minutes=1)  # in which what failed is not tried again
FORGOTTEN = timedelta(days=1)  # after which a job that is over tells nobody anything
# Rendering is bounded by the processor: more at once would be no faster, and fill the memory.
slots = BoundedSemaphore(max(2, os.cpu_count() or 2))


def obtain(note: Note, export: Export, look: Look) -> tuple[Export, Body]:
    """A document, and which one it is by now: the note may have been changed meanwhile.

    No connection to the database is held while it is waited for, made or sent.

    Raises:
        NotFound: the note was deleted meanwhile.
        DocumentInProgress: it takes longer than a request may last.
    """
    user_id, storage = note.user_id, make_storage(config.current())
    db.session.rollback()
    large = is_large(export.note_id)
    kept = large or export.format in KEPT
    if kept and (body := _stored(storage, export)):
        return export, body
    if large and export.format in KEPT:
        with suppress(QuotaExceeded):  # of recordings to be worked on; then it is made here
            _by_a_job(export, look, user_id)
    return _made(storage, export, kept=kept)


def render(export: Export) -> bytes:
    """A document, made now and not kept. Raises NotFound and DocumentInProgress, see `obtain`."""
    db.session.rollback()
    with _slot():
        return documents.render(export.format, read(export)[1])


def _stored(storage: Storage, export: Export) -> Body | None:
    try:
        return Body(storage.size(export.key), partial(_open, storage, export.key))
    except StorageMissing:
        return None


def _open(storage: Storage, key: str, first: int) -> BinaryIO:
    try:
        return storage.open(key, first)
    except StorageMissing:  # the note was changed a moment ago
        raise DocumentInProgress("The document has just been replaced") from None


def _made(storage: Storage, export: Export, *, kept: bool) -> tuple[Export, Body]:
    """It is made here, unless somebody else just did."""
    with _slot():
        export, document = read(export)
        if kept and (body := _stored(storage, export)):
            return export, body
        data = documents.render(export.format, document)
        if kept:
            keep_if_possible(storage, export, data)
    return export, Body(len(data), lambda first: BytesIO(data[first:]))


@contextmanager
def _slot() -> Iterator[None]:
    if not slots.acquire(timeout=_patience()):
        raise DocumentInProgress("The server is busy with other documents")
    try:
        yield
    finally:
        slots.release()


def _patience() -> float:
    return min(WAIT, config.current().SYNC_WAIT_SECONDS)


def _by_a_job(export: Export, look: Look, user_id: int) -> None:
    """Return when a job has made it; end the request with its reason where it failed.

    Raises:
        DocumentInProgress: it takes longer than a request may last.
        NotFound: the note was deleted.
    """
    job_id, began = _job_of(export, look, user_id), time.monotonic()
    while (waited := time.monotonic() - began) <= _patience():
        if _is_done(job_id):
            return
        if waited > HEAD_START and _is_untouched(job_id) and slots.acquire(blocking=False):
            try:
                runner.execute(job_id)
            finally:
                slots.release()
        else:
            time.sleep(0.2)
    raise DocumentInProgress


def _job_of(export: Export, look: Look, user_id: int) -> str:
    """The job that makes it, or lately failed to; else a new one."""
    wanted = Job.options["key"].as_string() == export.key
    mine = sa.and_(Job.user_id == user_id, Job.kind == kind.KIND.name)
    lately = sa.and_(Job.status == "failed", Job.finished_at > now() - FAILED_LATELY)
    useful = sa.or_(Job.status.in_(UNFINISHED), lately)
    found = sa.select(Job.id).where(mine, wanted, useful).order_by(Job.created_at.desc()).limit(1)
    if job_id := db.session.scalar(found):
        db.session.rollback()
        return job_id
    db.session.execute(sa.delete(Job).where(mine, Job.finished_at < now() - FORGOTTEN))
    which = {"note_id": export.note_id, "format": export.format, "key": export.key}
    job = runner.submit("export", user_id, kind.Options(**look.model_dump(), **which))
    job_id = job.id
    db.session.rollback()
    return job_id


def _is_done(job_id: str) -> bool:
    """Whether it is; ends the request where the job failed. Raises NotFound and
    DocumentInProgress."""
    row = db.session.execute(sa.select(Job.status, Job.error).filter_by(id=job_id)).one_or_none()
    db.session.rollback()  # hold no connection while asleep
    if row is None:  # it went with its note
        raise NotFound("Note not found")
    if row.status == "failed":
        abort(answer(row.error))
    if row.status == "cancelled":
        raise DocumentInProgress("The server was told not to make this document now")
    return bool(row.status == "done")


def _is_untouched(job_id: str) -> bool:
    """Whether nobody ever began with it. What was begun stays with the workers: it may be that it
    ends the process which is at it."""
    query = sa.select(sa.exists().where(Job.id == job_id, Job.status == "queued", Job.epoch == 0))
    untouched = db.session.scalar(query)
    db.session.rollback()
    return bool(untouched)
