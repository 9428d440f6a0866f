"""Versions of notes: listed, read, compared, brought back."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from sqlalchemy.orm import undefer

from talktotext.api import editing
from talktotext.api.notes import tagged
from talktotext.api.owned import of_own
from talktotext.api.paging import Order, number, page
from talktotext.api.schemas.common import ListHeaders, PageIn
from talktotext.api.schemas.editing import ComparisonOut, VersionListed, VersionOut
from talktotext.api.schemas.notes import NoteHeaders, NoteOut
from talktotext.api.signin import signed_in
from talktotext.editing import compare
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.jobs.versions import shown
from talktotext.models import Note, NoteVersion

bp = APIBlueprint("versions", __name__, url_prefix="/api/notes/<note_id>/versions", tag="Notes")

NEWEST_FIRST = Order(((NoteVersion.number, number),), descending=True)


@bp.get("")
@signed_in
@of_own(Note)
@bp.input(PageIn, location="query")
@bp.output(list[VersionListed], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400, 404])
def index(note: Note, query_data: PageIn) -> Any:
    """List the versions of a note, newest first

    The newest is the note as it is. What a person changes within ten minutes is one version.
    """
    mine = sa.select(NoteVersion).filter_by(note_id=note.id)
    return page(mine, query_data, NEWEST_FIRST)


@bp.get("/<int:number>")
@signed_in
@of_own(Note)
@bp.output(VersionOut)
@bp.doc(responses=[404])
def show(note: Note, number: int) -> Any:
    """Show a version of a note"""
    version = _version(note, number)
    listed = {name: getattr(version, name) for name in VersionListed.model_fields}
    return {**listed, "notes": shown(version)}


@bp.get("/<int:before>/compare/<int:after>")
@signed_in
@of_own(Note)
@bp.output(ComparisonOut)
@bp.doc(responses=[404])
def differences(note: Note, before: int, after: int) -> Any:
    """Compare two versions of a note"""
    one, other = (shown(_version(note, number)) for number in (before, after))
    return {"before": before, "after": after, "changes": compare(one, other)}


@bp.post("/<int:number>/restore")
@signed_in
@of_own(Note)
@bp.output(NoteOut, headers=NoteHeaders)
@bp.doc(responses=[404, 409, 412])
def restore(note: Note, number: int) -> Any:
    """Bring a version of a note back, as a new one"""
    editing.bring_back(note, _version(note, number))
    return tagged(note)


def _version(note: Note, number: int) -> NoteVersion:
    found = sa.select(NoteVersion).filter_by(note_id=note.id, number=number)
    version = db.session.scalar(found.options(undefer(NoteVersion.document)))
    if version is None:
        raise NotFound("Version not found")
    return version
