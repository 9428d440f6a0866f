"""recording -> note: extract the sound, transcribe it, analyze the words, build the documents.

Each stage leaves a checkpoint, so that a later attempt goes on from there: the samples in the work
folder, every transcribed chunk with its segments, the finished analysis.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from talktotext import documents, media, speech
from talktotext.analysis import get_analyzer
from talktotext.config import Settings
from talktotext.errors import StorageMissing
from talktotext.jobs.base import Inputs, Kind, Report, span
from talktotext.jobs.shown import (
    EXPORTS,
    as_document,
    corrected_transcript,
    export_key,
    next_note,
    read_transcript,
    show,
)
from talktotext.models import Segment
from talktotext.models.base import Base
from talktotext.schema import Notes, Notice
from talktotext.schema import Segment as PlainSegment
from talktotext.speech.pipeline import transcribe
from talktotext.speech.trust import is_mostly_invented
from talktotext.storage import put

log = logging.getLogger(__name__)

# How much of the bar each stage gets; transcribing is where the time goes.
EXTRACTED, TRANSCRIBED, ANALYZED = 0.05, 0.92, 0.97
DECODE_TIMEOUT = 900.0  # seconds; an hour of sound takes about five
# Options of an engine that have settings of their own; TRANSCRIBER_OPTIONS are set over them.
ENGINE_SETTINGS = {
    "whisper": {
        "model": "WHISPER_MODEL",
        "folder": "MODEL_FOLDER",
        "device": "WHISPER_DEVICE",
        "compute": "WHISPER_COMPUTE",
    },
    "openai": {
        "api_key": "OPENAI_API_KEY",
        "base_url": "OPENAI_BASE_URL",
        "model": "OPENAI_TRANSCRIPTION_MODEL",
        "timeout": "OPENAI_TIMEOUT",
    },
}


class Options(BaseModel):
    """What a person may ask of the notes."""

    language: str = Field("auto", description="ISO 639-1 code of what is spoken, or `auto`.")
    extract_duration: int = Field(
        0, ge=0, description="Seconds from the start to transcribe; 0 for the whole recording."
    )
    engine: str | None = Field(
        None,
        description="The speech engine, or `auto` for the best there is; unset: as configured.",
    )
    vocabulary: tuple[str, ...] = Field(
        (), description="Names and terms that are likely to come up."
    )
    take: int = Field(0, ge=0, description="Which transcription of the recording this one is.")


class Checkpoint(BaseModel):
    """What is done already. Times in seconds."""

    duration: float | None = None
    complete: bool = True
    truncated: bool = False
    transcribed: float = 0.0
    language: str = "und"
    engine: str = ""
    notes: Notes | None = None


def make_notes(inputs: Inputs, options: Options, report: Report) -> Iterable[Base]:
    """The note of one recording, its documents already in storage."""
    done = Checkpoint.model_validate(inputs.checkpoint)
    if done.notes is None:
        samples = _extract(inputs, options, done, report)
        _transcribe(inputs, options, done, samples, report)
        _analyze(inputs, options, done, report)
    return _finalize(inputs, options, done, report)


def _extract(inputs: Inputs, options: Options, done: Checkpoint, report: Report) -> Path:
    """The decoded sound; an attempt on another machine decodes again, which is quick."""
    path = inputs.work / "samples.s16le"
    settings, progress = inputs.settings, span(report, 0.0, EXTRACTED, "extracting")
    progress(0.0)
    # Killed after the samples were moved into place and before the checkpoint: do it again.
    if done.duration is None or not path.exists():
        log.info("job %s: decoding", inputs.job_id)
        if not inputs.upload["file_path"]:
            raise StorageMissing
        longest = settings.MAX_DURATION_HOURS * 3600
        with inputs.storage.fetch(inputs.upload["file_path"], inputs.work) as recording:
            decoded = media.decode(
                recording,
                path,
                max_duration=longest,
                timeout=DECODE_TIMEOUT,
                limit=options.extract_duration or None,
                on_progress=lambda seconds: progress(seconds / longest),
                ffmpeg=settings.FFMPEG or None,
            )
        done.duration, done.complete = decoded.duration, decoded.complete
        done.truncated = decoded.truncated
        inputs.keep(done)
    return path


def _transcribe(
    inputs: Inputs, options: Options, done: Checkpoint, path: Path, report: Report
) -> None:
    """Add the segments chunk by chunk; each chunk is kept as soon as it is there."""
    samples = media.open_samples(path)
    total = len(samples) / media.SAMPLE_RATE
    inputs.allow(total)
    progress = span(report, EXTRACTED, TRANSCRIBED, "transcribing")
    progress(done.transcribed / total)
    if done.transcribed >= total:
        return
    # What an earlier attempt found out holds for this one.
    language = done.language if options.language == "auto" else options.language
    language = "auto" if language == "und" else language
    with closing(get_engine(inputs.settings, language)) as transcriber:
        done.engine, done.language = transcriber.name, _spoken(transcriber, language)
        chunks = transcribe(
            transcriber,
            samples,
            language=language,
            start=done.transcribed,
            before=read_transcript(inputs.upload["id"], options.take),
        )
        for chunk, segments in chunks:
            done.transcribed = chunk.end
            done.language = _spoken(transcriber, language)
            rows = [Segment.of(inputs.upload["id"], segment, options.take) for segment in segments]
            inputs.keep(done, rows)
            log.info("job %s: transcribed %.2f to %.2f s", inputs.job_id, chunk.start, chunk.end)
            progress(done.transcribed / total)


def get_engine(settings: Settings, language: str = "auto") -> speech.Transcriber:
    """The speech engine that the settings ask for, with its options.

    Args:
        language: what is spoken, if somebody knows: it decides where TRANSCRIBER is `auto`.

    Raises:
        EngineUnavailable: see `speech.choose` and `speech.get_transcriber`.
    """
    name = settings.TRANSCRIBER
    if name == "auto":
        name = speech.choose(language, model=settings.WHISPER_MODEL, folder=settings.MODEL_FOLDER)
    options = engine_options(settings, name) | settings.TRANSCRIBER_OPTIONS
    return speech.get_transcriber(name, **options)


def engine_options(settings: Settings, name: str) -> dict[str, Any]:
    """What the settings say of a speech engine."""
    return {option: getattr(settings, key) for option, key in ENGINE_SETTINGS.get(name, {}).items()}


def _spoken(transcriber: speech.Transcriber, asked: str) -> str:
    """What the person says is spoken, else what the engine is sure of, else all it knows."""
    if asked != "auto":
        return asked
    if transcriber.detected and transcriber.detected.is_sure:
        return transcriber.detected.tag
    known = transcriber.languages or frozenset()
    return next(iter(known)) if len(known) == 1 else "und"


def _analyze(inputs: Inputs, options: Options, done: Checkpoint, report: Report) -> None:
    report(TRANSCRIBED, "analyzing")
    log.info("job %s: analyzing", inputs.job_id)
    segments, _ = corrected_transcript(inputs.upload["id"], options.take)
    notes = get_analyzer(inputs.settings.ANALYZER).analyze(
        segments,
        language=done.language,
        recorded_on=inputs.upload["created_at"].date(),
    )
    warnings = (*_warnings(done, segments), *notes.warnings)
    done.notes = notes.model_copy(update={"warnings": warnings})
    inputs.keep(done)


def _finalize(inputs: Inputs, options: Options, done: Checkpoint, report: Report) -> Iterable[Base]:
    """The note, and its transcript where that is not what the engine heard word for word."""
    report(ANALYZED, "finalizing")
    log.info("job %s: finishing the note", inputs.job_id)
    assert done.notes is not None and done.duration is not None
    upload_id = inputs.upload["id"]
    segments, take = corrected_transcript(upload_id, options.take)
    note = next_note(upload_id, segments)
    note.user_id, note.take, note.engine = inputs.user_id, take, done.engine
    note.duration, note.complete = done.duration, done.complete
    show(note, done.notes, segments)
    if note.revision == 0:  # documents of later ones are made when somebody asks for them
        _write_documents(inputs, as_document(note, segments, inputs.upload["file_name"]))
    rows = [Segment.of(upload_id, segment, take) for segment in segments]
    return [note, *(rows if take != options.take else ())]


def _write_documents(inputs: Inputs, document: documents.Document) -> None:
    for extension in EXPORTS:
        data = documents.render(extension, document)
        put(inputs.storage, export_key(inputs.upload["id"], extension), data)


def _warnings(done: Checkpoint, segments: list[PlainSegment]) -> Iterator[Notice]:
    if is_mostly_invented(segments):
        yield Notice(
            code="unreliable_transcript",
            message="Much of the transcript repeats itself, as happens with noise, with music or "
            "with a language that the speech engine does not know. Listen before you rely on it.",
        )
    if not done.complete:
        yield Notice(
            code="partial",
            message=f"These notes cover only the first {done.duration:g} seconds of the recording.",
        )
    if done.truncated:
        yield Notice(
            code="damaged_recording",
            message="The recording is damaged or cut short; the notes cover what could be read.",
        )


KIND = Kind("notes", Options, make_notes)
