"""Bytes in storage that no row points at, and how they go.

They are of requests that were killed before their row was committed, and of deletions that were
killed after theirs. Any number of clean-ups may run at once: deleting twice does no harm.

What has no row may also be somebody else's: another database may have been configured in front of
the same storage. So nothing goes that is older than the first user, and no page of keys of which
most seem to be nobody's.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext import config
from talktotext.errors import StorageUnavailable
from talktotext.extensions import db
from talktotext.models import Job, PartialUpload, Recording, Upload, User
from talktotext.runner.control import delete_recording
from talktotext.storage import Storage, make_storage

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds
AGE = 3600.0  # seconds; a request whose row is still to come is younger
CLOCKS = 60.0  # seconds by which the clocks of two machines may differ
# Resumable uploads go with their rows; these are of processes killed before there was one.
RESUMABLE = 7 * 86_400.0  # seconds
PAGE = 500
FEW = 10  # orphans of a page that are believed to be such, however many others there are


class Hourly:
    """When this process last looked."""

    def __init__(self) -> None:
        self._again_at = 0.0

    def is_due(self) -> bool:
        """Whether it is time again; then it is not for a while."""
        due = time.monotonic() >= self._again_at
        if due:
            self._again_at = time.monotonic() + EVERY
        return due


hourly = Hourly()


def remove_orphans() -> int:
    """Delete what no row points at, at most once an hour in a process; how many that were.

    A storage that is away is left at a line in the log.
    """
    if not hourly.is_due():
        return 0
    try:
        return clean(make_storage(config.current()), time.time() - AGE)
    except StorageUnavailable as error:
        log.warning("no clean-up of the storage: %s", error)
        return 0


def clean(storage: Storage, before: float) -> int:
    """Delete what no row points at and was written before then; how many that were.

    Args:
        before: seconds since 1970.

    Raises:
        StorageUnavailable: the storage does not answer.
    """
    with Session(db.engine) as session:
        first = session.scalar(sa.select(sa.func.min(User.created_at)))
    if first is None:
        return 0
    since = first.timestamp() - CLOCKS
    removed = _remove_unneeded_recordings(before)
    removed += _clean_folder(storage, "recordings/", _recordings_among, since, before)
    removed += _clean_folder(storage, "documents/", _documents_among, since, before)
    removed += _clean_folder(storage, "exports/", _exports_among, since, before)
    removed += _clean_folder(storage, "multipart/", _whole_among, since, before)
    removed += _clean_folder(storage, "partial/", _partials_among, since, before)
    removed += storage.forget_unfinished("multipart/", before - RESUMABLE)
    for prefix in ("recordings/", "documents/", "exports/"):
        removed += storage.forget_unfinished(prefix, before)
    return removed


def _clean_folder(
    storage: Storage,
    prefix: str,
    needed: Callable[[list[str]], set[str]],
    since: float,
    before: float,
) -> int:
    keys = (key for key, written in storage.keys(prefix) if since <= written < before)
    removed = 0
    while page := list(islice(keys, PAGE)):
        orphans = set(page) - needed(page)
        if len(orphans) > max(FEW, len(page) / 2):
            log.error("most of %s has no row: is this the right database? Nothing goes", prefix)
            break
        for key in orphans:
            storage.delete(key)
            log.info("removed %s, which no row points at", key)
        removed += len(orphans)
    return removed


def _remove_unneeded_recordings(before: float) -> int:
    """Those whose upload was deleted by a process that then got no further."""
    needed = sa.exists().where(Upload.file_path == Recording.key)
    old = Recording.created_at < datetime.fromtimestamp(before, UTC)
    with Session(db.engine) as session:
        keys = list(session.scalars(sa.select(Recording.key).where(~needed, old)))
    return sum(delete_recording(key) for key in keys)


def _recordings_among(keys: list[str]) -> set[str]:
    with Session(db.engine) as session:
        return set(session.scalars(sa.select(Recording.key).where(Recording.key.in_(keys))))


def _partials_among(keys: list[str]) -> set[str]:
    """What came of an upload has a name that begins with its id."""
    owners = {key: PurePosixPath(key).name.split(".")[0] for key in keys}
    with Session(db.engine) as session:
        query = sa.select(PartialUpload.id).where(PartialUpload.id.in_(owners.values()))
        there = set(session.scalars(query))
    return {key for key, owner in owners.items() if owner in there}


def _whole_among(keys: list[str]) -> set[str]:
    """What came in whole is a recording, or of an upload that may still become one."""
    return _recordings_among(keys) | _partials_among(keys)


def _documents_among(keys: list[str]) -> set[str]:
    """A document's name begins with the id of its upload."""
    owners = {key: PurePosixPath(key).name.split(".")[0] for key in keys}
    with Session(db.engine) as session:
        found = session.scalars(sa.select(Upload.id).where(Upload.id.in_(owners.values())))
        there = set(found)
    return {key for key, owner in owners.items() if owner in there}


def _exports_among(keys: list[str]) -> set[str]:
    """An export's name begins with the id of its job."""
    owners = {key: PurePosixPath(key).name.split(".")[0] for key in keys}
    with Session(db.engine) as session:
        there = set(session.scalars(sa.select(Job.id).where(Job.id.in_(owners.values()))))
    return {key for key, owner in owners.items() if owner in there}
