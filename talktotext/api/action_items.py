"""What is to be done, across notes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint

from talktotext import search
from talktotext.api.owned import owned
from talktotext.api.paging import Order, moment, number, page, uuid
from talktotext.api.schemas.common import ListHeaders
from talktotext.api.schemas.history import ActionItemOut, ActionItemsIn
from talktotext.api.signin import current_user_id, signed_in
from talktotext.extensions import db
from talktotext.models import ActionItem, Note, now

bp = APIBlueprint("action_items", __name__, url_prefix="/api", tag="Notes")

# Of those that are due on the same day, or on none, what has waited longest comes first.
SOONEST_FIRST = Order(
    (
        (ActionItem.due_by, date.fromisoformat),
        (ActionItem.created_at, moment),
        (ActionItem.note_id, uuid),
        (ActionItem.position, number),
    ),
    descending=False,
)


@bp.get("/action-items")
@signed_in
@bp.input(ActionItemsIn, location="query")
@bp.output(list[ActionItemOut], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400, 404])
def index(query_data: ActionItemsIn) -> Any:
    """List what is to be done, what is due soonest first

    What is due on no day in particular comes last.
    """
    items = sa.select(ActionItem).where(*_conditions(query_data))
    rows, status, headers = page(items, query_data, SOONEST_FIRST)
    titles = sa.select(Note.id, Note.title).where(Note.id.in_({row.note_id for row in rows}))
    title_of = {row.id: row.title for row in db.session.execute(titles)}
    there = [row for row in rows if row.note_id in title_of]  # the others were deleted just now
    return [_shown(row, title_of[row.note_id]) for row in there], status, headers


def _shown(item: ActionItem, title: str) -> dict[str, Any]:
    names = ActionItemOut.model_fields.keys() - {"note_title"}
    return {"note_title": title, **{name: getattr(item, name) for name in names}}


def _conditions(wanted: ActionItemsIn) -> Iterator[sa.ColumnElement[bool]]:
    yield ActionItem.user_id == current_user_id()
    if wanted.note_id:
        yield ActionItem.note_id == owned(Note, wanted.note_id).id
    if wanted.owner:
        yield ActionItem.owner_words.contains(search.exactly(wanted.owner).laid_out)
    if wanted.done is not None:
        yield ActionItem.done == wanted.done
    if wanted.overdue is not None:
        late = sa.and_(ActionItem.due_by < now().date(), ~ActionItem.done)
        yield late if wanted.overdue else ~late
    if wanted.since:
        yield ActionItem.due_date >= wanted.since
    if wanted.until:
        yield ActionItem.due_date <= wanted.until
