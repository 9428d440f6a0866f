"""`flask note export`: notes as documents, in a folder."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from talktotext import config, documents
from talktotext.api.schemas.downloads import DownloadIn
from talktotext.cli.export_folder import ExportFolder
from talktotext.cli.find import find
from talktotext.cli.plain import PlainCommand, sentence, validated
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.jobs.kept import KEPT, Export, load
from talktotext.jobs.look import Look
from talktotext.models import Note, User
from talktotext.runner.policy import reason_of
from talktotext.runner.trying import tried
from talktotext.storage import make_storage


class Formats(click.ParamType[tuple[str, ...]]):
    """Document formats, with commas."""

    name = "formats"

    def convert(self, value: object, param: object, ctx: object) -> tuple[str, ...]:
        names = [name for part in str(value).split(",") if (name := part.strip().lower())]
        if not names or not set(names) <= set(documents.FORMATS):
            self.fail(f"There are {', '.join(documents.FORMATS)}.")
        return tuple(dict.fromkeys(names))


@click.command("export", cls=PlainCommand)
@click.argument("note_ids", metavar="[NOTE]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All notes, instead of some.")
@click.option("--user", "email", metavar="EMAIL", help="With --all: only this user's.")
@click.option(
    *("-f", "--format", "formats"),
    type=Formats(),
    default=",".join(KEPT),
    show_default=True,
    help=f"With commas: of {', '.join(documents.FORMATS)}.",
)
@click.option(
    *("-o", "--output"),
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="The folder to write to.",
)
@click.option("--page-size", help="Paper: A4 or Letter.")
@click.option("--accent", help="Colour of headings and charts, as RRGGBB.")
@click.option("--sections", help="What is to stand in them, with commas.")
@click.option("--logo/--no-logo", default=None, help="With the logo that is set, or without.")
@with_appcontext
def export(
    note_ids: Sequence[str],
    every: bool,
    email: str | None,
    formats: tuple[str, ...],
    output: Path,
    **asked: str | bool | None,
) -> None:
    """Write notes as documents into a folder, named after their titles.

    A note that is exported again replaces its own files there, and nothing else. What fails is
    told at the end, with exit status 1, and the rest is written.
    """
    look = validated(DownloadIn, **asked)
    wanted = _wanted(note_ids, every, email)
    folder = ExportFolder(output)
    failed = 0
    for number, note_id in enumerate(wanted, 1):
        for format in formats:
            path, error = tried(partial(_write, note_id, format, look, folder))
            failed += path is None
            line = path or click.style(f"✗ {note_id} as {format}: {_why(error)}", fg="red")
            click.echo(f"{number:>{len(str(len(wanted)))}}/{len(wanted)}  {line}", err=bool(error))
    if failed:
        click.echo(f"{failed} of {len(wanted) * len(formats)} could not be written.", err=True)
        sys.exit(1)


def _wanted(note_ids: Sequence[str], every: bool, email: str | None) -> list[str]:
    """The ids of notes to be exported, oldest first; of nothing that is not there."""
    if bool(note_ids) == every:
        raise click.UsageError("Name notes, or --all.")
    if email and not every:
        raise click.UsageError("--user goes with --all.")
    if every:
        return list(db.session.scalars(_all_of(email)))
    return [find(Note, note_id).id for note_id in dict.fromkeys(note_ids)]


def _all_of(email: str | None) -> sa.Select[str]:
    query = sa.select(Note.id).order_by(Note.created_at, Note.id)
    if email is None:
        return query
    user_id = db.session.scalar(sa.select(User.id).filter_by(email=email.lower()))
    if user_id is None:
        raise NotFound(f"There is no user {email}")
    return query.filter_by(user_id=user_id)


def _write(note_id: str, format: str, look: Look, folder: ExportFolder) -> Path:
    settings = config.current()
    with Session(db.engine) as session:
        note = session.get(Note, note_id)
    if note is None:
        raise NotFound("The note was deleted meanwhile")
    data = load(make_storage(settings), Export.of(note, format, settings, look))
    return folder.write(documents.file_name(note.title, format), note_id, data)


def _why(error: Exception | None) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or error}."
    reason = reason_of(error) if error else {}
    return sentence(str(reason.get("error")), reason.get("hint"))
