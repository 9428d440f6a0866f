"""Versions of a note: each analysis makes one, and so does what people change and restore.

The newest is the note as it is. What a person changes within a while is one version, so that
ticking off a list does not bury the others.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from talktotext.analysis.check import stands
from talktotext.editing import borne, compare, relabelled, renamed
from talktotext.extensions import db
from talktotext.jobs.shown import transcript
from talktotext.models import Note, NoteVersion, now
from talktotext.schema import Evidence, Notes

FOLD = timedelta(minutes=10)
COUNTED = ("added", "removed", "changed")


def shown(version: NoteVersion) -> Notes:
    """The notes of a version, as people saw them."""
    return renamed(Notes.model_validate(version.document), version.speaker_names)


def next_version(note: Note, **made: Any) -> NoteVersion:
    """A note as it is now, as the version after its newest one.

    Args:
        made: what made it: origin, engine, restored_from.
    """
    with Session(db.engine) as session:
        before = session.scalar(_newest(note.id))
    return _version(note, before, **made)


def keep_version(session: Session, note: Note, **made: Any) -> None:
    """Keep a note that a person changed; nothing is kept where nothing is otherwise.

    Args:
        made: see `next_version`.
    """
    last, *earlier = session.scalars(_newest(note.id, 2)).all() or (None,)
    if made["origin"] == "person" and last is not None:
        if _is_same(last, note):
            return
        if last.origin == "person" and last.created_at > now() - FOLD and last.take == note.take:
            before = earlier[0] if earlier else None
            folded = _version(note, before, created_at=last.created_at, **made)
            folded.number = last.number
            session.merge(folded)
            return
    session.add(_version(note, last, **made))


def _newest(note_id: str, limit: int = 1) -> sa.Select[NoteVersion]:
    mine = sa.select(NoteVersion).filter_by(note_id=note_id).options(undefer(NoteVersion.document))
    return mine.order_by(NoteVersion.number.desc()).limit(limit)


def _version(note: Note, before: NoteVersion | None, **made: Any) -> NoteVersion:
    differences = compare(shown(before), note.notes) if before else []
    return NoteVersion(
        note_id=note.id,
        number=before.number + 1 if before else 1,
        changes=[
            {"field": one.field, **{kind: len(getattr(one, kind)) for kind in COUNTED}}
            for one in differences
        ],
        document=note.document,
        speaker_names=note.speaker_names,
        take=note.take,
        **made,
    )


def _is_same(version: NoteVersion, note: Note) -> bool:
    before = Notes.model_validate(version.document)
    return before == note.kept and version.speaker_names == note.speaker_names


def restore(session: Session, note: Note, version: NoteVersion) -> None:
    """Let a note be again as it was in a version.

    Where the recording has been transcribed anew since, the voices have other labels: who takes
    part, and how each of them feels, stays, names of then stay words, and evidence stays where it
    stands in the new transcript.
    """
    if version.take == note.take:
        note.document, note.speaker_names = version.document, version.speaker_names
        return
    current, before = note.kept, shown(version)
    nobody = {person.speaker: None for person in before.participants if person.speaker}
    before = borne(relabelled(before, nobody), _stands(session, note))
    mood = before.sentiment.model_dump(include={"label", "score"})
    update = {
        "participants": current.participants,
        "sentiment": current.sentiment.model_copy(update=mood),
    }
    note.document = before.model_copy(update=update).model_dump(mode="json")


def _stands(session: Session, note: Note) -> Callable[[Evidence], bool]:
    rows = session.scalars(transcript(note.upload_id, note.take))
    said = {row.index: row.plain() for row in rows}
    return lambda part: stands(part, said)
