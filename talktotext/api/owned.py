"""Finding what is the user's own. Another user's row is as unknown as one that never was."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.base import ExecutableOption

from talktotext.api.signin import View, current_user_id
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.models import Note, Upload

Row = TypeVar("Row", Note, Upload)
Face = Mapping[str, Any]  # some columns of a row


def owned(model: type[Row], row_id: str, *options: ExecutableOption) -> Row:
    """The user's own row of that id. Raises NotFound, named after the model."""
    row = _find(model, row_id, options)
    if row is None:
        raise NotFound(f"{model.__name__} not found")
    return row


def owned_columns(model: type[Row], row_id: str, *names: str) -> Face:
    """Columns of the user's own row of that id, all if none is named: to be shown, which needs no
    object and takes half the time. Raises NotFound, named after the model."""
    row = None
    if (key := _key(row_id)) is not None:
        mine = {"key": key, "owner": current_user_id()}
        row = db.session.execute(_columns(model, names), mine).mappings().one_or_none()
    if row is None:
        raise NotFound(f"{model.__name__} not found")
    return cast(Face, row)


def of_own(model: type[Row]) -> Callable[[View], View]:
    """Give a view the user's own row in place of its id, `note` for `note_id`; goes right below
    `signed_in`, so that what is not one's own is not found whatever the body says."""
    name = model.__name__.lower()

    def decorate(view: View) -> View:
        @wraps(view)
        def with_row(**values: Any) -> Any:
            row = owned(model, values.pop(f"{name}_id"))
            return view(**{name: row, **values})

        return cast(View, with_row)

    return decorate


def _find(model: type[Row], row_id: str, options: Sequence[ExecutableOption]) -> Row | None:
    if (key := _key(row_id)) is None:
        return None
    mine = {"key": key, "owner": current_user_id()}
    return cast(Row | None, db.session.scalar(_query(model, tuple(options)), mine))


def _key(row_id: str) -> str | None:
    try:
        return str(UUID(row_id))
    except ValueError:
        return None


@lru_cache(maxsize=32)
def _query(model: type[Row], options: tuple[ExecutableOption, ...]) -> sa.Select[Row]:
    """Asks for a row of an owner; built once, which takes SQLAlchemy as long as asking it. Options
    are told apart by identity, so that callers keep theirs."""
    mine = model.id == sa.bindparam("key"), model.user_id == sa.bindparam("owner")
    return sa.select(model).where(*mine).options(*options)


@lru_cache(maxsize=32)
def _columns(model: type[Row], names: tuple[str, ...]) -> sa.Select[Any]:
    table = model.__table__.c
    columns = [table[name] for name in names] if names else list(table)
    mine = table.id == sa.bindparam("key"), table.user_id == sa.bindparam("owner")
    return sa.select(*columns).where(*mine)
