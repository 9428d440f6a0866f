"""Commands that end with a sentence, not with a stack trace."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from flask.cli import AppGroup
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError, ProgrammingError

from talktotext.api.problems import sentence as complaint
from talktotext.errors import TalkToTextError

Model = TypeVar("Model", bound=BaseModel)


class PlainCommand(click.Command):
    """A command whose foreseeable failures are told in a sentence, with exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        with sentences():
            return super().invoke(ctx)


class PlainGroup(AppGroup):
    """A group of such commands."""

    command_class = PlainCommand


@contextmanager
def sentences() -> Iterator[None]:
    """Tell failures as click does. Raises ClickException."""
    try:
        yield
    except TalkToTextError as error:
        raise click.ClickException(sentence(error.message, error.hint)) from None
    except (OperationalError, ProgrammingError) as error:
        remedy = "Check DATABASE_URL, and run `flask db upgrade`; `flask doctor` tells more."
        raise click.ClickException(f"The database says: {first_line(error)}. {remedy}") from None
    except BrokenPipeError:  # whoever reads has seen enough; click ends quietly
        raise
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise click.ClickException(f"{error.strerror or error}{where}.") from None


def validated(model: type[Model], **asked: Any) -> Model:
    """What was asked on the command line, as the model has it. Raises BadParameter."""
    try:
        return model.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        raise click.BadParameter(complaint(str(first["loc"][0]), first["msg"]) + ".") from None


def sentence(message: str, hint: str | None) -> str:
    """What happened and what to do about it."""
    return f"{message}. {hint}" if hint else f"{message}."


def first_line(error: BaseException) -> str:
    """What the database driver says, without the statement and the advertising."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Keep the log off a terminal that shows the same in its own words."""
    before = {name: logging.getLogger(name).level for name in loggers}
    for name in loggers:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
