"""Pages of a list: keyset paging, told in headers so that the body stays a bare list."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import request, url_for

from talktotext.api.schemas.notes import PageIn
from talktotext.errors import InvalidRequest
from talktotext.extensions import db
from talktotext.models import Note


def page(query: sa.Select[Note], wanted: PageIn) -> tuple[list[Note], int, dict[str, Any]]:
    """A page of the notes that `query` selects, newest first, with its headers."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    newest_first = query.order_by(Note.created_at.desc(), Note.id.desc())
    if wanted.cursor:
        newest_first = newest_first.where(
            sa.tuple_(Note.created_at, Note.id) < sa.tuple_(*_decode(wanted.cursor))
        )
    rows = list(db.session.scalars(newest_first.limit(wanted.limit + 1)))
    headers = {"X-Total-Count": str(total)}
    if len(rows) > wanted.limit:
        headers["Link"] = f'<{_next(rows[wanted.limit - 1], wanted)}>; rel="next"'
    return rows[: wanted.limit], 200, headers


def _next(last: Note, wanted: PageIn) -> str:
    """The address of the page after the one that ends with `last`."""
    cursor = base64.urlsafe_b64encode(f"{last.created_at.isoformat()}|{last.id}".encode()).decode()
    args: dict[str, Any] = {**request.args.to_dict(), "limit": wanted.limit, "cursor": cursor}
    return url_for(str(request.endpoint), _external=True, **args)


def _decode(cursor: str) -> tuple[Any, Any]:
    try:
        moment, _, note_id = base64.urlsafe_b64decode(cursor).decode().partition("|")
        when, key = datetime.fromisoformat(moment).astimezone(UTC), str(UUID(note_id))
    except (binascii.Error, ValueError, OverflowError):
        raise InvalidRequest("The cursor is not one of ours") from None
    return sa.literal(when, Note.created_at.type), sa.literal(key)
