"""note -> document: a large one, which somebody waits for.

It is no work on a recording: the upload's status stays as it is, and so the job has no upload. Its
document is made of the note as it then stands, which may be newer than it was when asked for.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from talktotext import documents
from talktotext.errors import NotFound, StorageMissing
from talktotext.extensions import db
from talktotext.jobs.base import Inputs, Kind, Report
from talktotext.jobs.kept import Export, keep, read
from talktotext.jobs.look import Look
from talktotext.models import Note
from talktotext.models.base import Base


class Options(Look):
    """Which document."""

    note_id: str = Field(description="Of which note.")
    format: str = Field(description="One of documents.FORMATS.")
    key: str = Field("", description="Where who asks expects it: one job at a time makes it.")


def make_document(inputs: Inputs, options: Options, report: Report) -> Iterable[Base]:
    """The document, in storage when this is over."""
    wanted = Export.of(_note(inputs, options), options.format, inputs.settings, options)
    export, document = read(wanted)
    inputs.allow(document.duration)
    if not _is_kept(inputs, export):
        report(0.1, "writing")
        data = documents.render(export.format, document)
        report(0.9, "finalizing")  # ends here if the note was deleted meanwhile
        keep(inputs.storage, export, data)
    return ()


def _note(inputs: Inputs, options: Options) -> Note:
    """The user's note. Raises NotFound if it is gone, or never was theirs."""
    mine = sa.select(Note).filter_by(id=options.note_id, user_id=inputs.user_id)
    with Session(db.engine) as session:
        note = session.scalar(mine)
    if note is None:
        raise NotFound("Note not found")
    return note


def _is_kept(inputs: Inputs, export: Export) -> bool:
    try:
        inputs.storage.size(export.key)
    except StorageMissing:
        return False
    return True


KIND = Kind("export", Options, make_document, begins="writing", needs_recording=False)
