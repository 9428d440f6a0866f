"""What the queue forgot and what the dead left behind.

Any number of sweeps may run at once. Jobs: the queue gets as many wake-ups as there are runnable
jobs; one too many finds nothing to do. Files: scratch of jobs that are over, uploads broken off,
bytes in storage that no row points at.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talktotext import config
from talktotext.errors import TalkToTextError
from talktotext.extensions import db, queue
from talktotext.models import UNFINISHED, Job
from talktotext.runner.lease import runnable
from talktotext.runner.orphans import remove_orphans
from talktotext.runner.retention import purge_as_set
from talktotext.storage import clear_folder

log = logging.getLogger(__name__)

STALE = 3600.0  # seconds after which an upload that stopped growing has been broken off


@dataclass(frozen=True)
class Swept:
    """What a sweep did: jobs that were runnable, wake-ups it added, files it removed."""

    runnable: int
    woken: int
    removed: int


def sweep() -> Swept:
    """Wake workers for all that is runnable, and clean up.

    Raises:
        QueueUnavailable: Redis does not answer; files were cleaned up all the same.
    """
    removed = sum(1 for _ in _clean_up()) + remove_orphans()
    with Session(db.engine) as session:
        waiting = list(session.scalars(sa.select(Job.id).where(runnable()).limit(1000)))
    missing = max(0, len(waiting) - queue.length()) if waiting else 0
    for job_id in waiting[:missing]:
        queue.wake(job_id)
    if missing or removed:
        log.info("sweep: woke %s of %s, removed %s files", missing, len(waiting), removed)
    return Swept(len(waiting), missing, removed)


def sweep_quietly() -> None:
    """A sweep, and what retention asks for, that leave it at a line in the log when queue,
    database or storage are away."""
    try:
        sweep()
        purge_as_set()
    except (TalkToTextError, sa.exc.SQLAlchemyError, OSError) as error:
        log.warning("sweep: %s", error)


def _clean_up() -> Iterator[Path]:
    settings = config.current()
    incoming = settings.UPLOAD_FOLDER / "incoming"
    for path in incoming.iterdir() if incoming.is_dir() else ():
        if path.is_file() and time.time() - _touched(path) > STALE:
            path.unlink(missing_ok=True)
            yield path
    for path in settings.WORK_FOLDER.iterdir() if settings.WORK_FOLDER.is_dir() else ():
        if _is_scratch(path) and _is_over(path.name):
            clear_folder(path)
            yield path


def _is_scratch(path: Path) -> bool:
    """Whether it is a folder named as those of jobs are; others are none of our business."""
    with suppress(ValueError):
        return str(UUID(path.name)) == path.name and path.is_dir()
    return False


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it was finished or removed meanwhile
        return time.time()


def _is_over(job_id: str) -> bool:
    with Session(db.engine) as session:
        status = session.scalar(sa.select(Job.status).where(Job.id == job_id))
    return status not in UNFINISHED
