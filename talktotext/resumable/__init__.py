"""Uploads that come in pieces: one writer at a time, and an offset that is never more than what is
safe.

The row tells what is safe. The last bytes become safe in the transaction that makes the upload:
until that is committed there is something left to send, and sending it tries again.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import sqlalchemy as sa

from talktotext import config, quotas
from talktotext.errors import (
    NotFound,
    QuotaExceeded,
    StorageFull,
    StorageMissing,
    StorageUnavailable,
    UploadBusy,
)
from talktotext.extensions import db
from talktotext.models import PartialUpload, db_clock, now
from talktotext.resumable import lease
from talktotext.resumable.writer import Writer, expiry
from talktotext.storage import make_storage


@contextmanager
def beginning(partial: PartialUpload) -> Iterator[None]:
    """Write down an upload that is to come. Should the block fail, nothing is left of it: nobody
    was told its name. Raises QuotaExceeded."""
    _begin(partial)
    with ExitStack() as undo:
        undo.callback(_undo, partial.id)
        yield
        undo.pop_all()


def _begin(partial: PartialUpload) -> None:
    partial.expires_at = expiry()
    size = partial.length if partial.length is not None else config.current().MAX_CONTENT_LENGTH
    try:
        quotas.claim(partial.user_id, size=int(size))
    except QuotaExceeded:
        db.session.rollback()
        raise
    db.session.add(partial)
    db.session.commit()


def _undo(partial_id: str) -> None:
    """Drop it; where the storage does not let us now, the next sweep does."""
    db.session.rollback()
    over = sa.update(PartialUpload).where(PartialUpload.id == partial_id)
    db.session.execute(over.values(expires_at=now()))
    db.session.commit()
    with suppress(StorageUnavailable, StorageFull):
        _drop(partial_id)


@contextmanager
def writing(partial: PartialUpload, offset: int) -> Iterator[Writer]:
    """Write on at `offset`. Whatever happens in the block, what was written is kept, unless the
    writer was told to `forget` it.

    Raises:
        UploadBusy: another request is writing, or took over.
        WrongOffset: the upload stands elsewhere.
        UploadGone: what came of it is no longer there.
    """
    writer = Writer(partial.id, lease.lock(partial.id, lease.PATIENCE))
    try:
        writer.open(offset)
        try:
            yield writer
        finally:
            writer.close()
    finally:
        writer.release()


def give_up(partial: PartialUpload) -> None:
    """Drop an upload, finished or not; what it became stays. Raises UploadBusy at once while
    somebody writes."""
    writer = Writer(partial.id, lease.lock(partial.id, patience=0))
    try:
        discard(partial)
    finally:
        writer.release()


def discard(partial: PartialUpload) -> None:
    """See `give_up`; whoever writes is not asked, and finds it gone."""
    _drop(partial.id)


def _drop(partial_id: str) -> None:
    # Read anew: it may have become an upload meanwhile, whose bytes are those of the pieces.
    row = db.session.get(PartialUpload, partial_id, populate_existing=True)
    if row and row.upload_id is None:
        with suppress(StorageMissing):
            make_storage(config.current()).pieces(row.id, 0, row.parts).discard()
    db.session.execute(sa.delete(PartialUpload).where(PartialUpload.id == partial_id))
    db.session.commit()


def remove_expired() -> int:
    """Drop the uploads whose time is over; how many."""
    over = sa.and_(
        PartialUpload.expires_at < now(),
        sa.or_(PartialUpload.lock_until.is_(None), PartialUpload.lock_until < db_clock()),
    )
    removed = 0
    for partial in db.session.scalars(sa.select(PartialUpload).where(over).limit(500)).all():
        with suppress(StorageUnavailable, UploadBusy, NotFound):
            give_up(partial)
            removed += 1
    return removed
