"""Uploads that come in pieces: one writer at a time, and an offset that is never more than what is
safe.

The row tells what is safe. A writer holds a lease on it, renewed as the offset is; a process that
was killed leaves it behind, to be taken over at once on the same machine and after LEASE seconds on
another. The last bytes become safe in the transaction that makes the upload: until that is
committed there is something left to send, and sending it tries again.
"""

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talktotext import config, quotas
from talktotext.errors import (
    NotFound,
    QuotaExceeded,
    StorageMissing,
    StorageUnavailable,
    UploadBusy,
    UploadGone,
    WrongOffset,
)
from talktotext.extensions import db
from talktotext.models import PartialUpload, db_clock, now
from talktotext.storage import make_storage

LEASE = 20.0  # seconds without a sign of life after which another may write
MARGIN = 5.0  # seconds before its end at which a lease is renewed at the latest
EVERY = 1.0  # seconds between two times that the offset is written down
PATIENCE = 25.0  # seconds for which a request waits for another one's lease
POLL = 0.2


def begin(partial: PartialUpload) -> None:
    """Write down an upload that is to come. Raises QuotaExceeded."""
    partial.expires_at = expiry()
    size = partial.length if partial.length is not None else config.current().MAX_CONTENT_LENGTH
    try:
        quotas.claim(partial.user_id, size=int(size))
    except QuotaExceeded:
        db.session.rollback()
        raise
    db.session.add(partial)
    db.session.commit()


def expiry() -> Any:
    """When an upload of which something came just now is given up."""
    return now() + timedelta(hours=config.current().PARTIAL_UPLOAD_HOURS)


@contextmanager
def writing(partial: PartialUpload, offset: int) -> Iterator["Writer"]:
    """Write on at `offset`. Whatever happens in the block, what was written is kept, unless the
    writer was told to `forget` it.

    Raises:
        UploadBusy: another request is writing, or took over.
        WrongOffset: the upload stands elsewhere.
        UploadGone: what came of it is no longer there.
    """
    writer = Writer(partial.id, _lock(partial.id))
    try:
        writer.open(offset)
        try:
            yield writer
        finally:
            writer.close()
    finally:
        writer.release()


