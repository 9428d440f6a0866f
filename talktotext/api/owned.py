"""Finding what is the user's own. Another user's row is as unknown as one that never was."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.base import ExecutableOption

from talktotext.api.signin import current_user
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.models import Note, Upload

Row = TypeVar("Row", Note, Upload)


def owned(model: type[Row], row_id: str, *options: ExecutableOption) -> Row:
    """The user's own row of that id. Raises NotFound, named after the model."""
    row = _find(model, row_id, options)
    if row is None:
        raise NotFound(f"{model.__name__} not found")
    return row


def _find(model: type[Row], row_id: str, options: Sequence[ExecutableOption]) -> Row | None:
    try:
        key = str(UUID(row_id))
    except ValueError:
        return None
    query = sa.select(model).where(model.id == key, model.user_id == current_user().id)
    return db.session.scalar(query.options(*options))
