"""Rows by what a person types."""

from typing import TypeVar

import click

from talktotext.extensions import db
from talktotext.models.base import Base

Row = TypeVar("Row", bound=Base)


def find(model: type[Row], row_id: str) -> Row:
    """The row of that id. Raises ClickException."""
    row = db.session.get(model, row_id)
    if row is None:
        raise click.ClickException(f"There is no {model.__name__.lower()} {row_id}.")
    return row
