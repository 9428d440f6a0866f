"""Notes: changed by people, ticked off, made anew."""

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint

from talktotext import runner
from talktotext.api import editing
from talktotext.api.asked import regenerate_options
from talktotext.api.notes import tagged
from talktotext.api.owned import of_own
from talktotext.api.schemas.editing import ItemIn, NoteIn, ParticipantIn, RegenerateIn
from talktotext.api.schemas.notes import NoteHeaders, NoteOut
from talktotext.api.schemas.upload import UploadOut
from talktotext.api.signin import signed_in
from talktotext.errors import InvalidRequest
from talktotext.models import Note

bp = APIBlueprint("note_editing", __name__, url_prefix="/api/notes/<note_id>", tag="Notes")


@bp.patch("")
@signed_in
@of_own(Note)
@bp.input(NoteIn)
@bp.output(NoteOut, headers=NoteHeaders)
@bp.doc(responses=[400, 404, 409, 412])
def change(note: Note, json_data: NoteIn) -> Any:
    """Change a note

    What you change is marked as yours, carries no evidence where you put it in your own words, and
    stays when the note is made anew. With `If-Match` it is refused if the note has changed.
    """
    given = json_data.model_dump(exclude_unset=True, exclude={"participants"})
    if not json_data.model_fields_set:
        raise InvalidRequest("There is nothing in this that can be changed")
    if "abstract_summary" in given:
        given["summary"] = given.pop("abstract_summary")
    editing.edit(note, given, _names(note, json_data.participants or ()))
    return tagged(note)


@bp.patch("/action-items/<int:index>")
@signed_in
@of_own(Note)
@bp.input(ItemIn)
@bp.output(NoteOut, headers=NoteHeaders)
@bp.doc(responses=[400, 404, 409, 412])
def change_item(note: Note, index: int, json_data: ItemIn) -> Any:
    """Change an action item, or tick it off

    `index` is its place among the note's action items, from 0.
    """
    editing.edit_item(note, index, json_data.model_dump(exclude_unset=True))
    return tagged(note)


@bp.post("/regenerate")
@signed_in
@of_own(Note)
@bp.input(RegenerateIn, location="json_or_form")
@bp.output(UploadOut)
@bp.doc(responses=[400, 404, 409, 503])
def regenerate(note: Note, json_or_form_data: RegenerateIn) -> Any:
    """Make a note anew from its transcript

    The note stays as it is until that is done, and keeps what people changed in it.
    """
    upload_id, note_id = note.upload_id, note.id
    runner.regenerate(note, regenerate_options(json_or_form_data))
    return {"upload_id": upload_id, "note_id": note_id, "status": "uploaded"}


def _names(note: Note, people: Sequence[ParticipantIn]) -> dict[str, str | None]:
    """The names of voices, {label: name}. Raises InvalidRequest where there is no voice."""
    voiceless = {person.name for person in note.notes.participants if not person.speaker}
    for person in people:
        if person.speaker is None and person.name not in voiceless:
            raise InvalidRequest(
                f"It is not known whose voice {person.name!r} is to name",
                hint="Give the label of the voice as `speaker`.",
            )
    return {person.speaker: person.name for person in people if person.speaker}
