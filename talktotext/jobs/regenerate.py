"""note -> note: analyze its transcript again, as people put it right since, and keep what they made
of the notes.

A kind of its own: it reads neither recording nor engine of speech, so that it also works where the
recording is no longer kept. It has no stand-in: there are notes already, and where the engine that
was asked for fails, they stay.
"""

from collections.abc import Iterable

from pydantic import BaseModel, Field

from talktotext.analysis import get_analyzer
from talktotext.jobs.analysis import engine_options, meeting_type, with_edits
from talktotext.jobs.base import Inputs, Kind, Report, span
from talktotext.jobs.notices import with_notices
from talktotext.jobs.options import Wishes
from talktotext.jobs.shown import present_note, read_transcript, show
from talktotext.jobs.versions import next_version
from talktotext.models import Note
from talktotext.models.base import Base
from talktotext.schema import Notes, Segment

ANALYZED = 0.97  # of the bar


class Options(Wishes):
    """What a person may ask of new notes."""

    analyzer: str | None = Field(
        None, description="The analysis engine; the configured one if left out."
    )


class Checkpoint(BaseModel):
    """What is done already."""

    notes: Notes | None = None


def make_notes_again(inputs: Inputs, options: Options, report: Report) -> Iterable[Base]:
    """The next version of the notes of one recording."""
    done = Checkpoint.model_validate(inputs.checkpoint)
    note = present_note(inputs.upload["id"])
    assert note is not None
    inputs.allow(note.duration)
    segments = read_transcript(note.upload_id, note.take)
    if done.notes is None:
        done.notes = _analyzed(inputs, options, note, segments, report)
        inputs.keep(done)
    report(ANALYZED, "finalizing")
    notes = with_edits(done.notes, options, note.kept, segments)
    note.revision += 1
    show(note, notes, segments)
    engine = options.analyzer or inputs.settings.ANALYZER
    return [note, next_version(note, origin="analysis", engine=engine)]


def _analyzed(
    inputs: Inputs, options: Options, note: Note, segments: list[Segment], report: Report
) -> Notes:
    """What is found now, and what was said of the recording before."""
    name = options.analyzer or inputs.settings.ANALYZER
    engine = get_analyzer(name, **engine_options(inputs.settings, name, options))
    found = engine.analyze(
        segments,
        language=note.language,
        recorded_on=inputs.upload["created_at"].date(),
        meeting_type=meeting_type(options, note.kept),
        on_progress=span(report, 0.0, ANALYZED, "analyzing"),
    )
    return with_notices(found, note.kept)


KIND = Kind("regenerate", Options, make_notes_again, begins="analyzing", needs_recording=False)
