"""Finding notes: by words, by what they are about, by who took part."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint

from talktotext import search
from talktotext.api.paging import Order, moment, number, page, uuid
from talktotext.api.schemas.common import ListHeaders
from talktotext.api.schemas.history import HistoryIn, NoteFound
from talktotext.api.schemas.notes import NoteListed
from talktotext.api.signin import current_user_id, signed_in
from talktotext.extensions import db
from talktotext.models import NoteIndex

bp = APIBlueprint("history", __name__, url_prefix="/api", tag="Notes")


@bp.get("/history")
@signed_in
@bp.input(HistoryIn, location="query")
@bp.output(list[NoteFound], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400])
def index(query_data: HistoryIn) -> Any:
    """Search the notes

    Those that meet all conditions, newest first. With `q`, those with the words in the title come
    first, then those with the words in the notes, then those where they were only said.
    """
    user_id, terms = current_user_id(), search.parse(query_data.q or "")
    query = sa.select(NoteIndex).where(*_conditions(user_id, query_data, terms))
    rows, status, headers = page(query, query_data, _order(user_id, terms))
    return [_listed(found) for found in search.shown(db.session(), rows, terms)], status, headers


def _listed(found: search.Found) -> dict[str, Any]:
    note = {name: getattr(found.note, name) for name in NoteListed.model_fields}
    return {**note, "matches": found.matches}


def _order(user_id: int, terms: list[search.Term]) -> Order:
    newest = ((NoteIndex.created_at, moment), (NoteIndex.note_id, uuid))
    if not terms:
        return Order(newest, descending=True)
    return Order(((search.weight(user_id, terms), number), *newest), descending=True)


def _conditions(
    user_id: int, wanted: HistoryIn, terms: list[search.Term]
) -> Iterator[sa.ColumnElement[bool]]:
    yield NoteIndex.user_id == user_id
    if wanted.q:
        yield search.holding(user_id, terms)
    if wanted.participant:
        yield search.holding(user_id, [search.exactly(wanted.participant)], "people")
    if wanted.language:
        yield NoteIndex.language == wanted.language.lower()
    if wanted.type:
        yield NoteIndex.meeting_type == wanted.type
    if wanted.sentiment:
        yield NoteIndex.sentiment == wanted.sentiment
    if wanted.has_open_action_items is not None:
        yield (NoteIndex.open_items > 0) == wanted.has_open_action_items
    yield from _ranges(wanted)


def _ranges(wanted: HistoryIn) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.min_duration is not None:
        yield NoteIndex.duration >= wanted.min_duration
    if wanted.max_duration is not None:
        yield NoteIndex.duration <= wanted.max_duration
    if wanted.since:
        yield NoteIndex.created_at >= _midnight(wanted.since)
    if wanted.until and wanted.until < date.max:
        yield NoteIndex.created_at < _midnight(wanted.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
