"""Keeping the index of notes current.

Whoever writes a note need not think of it: what was changed in a session is indexed in the same
transaction, right before the commit. A change of the transcript shows in `Note.transcript`, and so
counts. Only UPDATE statements past the session do not; `flask note reindex` makes all anew.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, undefer

from talktotext.editing import renamed
from talktotext.models import ActionItem, Note, NoteIndex, Segment
from talktotext.models.action_item import SOME_DAY
from talktotext.schema import ActionItem as Item
from talktotext.schema import Notes, Statement
from talktotext.search.words import laid_out

CHANGED = "notes to be indexed"
FIELDS = {
    "summary": "summary",
    "key_point": "key_points",
    "decision": "decisions",
    "action_item": "action_items",
    "question": "open_questions",
}
BREAK = " ¶"  # no word, so that no phrase goes from one statement into the next


@event.listens_for(Session, "after_flush")
def _remember(session: Session, _context: object) -> None:
    changed = {row.id for row in session.new if isinstance(row, Note)}
    changed |= {r.id for r in session.dirty if isinstance(r, Note) and session.is_modified(r)}
    session.info.setdefault(CHANGED, set()).update(changed)


@event.listens_for(Session, "before_commit")
def _index_changed(session: Session) -> None:
    session.flush()
    for note_id in session.info.pop(CHANGED, ()):
        index(session, note_id)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(CHANGED, None)


def index(session: Session, note_id: str) -> None:
    """Make all that is derived from a note anew; the note stays locked until the commit."""
    locked = sa.select(Note).where(Note.id == note_id).with_for_update(of=Note)
    note = session.scalar(locked.options(undefer(Note.document)))
    if note is None:  # deleted since
        return
    said = sa.select(Segment.text).filter_by(upload_id=note.upload_id, take=note.take)
    found, items = derived(note, session.scalars(said.order_by(Segment.index)).all())
    for model in (NoteIndex, ActionItem):
        session.execute(sa.delete(model).where(model.note_id == note_id))
    session.execute(sa.insert(NoteIndex), found)
    if items:
        session.execute(sa.insert(ActionItem), items)


def derived(note: Any, transcript: Sequence[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The rows of NoteIndex and ActionItem that stand for a note.

    Args:
        note: a Note, or any row with its columns.
        transcript: the texts of its segments, in order.
    """
    notes = renamed(Notes.model_validate(note.document), note.speaker_names)
    mine = {"note_id": note.id, "user_id": note.user_id, "created_at": note.created_at}
    about = {
        "language": note.language,
        "meeting_type": note.meeting_type,
        "sentiment": notes.sentiment.label,
        "duration": note.duration,
        "open_items": sum(not item.done for item in notes.action_items),
    }
    items = [mine | _action_item(*one) for one in enumerate(notes.action_items)]
    return mine | about | _words(note.title, notes, transcript), items


def _words(title: str, notes: Notes, transcript: Sequence[str]) -> dict[str, Any]:
    said = list(_statements(notes))
    statements, begins = laid_out((one["text"] for one in said), BREAK)
    spoken, offsets = laid_out(transcript)
    return {
        "title": laid_out([title])[0],
        "people": laid_out((person.name for person in notes.participants), BREAK)[0],
        "notes": statements,
        "statements": [{**one, "offset": at} for one, at in zip(said, begins, strict=False)],
        "transcript": spoken,
        "offsets": offsets,
    }


def _statements(notes: Notes) -> Iterator[dict[str, Any]]:
    """All that the notes say, and who took part."""
    for field, name in FIELDS.items():
        for statement in getattr(notes, name):
            yield {"field": field, "text": statement.text, "start": _start(statement)}
    for section in notes.sections:
        for statement in section.statements:
            yield {"field": "section", "text": statement.text, "start": _start(statement)}
    for chapter in notes.chapters:
        yield {"field": "chapter", "text": chapter.title, "start": chapter.start}
    for person in notes.participants:
        yield {"field": "participant", "text": person.name, "start": None}


def _action_item(position: int, item: Item) -> dict[str, Any]:
    return {
        **item.model_dump(include={"text", "owner", "due", "due_date", "priority", "done"}),
        "position": position,
        "owner_words": laid_out([item.owner or ""])[0],
        "due_by": item.due_date or SOME_DAY,
        "start": _start(item),
    }


def _start(statement: Statement) -> float | None:
    return statement.evidence[0].start if statement.evidence else None


def reindex(session: Session, report: Callable[[int, int], None], batch: int = 100) -> None:
    """Make the index of all notes anew, in transactions of `batch` notes.

    Args:
        report: told how many of how many notes are done.
    """
    total = session.scalar(sa.select(sa.func.count(Note.id))) or 0
    ids = sa.select(Note.id).order_by(Note.id).limit(batch)
    done, after = 0, ""
    while some := session.scalars(ids.where(Note.id > after)).all():
        for note_id in some:
            index(session, note_id)
        session.commit()
        done, after = done + len(some), some[-1]
        report(done, total)
