"""Reading notes: one whole, and the list of them."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from sqlalchemy.orm import load_only, undefer

from talktotext import runner
from talktotext.api.owned import owned
from talktotext.api.paging import newest_first, page
from talktotext.api.schemas.common import ListHeaders, PageIn
from talktotext.api.schemas.notes import NoteHeaders, NoteListed, NoteOut
from talktotext.api.signin import current_user_id, signed_in
from talktotext.models import Note

bp = APIBlueprint("notes", __name__, url_prefix="/api", tag="Notes")

WHOLE = undefer("*")
LISTED = load_only(*(getattr(Note, name) for name in NoteListed.model_fields))


@bp.get("/notes/<note_id>")
@signed_in
@bp.output(NoteOut, headers=NoteHeaders)
@bp.doc(responses=[404])
def show(note_id: str) -> Any:
    """Show a note"""
    return tagged(owned(Note, note_id, WHOLE))


@bp.get("/notes")
@signed_in
@bp.input(PageIn, location="query")
@bp.output(list[NoteListed], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400])
def index(query_data: PageIn) -> Any:
    """List the notes, newest first"""
    mine = sa.select(Note).where(Note.user_id == current_user_id())
    return page(mine.options(LISTED), query_data, newest_first(Note))


@bp.delete("/notes/<note_id>")
@signed_in
@bp.output({}, 204)
@bp.doc(responses=[404])
def delete(note_id: str) -> Any:
    """Delete a note, with the recording and transcript it was made of"""
    runner.delete_note(owned(Note, note_id))
    return ""


def tagged(note: Note) -> tuple[Note, int, dict[str, str]]:
    """A note as an answer, with the tag of its state."""
    return note, 200, {"ETag": f'"{note.revision}"'}
