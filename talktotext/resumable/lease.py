"""The lease on an upload that comes in pieces: one request writes at a time.

It is renewed by who writes. A process that was killed leaves it behind, to be taken over at once on
the same machine and after LEASE seconds on another.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from talktotext.errors import NotFound, UploadBusy
from talktotext.extensions import db
from talktotext.models import PartialUpload, db_clock

log = logging.getLogger(__name__)

LEASE = 20.0  # seconds without a sign of life after which another may write
PATIENCE = 25.0  # seconds for which a request waits for another one's lease
POLL = 0.2


def lock(partial_id: str, patience: float) -> str:
    """Take the lease; the name under which it is held.

    Args:
        patience: seconds for which it is waited for.

    Raises:
        UploadBusy: another request has it.
        NotFound: there is no such upload.
    """
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
    deadline = time.monotonic() + patience
    while not _take(partial_id, owner):
        if not _release_the_dead(partial_id):
            if time.monotonic() >= deadline:
                raise UploadBusy
            time.sleep(POLL)
    return owner


def held(partial_id: str, owner: str) -> sa.Update:
    """Changes the upload, as long as the lease is held."""
    mine = (PartialUpload.id == partial_id, PartialUpload.lock_owner == owner)
    return sa.update(PartialUpload).where(*mine)


@contextmanager
def renewing(partial_id: str, owner: str) -> Iterator[None]:
    """Renew the lease until the block ends, in which nothing else does."""
    renewal = held(partial_id, owner).values(lock_until=db_clock() + LEASE)
    over = threading.Event()
    threading.Thread(target=_renew, args=(db.engine, renewal, over), daemon=True).start()
    try:
        yield
    finally:
        # Not waited for: it may be waiting for a transaction that only ends after the block.
        # Whatever it still renews is released by then, or is about to be.
        over.set()


def _renew(engine: sa.Engine, renewal: sa.Update, over: threading.Event) -> None:
    while not over.wait(LEASE / 3):
        try:
            with Session(engine) as session, session.begin():
                session.execute(renewal)
        except SQLAlchemyError as error:
            log.warning("the lease of an upload was not renewed: %s", error)


def _take(partial_id: str, owner: str) -> bool:
    free = sa.or_(PartialUpload.lock_until.is_(None), PartialUpload.lock_until < db_clock())
    taken = sa.update(PartialUpload).where(PartialUpload.id == partial_id, free)
    values = {"lock_owner": owner, "lock_until": db_clock() + LEASE}
    done = db.session.execute(taken.values(values)).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return bool(done)


def _release_the_dead(partial_id: str) -> bool:
    """Free a lease whose holder was a process of this machine that is no more; whether it was."""
    mine = PartialUpload.id == partial_id
    owner = db.session.scalar(sa.select(PartialUpload.lock_owner).where(mine))
    if owner is None and db.session.scalar(sa.select(sa.func.count()).where(mine)) == 0:
        raise NotFound("Upload not found")
    dead = owner is not None and _is_dead(owner)
    if dead:
        freed = held(partial_id, str(owner)).values(lock_owner=None, lock_until=None)
        db.session.execute(freed)
    db.session.commit()
    return dead


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