def _lock(partial_id: str) -> str:
    """Take the lease; the name under which it is held. Raises UploadBusy, NotFound."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
    deadline = time.monotonic() + PATIENCE
    while not _take(partial_id, owner):
        _release_the_dead(partial_id)
        if time.monotonic() > deadline:
            raise UploadBusy
        time.sleep(POLL)
    return owner


def _take(partial_id: str, owner: str) -> bool:
    free = sa.or_(PartialUpload.lock_until.is_(None), PartialUpload.lock_until < db_clock())
    taken = sa.update(PartialUpload).where(PartialUpload.id == partial_id, free)
    values = {"lock_owner": owner, "lock_until": db_clock() + LEASE}
    done = db.session.execute(taken.values(values)).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return bool(done)


def _release_the_dead(partial_id: str) -> None:
    """Free a lease whose holder was a process of this machine that is no more."""
    mine = PartialUpload.id == partial_id
    owner = db.session.scalar(sa.select(PartialUpload.lock_owner).where(mine))
    if owner is None and db.session.scalar(sa.select(sa.func.count()).where(mine)) == 0:
        raise NotFound("Upload not found")
    if owner and _is_dead(owner):
        dead = sa.update(PartialUpload).where(mine, PartialUpload.lock_owner == owner)
        db.session.execute(dead.values(lock_owner=None, lock_until=None))
    db.session.commit()


def _is_dead(owner: str) -> bool:
    """Whether it is a process of this machine that is no more."""
    host, pid, _ = owner.split(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it is somebody else's by now; the lease runs out
        return False
    return False


class Writer:
    """Who holds the lease of an upload, and what they write.

    Attributes:
        row: the upload as it stood when it was opened.
        offset: where the next byte goes, safe or not.
    """

    def __init__(self, partial_id: str, owner: str):
        self.id, self.owner = partial_id, owner
        self.offset, self._kept = 0, True
        self._written_down = time.monotonic()

    def open(self, offset: int) -> None:
        """See `writing`."""
        self.row = db.session.get_one(PartialUpload, self.id, populate_existing=True)
        db.session.commit()  # hold no connection while bytes come in
        if self.row.offset != offset:
            raise WrongOffset(offset=self.row.offset)
        try:
            storage = make_storage(config.current())
            self.pieces = storage.pieces(self.id, offset, self.row.parts)
        except StorageMissing:
            raise UploadGone from None
        self.offset = offset

    def write(self, data: bytes) -> None:
        """Take more. Raises UploadBusy if another writer took over."""
        age = time.monotonic() - self._written_down
        if age > LEASE - MARGIN:  # nothing must be written on a lease that may have run out
            self._write_down({})
        self.pieces.write(data)
        self.offset += len(data)
        if age > EVERY and self._kept and self.offset != self.row.length:
            self._keep(self.pieces.safe())

    def forget(self) -> None:
        """Keep nothing that is written from here on, until `trust`."""
        self._kept = False

    def trust(self) -> None:
        """Keep what was written after all."""
        self._kept = True

    def say_length(self, length: int) -> None:
        """The client knows it now."""
        self._write_down({"length": length})
        self.row.length = length

    def became(self, upload_id: str) -> None:
        """Write down what the upload became, in the transaction in which it does. Raises UploadBusy
        if another writer took over."""
        self._kept = False
        values = {"upload_id": upload_id, "offset": self.offset, "parts": {}}
        done = db.session.execute(self._held().values(**values, expires_at=expiry()))
        if not done.rowcount:  # type: ignore[attr-defined]
            raise UploadBusy

    def close(self) -> None:
        """Make safe what there is, unless that is all: then whoever finishes it does."""
        if self._kept and self.offset != self.row.length:
            self._keep(self.pieces.close())
        else:
            self.pieces.leave()

    def release(self) -> None:
        """Let others write."""
        with suppress(UploadBusy):
            self._write_down({"lock_owner": None, "lock_until": None})

    def _held(self) -> sa.Update:
        """Changes the row, as long as the lease is held."""
        mine = (PartialUpload.id == self.id, PartialUpload.lock_owner == self.owner)
        return sa.update(PartialUpload).where(*mine)

    def _keep(self, safe: tuple[int, dict[str, Any]]) -> None:
        offset, parts = safe
        self._write_down({"offset": offset, "parts": parts, "expires_at": expiry()})

    def _write_down(self, values: dict[str, Any]) -> None:
        renewed = {"lock_until": db_clock() + LEASE, **values}
        began = time.monotonic()
        done = db.session.execute(self._held().values(renewed))
        db.session.commit()
        if not done.rowcount:  # type: ignore[attr-defined]
            raise UploadBusy
        self._written_down = began


def stop(partial: PartialUpload) -> None:
    """Let nobody write any more. Raises UploadBusy while somebody does."""
    _lock(partial.id)


def discard(partial: PartialUpload) -> None:
    """Drop an upload, finished or not; what it became stays."""
    _drop_pieces(partial)
    db.session.execute(sa.delete(PartialUpload).where(PartialUpload.id == partial.id))
    db.session.commit()


def _drop_pieces(partial: PartialUpload) -> None:
    if partial.upload_id is None:
        with suppress(StorageMissing):
            make_storage(config.current()).pieces(partial.id, 0, partial.parts).discard()


def remove_expired() -> int:
    """Drop the uploads whose time is over; how many."""
    over = sa.and_(
        PartialUpload.expires_at < now(),
        sa.or_(PartialUpload.lock_until.is_(None), PartialUpload.lock_until < db_clock()),
    )
    removed = 0
    for partial in db.session.scalars(sa.select(PartialUpload).where(over).limit(500)).all():
        with suppress(StorageUnavailable):
            discard(partial)
            removed += 1
    return removed
