"""Transcripts: read, put right, made anew."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import undefer

from talktotext import config, documents, runner
from talktotext.api import editing
from talktotext.api.asked import options_of
from talktotext.api.exporting import render
from talktotext.api.owned import of_own, owned
from talktotext.api.paging import BY_INDEX, newest_first, page
from talktotext.api.schemas.common import ListHeaders, MaybeListHeaders, PageIn
from talktotext.api.schemas.transcript import (
    CorrectionOut,
    SegmentIn,
    SegmentOut,
    SpeakersIn,
    SpeakersOut,
    TranscriptIn,
    TranscriptOut,
)
from talktotext.api.schemas.upload import TranscribeIn, UploadOut
from talktotext.api.signin import signed_in
from talktotext.jobs.kept import Export
from talktotext.jobs.shown import transcript
from talktotext.models import Correction, Note, Segment
from talktotext.schema import EDITED
from talktotext.storage.names import attachment

bp = APIBlueprint("transcript", __name__, url_prefix="/api/notes/<note_id>", tag="Notes")

DOCUMENT = undefer(Note.document)
FILES = {"text": "text/plain", "srt": "application/x-subrip", "vtt": "text/vtt"}
SHOWN: Any = {
    200: {"content": {kind: {"schema": {"type": "string"}} for kind in FILES.values()}},
    400: "The request is not valid",
    404: "Note not found",
}


@bp.get("/transcript")
@signed_in
@bp.input(TranscriptIn, location="query")
@bp.output(TranscriptOut, headers=MaybeListHeaders)
@bp.doc(responses=SHOWN)
def show(note_id: str, query_data: TranscriptIn) -> Any:
    """Read the transcript, in pages or as a file"""
    note = owned(Note, note_id, DOCUMENT)
    if query_data.format != "json":
        return _file(note, query_data.format)
    rows, status, headers = page(transcript(note.upload_id, note.take), query_data, BY_INDEX)
    body = {
        "note_id": note.id,
        "language": note.language,
        "duration": note.duration,
        "speakers": note.voices,
        "segments": [_shown(row, note.voices) for row in rows],
    }
    return body, status, headers


@bp.patch("/transcript/<int:index>")
@signed_in
@of_own(Note)
@bp.input(SegmentIn)
@bp.output(SegmentOut)
@bp.doc(responses=[400, 404, 409, 412])
def correct(note: Note, index: int, json_data: SegmentIn) -> Any:
    """Put the words of a segment right

    A new transcription of the recording takes them over.
    """
    return _shown(editing.correct(note, index, json_data.text), note.voices)


@bp.get("/transcript/history")
@signed_in
@bp.input(PageIn, location="query")
@bp.output(list[CorrectionOut], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400, 404])
def history(note_id: str, query_data: PageIn) -> Any:
    """List what people changed in the transcript, newest first"""
    note = owned(Note, note_id)
    made = sa.select(Correction).filter_by(upload_id=note.upload_id)
    return page(made, query_data, newest_first(Correction))


@bp.patch("/speakers")
@signed_in
@of_own(Note)
@bp.input(SpeakersIn)
@bp.output(SpeakersOut)
@bp.doc(responses=[400, 404, 409, 412])
def name_speakers(note: Note, json_data: SpeakersIn) -> Any:
    """Name the speakers

    The names show wherever the speakers do, and a new transcription takes them over.
    """
    editing.rename(note, json_data.root)
    return {"speakers": note.voices}


@bp.post("/transcribe")
@signed_in
@of_own(Note)
@bp.input(TranscribeIn, location="json_or_form")
@bp.output(UploadOut)
@bp.doc(responses=[400, 404, 409, 410, 503])
def transcribe(note: Note, json_or_form_data: TranscribeIn) -> Any:
    """Transcribe the recording again

    The note stays as it is until that is done, and keeps what people put right in it.
    """
    upload_id, note_id = note.upload_id, note.id
    runner.transcribe_again(note, options_of(json_or_form_data))
    return {"upload_id": upload_id, "note_id": note_id, "status": "uploaded"}


def _shown(row: Segment, voices: dict[str, str]) -> dict[str, Any]:
    said = row.plain()
    return {
        **said.model_dump(exclude={"speaker", "flags"}),
        "speaker": voices.get(said.speaker or "", said.speaker),
        "label": said.speaker,
        "flags": [flag for flag in said.flags if flag != EDITED],
        "edited": said.is_edited,
    }


def _file(note: Note, format: str) -> Response:
    """The whole transcript as a file."""
    title = note.title
    if format == "text":
        data, extension = note.transcript.encode(), "txt"
    else:
        data, extension = render(Export.of(note, format, config.current())), format
    name = documents.file_name(title, extension)
    headers = {"Content-Disposition": attachment(name), "X-Content-Type-Options": "nosniff"}
    return Response(data, content_type=f"{FILES[format]}; charset=utf-8", headers=headers)
