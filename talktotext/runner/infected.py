"""How a recording goes in which a virus was found."""

import logging
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from talktotext import audit, config
from talktotext.errors import Infected, StorageUnavailable
from talktotext.extensions import db
from talktotext.models import Job, Recording, Upload
from talktotext.storage import make_storage

log = logging.getLogger(__name__)

TRIES = 5  # the same bytes may be uploaded just now


def remove_infected(job: Job, error: Infected) -> None:
    """Delete the bytes of a job's recording, whoever has sent them, and write that down for each.
    What was made of them before the virus was known stays."""
    try:
        keys = _forget_bytes(job, **error.extra)
    finally:
        db.session.remove()  # a worker has no request at whose end that would happen
    storage = make_storage(config.current())
    for key in keys:
        with suppress(StorageUnavailable):  # what no row points at goes with a sweep
            storage.delete(key)


def _forget_bytes(job: Job, signature: str, sha256: str) -> list[str]:
    for _ in range(TRIES):
        try:
            return _forget_rows(job, signature, sha256)
        except IntegrityError:
            db.session.rollback()
    log.error("job %s: the infected recording is uploaded again and again", job.id)
    return []


def _forget_rows(job: Job, signature: str, sha256: str) -> list[str]:
    """Let no upload point at the bytes any more; the keys that they lie under."""
    recordings = db.session.scalars(sa.select(Recording).filter_by(sha256=sha256)).all()
    keys = [recording.key for recording in recordings]
    # The job's user has none in storage where it was found behind a link.
    owners = {job.user_id, *(recording.user_id for recording in recordings)}
    pointing = sa.update(Upload).where(Upload.file_path.in_(keys))
    db.session.execute(pointing.values(file_path=None))
    db.session.execute(sa.delete(Recording).where(Recording.key.in_(keys)))
    for user_id in sorted(owners):
        audit.record("recording.infected", user_id, signature=signature, sha256=sha256)
    return keys
