"""Who holds the lease of an upload, and what they write."""

import time
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talktotext import config
from talktotext.errors import StorageMissing, UploadBusy, UploadGone, WrongOffset
from talktotext.extensions import db
from talktotext.models import PartialUpload, db_clock, now
from talktotext.resumable import lease
from talktotext.storage import make_storage

MARGIN = 5.0  # seconds before its end at which a lease is renewed at the latest
EVERY = 1.0  # seconds between two times that the offset is written down


def expiry() -> Any:
    """When an upload of which something came just now is given up."""
    return now() + timedelta(hours=config.current().PARTIAL_UPLOAD_HOURS)


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
        if age > lease.LEASE - MARGIN:  # nothing is written on a lease that may have run out
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

    def lasting(self) -> AbstractContextManager[None]:
        """Keep the lease during the block, however long it takes and though it writes nothing."""
        return lease.renewing(self.id, self.owner)

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
        try:
            if self._kept and self.offset != self.row.length:
                self._keep(self.pieces.close())
        finally:
            self.pieces.leave()

    def release(self) -> None:
        """Let others write."""
        with suppress(UploadBusy):
            self._write_down({"lock_owner": None, "lock_until": None})

    def _held(self) -> sa.Update:
        return lease.held(self.id, self.owner)

    def _keep(self, safe: tuple[int, dict[str, Any]]) -> None:
        offset, parts = safe
        self._write_down({"offset": offset, "parts": parts, "expires_at": expiry()})
        self.pieces.settle(parts)

    def _write_down(self, values: dict[str, Any]) -> None:
        renewed = {"lock_until": db_clock() + lease.LEASE, **values}
        began = time.monotonic()
        done = db.session.execute(self._held().values(renewed))
        db.session.commit()
        if not done.rowcount:  # type: ignore[attr-defined]
            raise UploadBusy
        self._written_down = began
