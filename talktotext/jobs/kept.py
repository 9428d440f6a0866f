"""Documents of notes: how one is told from another, how it is made, and where it is kept."""

import json
import logging
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from talktotext import documents
from talktotext.config import Settings
from talktotext.documents.template import Template
from talktotext.documents.version import version
from talktotext.errors import NotFound, StorageFull, StorageMissing, StorageUnavailable
from talktotext.extensions import db
from talktotext.jobs.look import Look, template_of
from talktotext.jobs.shown import as_document, transcript
from talktotext.models import Note, Upload
from talktotext.storage import Storage, put

log = logging.getLogger(__name__)

KEPT = ("pdf", "docx")  # always; the others only where they are large
LARGE = 100_000  # characters of transcript, nearly two hours of talk
VARIANTS = 16  # of a note that are kept: nobody fills the disk by trying out colours


@dataclass(frozen=True)
class Export:
    """A document of a note in one of its states: all that its bytes depend on."""

    note_id: str
    upload_id: str
    revision: int
    format: str
    template: Template
    base_url: str

    @classmethod
    def of(
        cls,
        note: Note,
        format: str,
        settings: Settings,
        look: Look | None = None,
        logo: bytes | None = None,
    ) -> Self:
        """A document of the note as it stands."""
        template = template_of(settings, look or Look(), logo)
        base_url = settings.BASE_URL
        return cls(note.id, note.upload_id, note.revision, format, template, base_url)

    @cached_property
    def tag(self) -> str:
        """Its name among all documents, and its strong entity tag (RFC 9110, section 8.8.3)."""
        look = self.template
        parts = None if look.parts is None else sorted(look.parts)
        logo = sha256(look.logo).hexdigest() if look.logo else None
        made_of = [self.note_id, self.revision, self.format, self.base_url, version()]
        looks = [look.page_size, look.accent, parts, logo]
        return sha256(json.dumps([made_of, looks]).encode()).hexdigest()[:32]

    @property
    def key(self) -> str:
        """Where it lies in storage: the same for every attempt."""
        return f"{keys_of(self.upload_id, self.revision)}{self.tag}.{self.format}"


def keys_of(upload_id: str, revision: int | None = None) -> str:
    """What keys of documents of an upload's note begin with: of all, or of one revision."""
    return f"documents/{upload_id}." + ("" if revision is None else f"{revision}.")


def read(export: Export) -> tuple[Export, documents.Document]:
    """What to write, and which document that is by now: the note may have been changed.

    No connection is held when this returns, as writing takes a while.

    Raises:
        NotFound: the note was deleted.
    """
    mine = {"id": export.note_id}
    with Session(db.engine) as session:
        note = session.scalar(sa.select(Note).filter_by(**mine).options(undefer(Note.document)))
        if note is None:
            raise NotFound("Note not found")
        name = session.scalar(sa.select(Upload.file_name).filter_by(id=note.upload_id))
        said = [row.plain() for row in session.scalars(transcript(note.upload_id, note.take))]
        revision = session.scalar(sa.select(Note.revision).filter_by(**mine))
    now = replace(export, revision=note.revision)
    if revision != now.revision:  # changed between two of the questions
        return read(now)
    return now, as_document(note, said, name, export.template, export.base_url)


def load(storage: Storage, export: Export) -> bytes:
    """A document: the one that is kept, or else made now. Raises NotFound, see `read`."""
    with suppress(StorageMissing), closing(storage.open(export.key)) as file:
        return file.read()
    return documents.render(export.format, read(export)[1])


def is_large(note_id: str) -> bool:
    """Whether a note has so long a transcript that documents of it take seconds."""
    length = sa.select(sa.func.length(Note.transcript)).filter_by(id=note_id)
    with Session(db.engine) as session:
        return (session.scalar(length) or 0) > LARGE


def keep(storage: Storage, export: Export, data: bytes) -> None:
    """Keep a document. What of its note is outdated goes, and the oldest of too many.

    Raises:
        StorageFull, StorageUnavailable: it could not be kept.
    """
    put(storage, export.key, data)
    for key in _superfluous(list(storage.keys(keys_of(export.upload_id)))):
        storage.delete(key)


def keep_if_possible(storage: Storage, export: Export, data: bytes) -> None:
    """Keep a document that is there anyway: a full disk keeps nobody from reading it. That of a
    note which was deleted meanwhile goes."""
    there = sa.select(sa.exists().where(Note.id == export.note_id))
    try:
        keep(storage, export, data)
        with Session(db.engine) as session:
            if not session.scalar(there):
                storage.delete(export.key)
    except (StorageFull, StorageUnavailable) as error:
        log.warning("a document is not kept: %s", error)


def _superfluous(found: list[tuple[str, float]]) -> Iterator[str]:
    newest = max((_revision(key) for key, _ in found), default=0)
    yield from (key for key, _ in found if _revision(key) < newest)
    by_age = sorted((written, key) for key, written in found if _revision(key) == newest)
    yield from (key for _, key in by_age[:-VARIANTS])


def _revision(key: str) -> int:
    """The revision in a key; what older releases called otherwise is older than any."""
    number = key.split(".")[1]
    return int(number) if number.isdecimal() else -1


def drop(storage: Storage, upload_id: str, revision: int | None = None) -> None:
    """Delete what is kept of an upload's note: all, or what was made of a revision."""
    for key, _ in list(storage.keys(keys_of(upload_id, revision))):
        storage.delete(key)


def drop_outdated(storage: Storage, note: Note) -> None:
    """Delete what is kept of earlier revisions of a note."""
    for key, _ in list(storage.keys(keys_of(note.upload_id))):
        if _revision(key) < note.revision:
            storage.delete(key)
