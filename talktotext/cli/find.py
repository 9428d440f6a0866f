"""Rows by what a person types."""

from typing import TypeVar

import click

from talktotext.accounts import users
from talktotext.extensions import db
from talktotext.models import User
from talktotext.models.base import Base

Row = TypeVar("Row", bound=Base)


def find(model: type[Row], row_id: str) -> Row:
    """The row of that id. Raises ClickException."""
    row = db.session.get(model, row_id)
    if row is None:
        raise click.ClickException(f"There is no {model.__name__.lower()} {row_id}.")
    return row


def find_user(email: str) -> User:
    """The user of that email. Raises ClickException."""
    user = users.find(email)
    if user is None:
        raise click.ClickException(f"There is no user {email}.")
    return user
