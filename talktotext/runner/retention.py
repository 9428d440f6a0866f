"""How long recordings and notes are kept."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from talktotext import config, resumable
from talktotext.extensions import db
from talktotext.models import OVER, Login, Upload, now
from talktotext.runner.control import delete_recording, delete_upload
from talktotext.runner.removal import clean_accounts


@dataclass(frozen=True)
class Expired:
    """What is older than it is to be kept: uploads to go whole, and those whose recording goes
    while their notes stay."""

    whole: list[Upload]
    media: list[Upload]


def expired(media_days: int, notes_days: int) -> Expired:
    """What is past its time; 0 days means for ever. Unfinished uploads never are."""
    whole = _older_than(notes_days) if notes_days else []
    gone = {upload.id for upload in whole}
    media = _older_than(media_days, Upload.file_path.is_not(None)) if media_days else []
    return Expired(whole, [upload for upload in media if upload.id not in gone])


def purge(found: Expired) -> None:
    """Delete it, but for what somebody has asked to be worked on again meanwhile."""
    for upload in found.whole:
        db.session.refresh(upload)
        if upload.status in OVER:
            delete_upload(upload)
    for upload in found.media:
        key, over = upload.file_path, sa.and_(Upload.id == upload.id, Upload.status.in_(OVER))
        db.session.execute(sa.update(Upload).where(over).values(file_path=None))
        db.session.commit()
        delete_recording(key or "")


def purge_as_set() -> int:
    """Delete what the settings say is past its time; how many uploads that were."""
    settings = config.current()
    try:
        found = expired(settings.RETENTION_MEDIA_DAYS, settings.RETENTION_NOTES_DAYS)
        purge(found)
        _forget_logins()
        resumable.remove_expired()
        clean_accounts()
    finally:
        db.session.remove()  # a worker has no request at whose end that would happen
    return len(found.whole) + len(found.media)


def _forget_logins() -> None:
    """Logins whose last token has run out are of no use to anybody."""
    db.session.execute(sa.delete(Login).where(Login.expires_at < now()))
    db.session.commit()


def _older_than(days: int, *conditions: sa.ColumnElement[bool]) -> list[Upload]:
    old = sa.select(Upload).where(
        Upload.created_at < now() - timedelta(days=days), Upload.status.in_(OVER), *conditions
    )
    return list(db.session.scalars(old.order_by(Upload.created_at)))
