"""Putting a transcript right: the words of a segment, the names of its voices.

Every change is kept as a Correction, and shows at once wherever the transcript does. The summary
and what else the analysis found stays; it is made anew when the recording is transcribed again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from talktotext import runner
from talktotext.api.signin import current_user
from talktotext.errors import Conflict, InvalidRequest, NotFound, StorageUnavailable
from talktotext.extensions import db
from talktotext.jobs.shown import show, transcript
from talktotext.models import Correction, Note, Segment, Upload
from talktotext.runner.control import delete_exports
from talktotext.schema import EDITED, Notes


def correct(note: Note, index: int, text: str) -> Segment:
    """Put the words of a segment right; their doubts and times, which were of others, go.

    Raises:
        NotFound: there is no such segment.
        Conflict: the recording is being transcribed again.
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


def rename(note: Note, names: Mapping[str, str | None]) -> None:
    """Give voices names, or take them away.

    Args:
        names: {label: name}; None, or an empty name, takes away the one it has.

    Raises:
        InvalidRequest: the transcript has no voice with such a label.
        Conflict: the recording is being transcribed again.
    """
    with _changing(note):
        mine = {"upload_id": note.upload_id, "take": note.take}
        labels = set(db.session.scalars(sa.select(Segment.speaker).filter_by(**mine).distinct()))
        if unknown := sorted(set(names) - labels):
            raise InvalidRequest(f"There is no speaker {unknown[0]!r} in this transcript")
        for label, name in names.items():
            before = note.speaker_names.get(label)
            _remember(note, kind="speaker", speaker=label, before=before, after=name or None)
        given = {**note.speaker_names, **names}
        note.speaker_names = {label: name for label, name in given.items() if name}


@contextmanager
def _changing(note: Note) -> Iterator[None]:
    """A transaction that makes the next revision of a note: one change waits for another."""
    note_id, upload_id = note.id, note.upload_id
    db.session.commit()  # what follows begins with a write
    over = sa.exists().where(Upload.id == upload_id, Upload.status.in_(runner.OVER))
    next_one = sa.update(Note).where(Note.id == note_id, over).values(revision=Note.revision + 1)
    if not db.session.execute(next_one).rowcount:  # type: ignore[attr-defined]
        raise Conflict(
            "This recording is being transcribed again", hint="Change it when that is done."
        )
    db.session.refresh(note)
    yield
    db.session.flush()
    segments = [row.plain() for row in db.session.scalars(transcript(upload_id, note.take))]
    show(note, Notes.model_validate(note.document), segments)
    outdated = note.revision - 1
    db.session.commit()
    with suppress(StorageUnavailable):  # nobody asks for these documents any more
        delete_exports(upload_id, outdated)


def _remember(note: Note, **change: str | float | None) -> None:
    db.session.add(Correction(upload_id=note.upload_id, user_id=current_user().id, **change))
