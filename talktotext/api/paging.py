"""Pages of a list: keyset paging, told in headers so that the body stays a bare list."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import InstrumentedAttribute

from talktotext.api.schemas.common import PageIn
from talktotext.errors import InvalidRequest
from talktotext.extensions import db
from talktotext.models import Correction, Note, Segment

Row = TypeVar("Row", Note, Correction, Segment)


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by columns that together tell any two rows apart.

    Attributes:
        keys: each with what reads its value from a cursor; it raises ValueError.
    """

    keys: tuple[tuple[InstrumentedAttribute[Any], Callable[[str], Any]], ...]
    descending: bool

    def of(self, query: sa.Select[Row]) -> sa.Select[Row]:
        """The query in this order."""
        return query.order_by(*(key.desc() if self.descending else key for key, _ in self.keys))

    def after(self, cursor: str) -> sa.ColumnElement[bool]:
        """The rows that come after the one of a cursor. Raises InvalidRequest."""
        here = sa.tuple_(*(key for key, _ in self.keys))
        last = sa.tuple_(*self._decode(cursor))
        return here < last if self.descending else here > last

    def cursor(self, row: Row) -> str:
        """Where a row stands, for `after`."""
        values = [getattr(row, key.key) for key, _ in self.keys]
        shown = [v.isoformat() if isinstance(v, datetime) else str(v) for v in values]
        return base64.urlsafe_b64encode("|".join(shown).encode()).decode()

    def _decode(self, cursor: str) -> list[sa.ColumnElement[Any]]:
        try:
            parts = base64.urlsafe_b64decode(cursor).decode().split("|")
            read = zip(self.keys, parts, strict=True)
            return [sa.literal(parse(text), key.type) for (key, parse), text in read]
        except (binascii.Error, ValueError, OverflowError):
            raise InvalidRequest("The cursor is not one of ours") from None


def newest_first(model: type[Note] | type[Correction]) -> Order:
    """By the time at which a row was made."""
    return Order(((model.created_at, _moment), (model.id, _uuid)), descending=True)


BY_INDEX = Order(((Segment.index, lambda text: _below(2**31, int(text))),), descending=False)


def page(
    query: sa.Select[Row], wanted: PageIn, order: Order
) -> tuple[list[Row], int, dict[str, Any]]:
    """A page of the rows that `query` selects, with its headers."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    ordered = order.of(query)
    if wanted.cursor:
        ordered = ordered.where(order.after(wanted.cursor))
    rows = list(db.session.scalars(ordered.limit(wanted.limit + 1)))
    headers = {"X-Total-Count": str(total)}
    if len(rows) > wanted.limit:
        after = order.cursor(rows[wanted.limit - 1])
        headers["Link"] = f'<{_address(after, wanted)}>; rel="next"'
    return rows[: wanted.limit], 200, headers


def _address(cursor: str, wanted: PageIn) -> str:
    """The address of the page that begins after a cursor."""
    query: dict[str, Any] = {**request.args.to_dict(), "limit": wanted.limit, "cursor": cursor}
    return url_for(str(request.endpoint), _external=True, **(request.view_args or {}), **query)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _uuid(text: str) -> str:
    return str(UUID(text))


def _below(limit: int, number: int) -> int:
    if not 0 <= number < limit:
        raise ValueError(number)
    return number
