"""recording -> note: transcribe the recording, analyze the words, build the documents.

Each stage leaves a checkpoint, so that a later attempt goes on from there: every transcribed chunk
with its segments (see `transcript.py`), the speakers, the finished analysis.
"""

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from talktotext import documents
from talktotext.analysis import analyze
from talktotext.jobs.analysis import engine_of, engine_options, meeting_type, with_edits
from talktotext.jobs.base import Inputs, Kind, Report, span
from talktotext.jobs.kept import KEPT, Export, keep
from talktotext.jobs.link import Fetched, with_recording
from talktotext.jobs.notices import notices
from talktotext.jobs.options import Options
from talktotext.jobs.shown import (
    as_document,
    corrected_transcript,
    next_note,
    present_note,
    show,
)
from talktotext.jobs.transcript import TRANSCRIBED, Transcribed, make_transcript
from talktotext.jobs.versions import next_version
from talktotext.models import Note, Segment
from talktotext.models.base import Base
from talktotext.schema import Notes, Notice
from talktotext.schema import Segment as PlainSegment
from talktotext.speech.trust import is_misunderstood

log = logging.getLogger(__name__)

ANALYZED = 0.97  # of the bar; transcribing is where the time goes


class Checkpoint(Transcribed, Fetched):
    """What is done already."""

    notes: Notes | None = None


def make_notes(inputs: Inputs, options: Options, report: Report) -> Iterable[Base]:
    """The note of one recording, its documents already in storage."""
    done = Checkpoint.model_validate(inputs.checkpoint)
    if done.notes is None:
        inputs, report = with_recording(inputs, done, report)
        make_transcript(inputs, options, done, report)
        _analyze(inputs, options, done, report)
    return _finalize(inputs, options, done, report)


def _analyze(inputs: Inputs, options: Options, done: Checkpoint, report: Report) -> None:
    progress, settings = span(report, TRANSCRIBED, ANALYZED, "analyzing"), inputs.settings
    progress(0.0)
    log.info("job %s: analyzing", inputs.job_id)
    segments, _ = corrected_transcript(inputs.upload["id"], options.take)
    note = present_note(inputs.upload["id"])
    notes = analyze(
        settings.ANALYZER,
        segments,
        language=done.language,
        recorded_on=inputs.upload["created_at"].date(),
        meeting_type=meeting_type(options, note.kept if note else None),
        on_progress=progress,
        **engine_options(settings, settings.ANALYZER, options),
    )
    found: dict[str, Any] = {"warnings": (*_about_recording(done, segments), *notes.warnings)}
    if options.language == "auto" and _is_guess(done) and is_misunderstood(segments):
        found["language"] = done.language = "und"
    done.notes = notes.model_copy(update=found)
    inputs.keep(done)


def _is_guess(done: Transcribed) -> bool:
    """Whether nobody made the language out: it is the only one that the engine knows."""
    return done.language_probability is None


def _finalize(inputs: Inputs, options: Options, done: Checkpoint, report: Report) -> Iterable[Base]:
    """The note, and its transcript where that is not what the engine heard word for word."""
    report(ANALYZED, "finalizing")
    log.info("job %s: finishing the note", inputs.job_id)
    assert done.notes is not None and done.duration is not None
    upload_id = inputs.upload["id"]
    segments, take = corrected_transcript(upload_id, options.take)
    note, before = next_note(upload_id, segments)
    note.user_id, note.take, note.engine = inputs.user_id, take, done.engine
    note.duration, note.complete = done.duration, done.complete
    note.transcription = done.transcription()
    show(note, with_edits(done.notes, options, before, segments), segments)
    if note.revision == 0:  # documents of later ones are made when somebody asks for them
        _, error = inputs.tried(partial(_write_documents, inputs, note, segments))
        if error:  # so are these then; a note is no worse for it
            log.warning("job %s: no documents yet: %s", inputs.job_id, error)
    engine = engine_of(inputs.settings.ANALYZER, done.notes)
    version = next_version(note, origin="analysis", engine=engine)
    rows = [Segment.of(upload_id, segment, take) for segment in segments]
    return [note, version, *(rows if take != options.take else ())]


def _write_documents(inputs: Inputs, note: Note, segments: list[PlainSegment]) -> None:
    for extension in KEPT:
        export, name = Export.of(note, extension, inputs.settings), inputs.upload["file_name"]
        document = as_document(note, segments, name, export.template, export.base_url)
        keep(inputs.storage, export, documents.render(extension, document))


def _about_recording(done: Checkpoint, segments: list[PlainSegment]) -> Iterator[Notice]:
    covered = None if done.complete else done.duration
    yield from notices(segments, language=done.language, covered=covered, truncated=done.truncated)
    yield from done.warnings


KIND = Kind("notes", Options, make_notes)
