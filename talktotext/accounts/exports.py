"""Exports: all there is of a user in a zip, made by a job or, for the command line, at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from talktotext import audit, config, runner
from talktotext.errors import NotFound, StorageMissing
from talktotext.extensions import db
from talktotext.jobs import takeout
from talktotext.models import UNFINISHED, Job, User
from talktotext.runner import removal
from talktotext.storage import make_storage


def begin(user: User) -> dict[str, Any]:
    """Have a zip made, unless that is being done; how far it is. An older one goes."""
    job = _newest(user)
    if job is None or job.status not in UNFINISHED:
        removal.drop_takeouts(Job.user_id == user.id)
        job = runner.submit(takeout.KIND.name, user.id, takeout.Options())
        audit.record("account.exported", user.id, job=job.id)
    return _shown(job)


def newest(user: User) -> dict[str, Any]:
    """How far the user's zip is. Raises NotFound if there is none."""
    job = _newest(user)
    if job is None:
        raise NotFound("There is no export")
    return _shown(job)


@dataclass(frozen=True)
class Finished:
    """A zip that is finished.

    Attributes:
        open: a stream of its bytes from that number on.
    """

    id: str
    size: int
    open: Callable[[int], BinaryIO]


def finished(user: User) -> Finished:
    """The user's zip. Raises NotFound unless it is finished."""
    job = _newest(user)
    if job is None or job.status != "done":
        raise NotFound("There is no export, or it is not finished")
    storage, key = make_storage(config.current()), takeout.takeout_key(job.id)
    try:
        return Finished(job.id, storage.size(key), partial(storage.open, key))
    except StorageMissing:
        raise NotFound("There is no export") from None


def write_to(user: User, path: Path) -> None:
    """Write the zip of a user to a file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            takeout.pack(file, user.id, make_storage(config.current()), lambda _: None)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    audit.record("account.exported", user.id)


def _newest(user: User) -> Job | None:
    mine = sa.select(Job).filter_by(user_id=user.id, kind=takeout.KIND.name)
    return db.session.scalar(mine.order_by(Job.created_at.desc()).limit(1))


def _shown(job: Job) -> dict[str, Any]:
    over = job.finished_at
    return {
        "id": job.id,
        "status": job.status,
        "percent": job.percent,
        "created_at": job.created_at,
        "expires_at": over and over + removal.TAKEOUT_LIFE,
        "error": job.error and job.error["error"],
    }
