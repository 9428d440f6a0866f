"""What people change in a note: its transcript, the names of its voices, what was found, and which
of its versions holds.

Every change shows at once wherever the note does. What is changed in a transcript is kept as a
Correction, and what was found in it stays until the note is analyzed again; of the notes themselves
every change is a version.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from flask import request

from talktotext.api.signin import current_user_id
from talktotext.editing import Draft
from talktotext.errors import Conflict, InvalidRequest, NotFound, Outdated, StorageUnavailable
from talktotext.extensions import db
from talktotext.jobs.shown import show, transcript
from talktotext.jobs.versions import keep_version, restore
from talktotext.models import OVER, Correction, Note, NoteVersion, Segment, Upload
from talktotext.runner.control import delete_exports
from talktotext.schema import EDITED, Notes

Names = Mapping[str, str | None]


def correct(note: Note, index: int, text: str) -> Segment:
    """Put the words of a segment right; their doubts and times, which were of others, go.

    Raises:
        NotFound: there is no such segment.
        Conflict: the recording is being worked on.
        Outdated: the note is not as the request takes it to be.
    """
    with _changing(note):
        segment = db.session.get(Segment, (note.upload_id, note.take, index))
        if segment is None:
            raise NotFound("Segment not found")
        stretch = {"start": segment.start, "end": segment.end, "speaker": segment.speaker}
        _remember(note, kind="text", before=segment.text, after=text, **stretch)
        segment.text, segment.flags = text, [EDITED]
        segment.words, segment.confidence = [], None
    return segment


def rename(note: Note, names: Names) -> None:
    """Give voices names, or take them away.

    Args:
        names: {label: name}; None, or an empty name, takes away the one it has.

    Raises:
        InvalidRequest: the transcript has no voice with such a label.
        Conflict, Outdated: see `correct`.
    """
    with _changing(note):
        _name(note, names)


def edit(note: Note, given: Mapping[str, Any], names: Names) -> None:
    """Change fields of the notes, and names of voices.

    Args:
        given: see `Draft.changed`.
        names: see `rename`.

    Raises:
        InvalidRequest, Conflict, Outdated: see `rename`.
    """
    _check_chapters(note, given.get("chapters", ()))
    with _changing(note):
        _name(
            note, {label: name for label, name in names.items() if name != note.voices.get(label)}
        )
        _write(note, _draft(note).changed(given))


def edit_item(note: Note, index: int, given: Mapping[str, Any]) -> None:
    """Change members of an action item.

    Raises:
        NotFound: there is no such item.
        Conflict, Outdated: see `correct`.
    """
    with _changing(note):
        if index >= len(note.kept.action_items):
            raise NotFound("Action item not found")
        _write(note, _draft(note).with_item(index, given))


def bring_back(note: Note, version: NoteVersion) -> None:
    """Let an earlier version hold again. Raises Conflict and Outdated, see `correct`."""
    with _changing(note, origin="restore", restored_from=version.number):
        restore(db.session(), note, version)


@contextmanager
def _changing(note: Note, **made: Any) -> Iterator[None]:
    """A transaction that makes the next revision of a note: one change waits for another.

    Args:
        made: see `keep_version`.
    """
    note_id, upload_id = note.id, note.upload_id
    db.session.commit()  # what follows begins with a write
    over = sa.exists().where(Upload.id == upload_id, Upload.status.in_(OVER))
    next_one = sa.update(Note).where(Note.id == note_id, over).values(revision=Note.revision + 1)
    if not db.session.execute(next_one).rowcount:  # type: ignore[attr-defined]
        raise Conflict("This recording is being worked on", hint="Change it when that is done.")
    db.session.refresh(note)
    outdated = note.revision - 1
    _check_if_match(outdated)
    yield
    db.session.flush()
    segments = [row.plain() for row in db.session.scalars(transcript(upload_id, note.take))]
    show(note, note.kept, segments)
    keep_version(db.session(), note, **{"origin": "person", **made})
    db.session.commit()
    with suppress(StorageUnavailable):  # nobody asks for these documents any more
        delete_exports(upload_id, outdated)


def _check_if_match(revision: int) -> None:
    """Whether the note is as the request takes it to be (RFC 9110, section 13.1.1).

    A proxy that compresses answers makes their tags weak, so that weak ones count.
    """
    if request.if_match and not request.if_match.contains_weak(str(revision)):
        raise Outdated


def _check_chapters(note: Note, chapters: Iterable[Mapping[str, Any]]) -> None:
    """Whether they are of this recording, whose length is rounded. Raises InvalidRequest."""
    if any(chapter["end"] > note.duration + 1 for chapter in chapters):
        raise InvalidRequest(
            "A chapter ends after the recording",
            hint=f"Of this one there are notes up to {note.duration:g} seconds.",
        )


def _draft(note: Note) -> Draft:
    names: dict[str, str] = note.speaker_names
    return Draft(note.kept, note.notes, {name: label for label, name in names.items()})


def _write(note: Note, notes: Notes) -> None:
    note.document = notes.model_dump(mode="json")


def _name(note: Note, names: Names) -> None:
    mine = {"upload_id": note.upload_id, "take": note.take}
    labels = set(db.session.scalars(sa.select(Segment.speaker).filter_by(**mine).distinct()))
    if unknown := sorted(set(names) - labels):
        raise InvalidRequest(f"There is no speaker {unknown[0]!r} in this transcript")
    for label, name in names.items():
        before, after = note.speaker_names.get(label), name or None
        if before != after:
            _remember(note, kind="speaker", speaker=label, before=before, after=after)
    given = {**note.speaker_names, **names}
    note.speaker_names = {label: name for label, name in given.items() if name}


def _remember(note: Note, **change: str | float | None) -> None:
    db.session.add(Correction(upload_id=note.upload_id, user_id=current_user_id(), **change))
