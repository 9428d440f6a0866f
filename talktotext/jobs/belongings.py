"""What there is of a user, as files for them to take along.

    account.json                 themselves
    data/<table>.json            the rows of every other table that has them, as they are
    notes/<day title id>/        note.json, its transcript as text and as JSON, its versions
    recordings/<id>-<name>       the recordings, as they were uploaded

A table that is added later is in it by itself. What is derived from the rest is left out, and so is
what would open a door: hashes of passwords and of tokens.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from talktotext.extensions import db
from talktotext.jobs.shown import read_transcript
from talktotext.models import Note, NoteVersion, Recording, Upload, User, now
from talktotext.models.base import Base

DERIVED = {"note_index", "action_items"}
OWN_FILES = {"notes", "recordings"}
SECRETS = {"password_hash", "secret_hash", "refresh_jti", "fingerprint"}
INSIDES = {"checkpoint", "lease_owner", "lease_until", "lock_owner", "lock_until", "parts"}


@dataclass(frozen=True)
class Belonging:
    """A file: of a text, or of the bytes that lie in storage under `key`."""

    name: str
    text: str = ""
    key: str | None = None
    at: datetime = field(default_factory=now)


def belongings(user_id: int) -> Iterator[Belonging]:
    """Everything there is of a user. No connection is held between two of them."""
    with Session(db.engine) as session:
        yield _json("account.json", _columns(session.get_one(User, user_id)))
    for table in tables():
        yield _json(f"data/{table}.json", _rows_of(tables()[table], user_id))
    for note_id in _ids(Note.id, user_id):
        yield from _note(note_id)
    for key in _ids(Recording.key, user_id):
        yield _recording(key)


def tables() -> dict[str, Any]:
    """The models whose rows belong to a user, by their tables' names, but for what is derived and
    what has files of its own."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    left_out = DERIVED | OWN_FILES
    return {
        name: model
        for name, model in sorted(models.items())
        if "user_id" in model.__table__.columns and name not in left_out
    }


def bytes_of(user_id: int) -> int:
    """How many bytes a user's recordings have."""
    with Session(db.engine) as session:
        whole = sa.select(sa.func.sum(Recording.size)).filter_by(user_id=user_id)
        return int(session.scalar(whole) or 0)


def _note(note_id: str) -> Iterator[Belonging]:
    """The files of a note; none if it was deleted meanwhile."""
    with Session(db.engine) as session:
        note = session.get(Note, note_id, options=[undefer("*")])
        wanted = sa.select(NoteVersion).filter_by(note_id=note_id).order_by(NoteVersion.number)
        versions = session.scalars(wanted.options(undefer(NoteVersion.document))).all()
    if note is None:
        return
    title = re.sub(r"[^\w -]+", " ", note.title).strip()[:60]
    folder = f"notes/{note.created_at:%Y-%m-%d} {title} {note.id[:8]}"
    segments = read_transcript(note.upload_id, note.take)
    yield _json(f"{folder}/note.json", _columns(note))
    yield _json(f"{folder}/versions.json", [_columns(version) for version in versions])
    yield _json(f"{folder}/transcript.json", [one.model_dump(mode="json") for one in segments])
    yield Belonging(f"{folder}/transcript.txt", note.transcript)


def _recording(key: str) -> Belonging:
    """A recording, under the name it was uploaded with first."""
    named = sa.select(Upload.file_name, Upload.created_at).filter_by(file_path=key)
    with Session(db.engine) as session:
        name, at = session.execute(named.order_by(Upload.created_at)).first() or ("", now())
    safe = re.sub(r"[^\w .-]+", "_", name or "recording").lstrip(".")
    return Belonging(f"recordings/{PurePosixPath(key).name}-{safe}", key=key, at=at)


def _ids(column: Any, user_id: int) -> list[str]:
    with Session(db.engine) as session:
        mine = sa.select(column).where(column.class_.user_id == user_id)
        return list(session.scalars(mine.order_by(column.class_.created_at)))


def _rows_of(model: Any, user_id: int) -> list[dict[str, Any]]:
    with Session(db.engine) as session:
        mine = (
            sa.select(model).where(model.user_id == user_id).order_by(*model.__mapper__.primary_key)
        )
        return [_columns(row) for row in session.scalars(mine)]


def _columns(row: Any) -> dict[str, Any]:
    names = [column.key for column in sa.inspect(type(row)).columns]
    return {name: getattr(row, name) for name in names if name not in SECRETS | INSIDES}


def _json(name: str, content: Any) -> Belonging:
    return Belonging(name, json.dumps(content, indent=1, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in an export")
