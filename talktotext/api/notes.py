"""Reading notes: one whole, and lists of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from sqlalchemy.orm import undefer

from talktotext import runner
from talktotext.api.owned import owned
from talktotext.api.paging import newest_first, page
from talktotext.api.schemas.common import ListHeaders, PageIn
from talktotext.api.schemas.notes import HistoryIn, NoteListed, NoteOut
from talktotext.api.signin import current_user, signed_in
from talktotext.models import Note

bp = APIBlueprint("notes", __name__, url_prefix="/api", tag="Notes")


@bp.get("/notes/<note_id>")
@signed_in
@bp.output(NoteOut)
@bp.doc(responses=[404])
def show(note_id: str) -> Any:
    """Show a note"""
    return owned(Note, note_id, undefer("*"))


@bp.get("/notes")
@signed_in
@bp.input(PageIn, location="query")
@bp.output(list[NoteListed], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400])
def index(query_data: PageIn) -> Any:
    """List the notes, newest first"""
    return page(_mine(), query_data, newest_first(Note))


@bp.get("/history")
@signed_in
@bp.input(HistoryIn, location="query")
@bp.output(list[NoteListed], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400])
def history(query_data: HistoryIn) -> Any:
    """List the notes that meet all conditions, newest first"""
    found = _mine().where(*_conditions(query_data))
    return page(found, query_data, newest_first(Note))


@bp.delete("/notes/<note_id>")
@signed_in
@bp.output({}, 204)
@bp.doc(responses=[404])
def delete(note_id: str) -> Any:
    """Delete a note, with the recording and transcript it was made of"""
    runner.delete_note(owned(Note, note_id))
    return ""


def _mine() -> sa.Select[Note]:
    return sa.select(Note).where(Note.user_id == current_user().id)


def _conditions(wanted: HistoryIn) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.q:
        texts = (Note.title, Note.abstract_summary, Note.transcript)
        yield sa.or_(*(text.icontains(wanted.q, autoescape=True) for text in texts))
    if wanted.language:
        yield Note.language == wanted.language.lower()
    if wanted.type:
        yield Note.meeting_type == wanted.type
    if wanted.since:
        yield Note.created_at >= _midnight(wanted.since)
    if wanted.until and wanted.until < date.max:
        yield Note.created_at < _midnight(wanted.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
