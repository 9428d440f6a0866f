"""What people are shown of a recording: its transcript, the columns of its note, its documents."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from talktotext import documents
from talktotext.documents.template import Template
from talktotext.editing import relabelled, renamed
from talktotext.extensions import db
from talktotext.jobs.corrections import carry_labels, carry_names, carry_texts
from talktotext.models import Correction, Note, new_id, now
from talktotext.models import Segment as Row
from talktotext.schema import Notes, Segment

TITLE_LENGTH = 300  # characters the column holds; PostgreSQL would refuse more


def transcript(upload_id: str, take: int) -> sa.Select[Row]:
    """Asks for the segments of a take of an upload, in order."""
    return sa.select(Row).filter_by(upload_id=upload_id, take=take).order_by(Row.index)


def read_transcript(upload_id: str, take: int) -> list[Segment]:
    """All segments of a take of an upload, in order."""
    with Session(db.engine) as session:
        return [row.plain() for row in session.scalars(transcript(upload_id, take))]


def corrected_transcript(upload_id: str, take: int) -> tuple[list[Segment], int]:
    """A take as it is to be shown, with what people corrected in earlier ones; and the take it is.

    Checkpoints count on what the engine heard, so that a corrected transcript is one more take.
    """
    heard = read_transcript(upload_id, take)
    query = sa.select(Correction).filter_by(upload_id=upload_id)
    with Session(db.engine) as session:
        made = session.scalars(query.order_by(Correction.created_at, Correction.id)).all()
    shown = carry_texts(heard, made)
    return shown, take if shown == heard else take + 1


def present_note(upload_id: str) -> Note | None:
    """The note that an upload has, if it has one; with its document."""
    with Session(db.engine) as session:
        query = sa.select(Note).filter_by(upload_id=upload_id)
        return session.scalar(query.options(undefer(Note.document)))


def next_note(upload_id: str, segments: Sequence[Segment]) -> tuple[Note, Notes | None]:
    """A note for an upload: a new one, or the next revision of the one it has, under the same id,
    with what that one holds, voices by their new labels.

    Args:
        segments: the transcript that it is to show.
    """
    note = present_note(upload_id)
    if note is None:
        first: dict[str, Any] = {"revision": 0, "speaker_names": {}}
        return Note(id=new_id(), upload_id=upload_id, created_at=now(), **first), None
    heard = read_transcript(upload_id, note.take)
    names = carry_names(note.speaker_names, heard, segments)
    again: dict[str, Any] = {"revision": note.revision + 1, "speaker_names": names}
    before = relabelled(note.kept, carry_labels(heard, segments))
    return Note(id=note.id, upload_id=upload_id, created_at=note.created_at, **again), before


def show(note: Note, notes: Notes, segments: Iterable[Segment]) -> None:
    """Set all columns of a note in which people see what was found and said."""
    for column, value in face(_identified(notes), note.speaker_names).items():
        setattr(note, column, value)
    note.transcript = transcript_text(segments, note.voices)


def _identified(notes: Notes) -> Notes:
    """The notes with an id for each action item that is to be kept for the first time."""
    items = (
        item if item.id else item.model_copy(update={"id": new_id()}) for item in notes.action_items
    )
    return notes.model_copy(update={"action_items": tuple(items)})


def face(notes: Notes, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The columns of a Note that show what `notes` hold.

    Args:
        names: what people call the voices, {label: name}.
    """
    shown = renamed(notes, names or {})
    plain = shown.model_dump(mode="json")
    return {
        "document": notes.model_dump(mode="json"),
        "title": shown.title[:TITLE_LENGTH],
        "abstract_summary": shown.abstract_summary,
        "key_points": [point.text for point in shown.key_points],
        "action_items": plain["action_items"],
        "sentiment": plain["sentiment"],
        "participants": plain["participants"],
        "meeting_type": shown.meeting_type,
        "language": shown.language,
    }


def transcript_text(segments: Iterable[Segment], voices: Mapping[str, str]) -> str:
    """The words as plain text, a paragraph a turn, speakers named where there are several.

    Args:
        voices: what the speakers are called, {label: name}.
    """
    said = [(voices.get(s.speaker or "", s.speaker), s.text) for s in segments if s.text]
    several = len({speaker for speaker, _ in said}) > 1
    paragraphs = (
        (f"{speaker}: " if several and speaker else "") + " ".join(text for _, text in turn)
        for speaker, turn in groupby(said, key=itemgetter(0))
    )
    return "\n\n".join(paragraphs)


def as_document(
    note: Note,
    segments: Sequence[Segment],
    source_name: str | None,
    template: Template,
    base_url: str,
) -> documents.Document:
    """The note as the writers of documents want it."""
    return documents.Document(
        notes=note.notes,
        segments=segments,
        created_at=note.created_at,
        duration=note.duration,
        covered=None if note.complete else note.duration,
        source_name=source_name,
        template=template,
        note_id=note.id,
        revision=note.revision,
        base_url=base_url,
    )
