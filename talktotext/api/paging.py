"""Pages of a list: keyset paging, told in headers so that the body stays a bare list."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import InstrumentedAttribute

from talktotext.api.schemas.common import PageIn
from talktotext.errors import InvalidRequest
from talktotext.extensions import db
from talktotext.models import ActionItem, Correction, Note, NoteIndex, NoteVersion, Segment, User

Row = TypeVar("Row", Note, NoteIndex, NoteVersion, ActionItem, Correction, Segment, User)


Parse = Callable[[str], Any]


def moment(text: str) -> datetime:
    """A point in time from a cursor. Raises ValueError or OverflowError."""
    return datetime.fromisoformat(text).astimezone(UTC)


def uuid(text: str) -> str:
    """An id from a cursor. Raises ValueError."""
    return str(UUID(text))


def number(text: str) -> int:
    """A number of what is counted, from a cursor. Raises ValueError."""
    if not 0 <= (found := int(text)) < 2**31:
        raise ValueError(text)
    return found


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by columns that together tell any two rows apart.

    Attributes:
        keys: each with what reads its value from a cursor; it raises ValueError.
    """

    keys: tuple[tuple[sa.ColumnElement[Any] | InstrumentedAttribute[Any], Parse], ...]
    descending: bool

    def of(self, query: sa.Select[Row], *, add: bool = True) -> sa.Select[Any]:
        """The query in this order.

        Args:
            add: put the values it is ordered by behind each row.
        """
        keys = [key for key, _ in self.keys]
        ordered = query.order_by(*(key.desc() if self.descending else key for key in keys))
        return ordered.add_columns(*keys) if add else ordered

    def after(self, cursor: str) -> sa.ColumnElement[bool]:
        """The rows that come after the one of a cursor. Raises InvalidRequest."""
        here = sa.tuple_(*(key for key, _ in self.keys))
        last = sa.tuple_(*self._decode(cursor))
        return here < last if self.descending else here > last

    def cursor(self, values: Iterable[Any]) -> str:
        """Where the row with these values stands, for `after`."""
        shown = [v.isoformat() if isinstance(v, date) else str(v) for v in values]
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
    columns = model.__table__.c
    return Order(((columns.created_at, moment), (columns.id, uuid)), descending=True)


BY_INDEX = Order(((Segment.index, number),), descending=False)


class Pages:
    """A list in pages. Its statements are built once, for lists that are asked for all the time.

    Args:
        query: selects the rows; may have parameters.
        whole: they are rows of several columns, among them those of the order, and not of one
            object.
        counted: selects how many rows there are, where that is kept and they are `whole`; has the
            same parameters. It comes with each row, at the end.
    """

    def __init__(
        self,
        query: sa.Select[Any],
        order: Order,
        *,
        whole: bool = False,
        counted: sa.Select[Any] | None = None,
    ):
        self._order, self._whole, self._kept = order, whole, counted is not None
        ordered = order.of(query.order_by(None), add=not whole)
        if counted is None:
            counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True)
        else:
            ordered = ordered.add_columns(counted.scalar_subquery())
        self._counted = counted.order_by(None)
        self._rows = ordered.limit(sa.bindparam("most", type_=sa.Integer))

    def page(self, wanted: PageIn, **values: Any) -> tuple[list[Any], int, dict[str, Any]]:
        """A page with its headers.

        Args:
            values: of the parameters.
        """
        rows = self._asked(wanted, values)
        shown, is_last = rows[: wanted.limit], len(rows) <= wanted.limit
        is_all = is_last and not wanted.cursor
        headers = {"X-Total-Count": str(len(rows) if is_all else self._total(rows, values))}
        if not is_last:
            after = self._order.cursor(self._keys(shown[-1]))
            headers["Link"] = f'<{_address(after, wanted)}>; rel="next"'
        return (shown if self._whole else [row[0] for row in shown]), 200, headers

    def _total(self, rows: list[Any], values: dict[str, Any]) -> int:
        if self._kept and rows:
            return int(rows[0][-1])
        return int(db.session.scalar(self._counted, values) or 0)

    def _keys(self, row: Any) -> list[Any]:
        """Where a row stands."""
        keys = [key for key, _ in self._order.keys]
        return [getattr(row, str(key.key)) for key in keys] if self._whole else row[-len(keys) :]

    def _asked(self, wanted: PageIn, values: dict[str, Any]) -> list[Any]:
        """The rows, and one more if there are more."""
        query = self._rows
        if wanted.cursor:
            query = query.where(self._order.after(wanted.cursor))
        return list(db.session.execute(query, {**values, "most": wanted.limit + 1}))


def page(
    query: sa.Select[Row], wanted: PageIn, order: Order
) -> tuple[list[Row], int, dict[str, Any]]:
    """A page of the rows that `query` selects, with its headers."""
    return Pages(query, order).page(wanted)


def _address(cursor: str, wanted: PageIn) -> str:
    """The address of the page that begins after a cursor."""
    query: dict[str, Any] = {**request.args.to_dict(), "limit": wanted.limit, "cursor": cursor}
    return url_for(str(request.endpoint), _external=True, **(request.view_args or {}), **query)
