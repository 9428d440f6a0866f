"""Reading notes: one whole, and the list of them."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import jsonify

from talktotext import runner
from talktotext.api.owned import owned, owned_columns
from talktotext.api.paging import Pages, newest_first
from talktotext.api.schemas.common import ListHeaders, PageIn
from talktotext.api.schemas.notes import NoteHeaders, NoteListed, NoteOut
from talktotext.api.signin import current_user_id, signed_in
from talktotext.editing import renamed
from talktotext.models import Note, User
from talktotext.schema import Notes

bp = APIBlueprint("notes", __name__, url_prefix="/api", tag="Notes")

SHOWN = tuple(name for name in NoteOut.model_fields if name != "notes")
_notes = Note.__table__.c
_listed = sa.select(*(_notes[name] for name in NoteListed.model_fields))
_owner: sa.BindParameter[int] = sa.bindparam("owner")
MINE = Pages(
    _listed.where(_notes.user_id == _owner),
    newest_first(Note),
    whole=True,
    counted=sa.select(User.note_count).where(User.id == _owner),
)


@bp.get("/notes/<note_id>")
@signed_in
@bp.output(NoteOut, headers=NoteHeaders)
@bp.doc(responses=[404])
def show(note_id: str) -> Any:
    """Show a note"""
    note = owned_columns(Note, note_id, *SHOWN, "document", "revision")
    notes, names = note["document"], note["speaker_names"]
    if names:
        notes = renamed(Notes.model_validate(notes), names)
    # As the note's own models wrote it: to read and write it again took longer than all else.
    answer = jsonify({**{name: note[name] for name in SHOWN}, "notes": notes})
    answer.headers["ETag"] = tag(note["revision"])
    return answer


@bp.get("/notes")
@signed_in
@bp.input(PageIn, location="query")
@bp.output(list[NoteListed], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400])
def index(query_data: PageIn) -> Any:
    """List the notes, newest first"""
    rows, _, headers = MINE.page(query_data, owner=current_user_id())
    # As the note's own models wrote them, see above.
    answer = jsonify([dict(zip(NoteListed.model_fields, row, strict=False)) for row in rows])
    answer.headers.extend(headers)
    return answer


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
    return note, 200, {"ETag": tag(note.revision)}


def tag(revision: int) -> str:
    """The tag of a state."""
    return f'"{revision}"'
