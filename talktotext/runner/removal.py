"""How a user goes with everything there is of them.

Who is to go is marked (`User.deleted_at`), and refused from then on; then what they had is deleted,
recording by recording, and the row last. Whatever is left because there was too much of it, or
because the process was killed, goes with a sweep.
"""

import time
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext import config, resumable
from talktotext.extensions import db
from talktotext.jobs import takeout
from talktotext.jobs.takeout import takeout_key
from talktotext.models import (
    ApiToken,
    AuditEvent,
    Invitation,
    Job,
    PartialUpload,
    Recording,
    Upload,
    User,
    now,
)
from talktotext.runner.control import delete_recording, delete_upload
from talktotext.storage import clear_folder, make_storage

TAKEOUT_LIFE = timedelta(days=7)
SETTLED = timedelta(minutes=1)  # after which nobody else is at it any more


def remove_user(user_id: int, seconds: float | None = None) -> bool:
    """Delete a user with everything there is of them; whoever works on it loses the right to write.

    Args:
        seconds: after which the rest is left to the sweep; None: however long it takes.

    Returns:
        Whether nothing is left.

    Raises:
        StorageUnavailable: the rest is left to the sweep, too.
    """
    until = time.monotonic() + (seconds if seconds is not None else float("inf"))
    for begun in db.session.scalars(sa.select(PartialUpload).filter_by(user_id=user_id)).all():
        resumable.discard(begun)
    for upload in db.session.scalars(sa.select(Upload).filter_by(user_id=user_id)).all():
        if time.monotonic() > until:
            return False
        delete_upload(upload)
    drop_takeouts(Job.user_id == user_id)
    for job_id in _delete_jobs(Job.user_id == user_id):
        clear_folder(config.current().WORK_FOLDER / job_id)
    for key in db.session.scalars(sa.select(Recording.key).filter_by(user_id=user_id)).all():
        delete_recording(key)
    db.session.execute(sa.delete(User).where(User.id == user_id))
    db.session.commit()
    return True


def drop_takeouts(*which: sa.ColumnElement[bool]) -> None:
    """Delete the zips that the jobs which meet the conditions made, and the jobs."""
    storage = make_storage(config.current())
    for job_id in _delete_jobs(Job.kind == takeout.KIND.name, *which):
        storage.delete(takeout_key(job_id))


def clean_accounts() -> None:
    """Delete what of accounts is past its time, and what is left of users who are gone."""
    left = sa.select(User.id).where(User.deleted_at < now() - SETTLED)
    for user_id in db.session.scalars(left).all():
        remove_user(user_id)
    drop_takeouts(Job.finished_at < now() - TAKEOUT_LIFE)
    old: list[sa.Delete] = [
        sa.delete(Invitation).where(Invitation.expires_at < now()),
        sa.delete(ApiToken).where(ApiToken.expires_at < now() - timedelta(days=30)),
    ]
    if days := config.current().AUDIT_DAYS:
        old.append(sa.delete(AuditEvent).where(AuditEvent.at < now() - timedelta(days=days)))
    for statement in old:
        db.session.execute(statement)
    db.session.commit()


def _delete_jobs(*which: sa.ColumnElement[bool]) -> list[str]:
    with Session(db.engine) as session, session.begin():
        return list(session.scalars(sa.delete(Job).where(*which).returning(Job.id)))
