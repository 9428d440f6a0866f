"""`flask transcribe FILE`: one recording, one process, no server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from talktotext import config, documents, fetch, media, runner
from talktotext.api.asked import check_output_language
from talktotext.api.schemas.upload import TranscribeIn
from talktotext.cli.plain import PlainCommand, quiet, sentence, validated
from talktotext.cli.text import notes_text
from talktotext.errors import NotALink
from talktotext.extensions import db
from talktotext.jobs.kept import KEPT, Export, load
from talktotext.jobs.link import checked_link, link_name
from talktotext.jobs.options import Options
from talktotext.models import Note, Upload, User
from talktotext.models.base import Base
from talktotext.recordings import Received, admit
from talktotext.storage import make_storage

OUR_OWN = {"DATABASE_URL": "", "UPLOAD_FOLDER": Path(), "WORK_FOLDER": Path(), "S3_BUCKET": ""}


class Source(click.Path):
    """A file that is there, or a link to one."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """See `click.ParamType.convert`."""
        if not str(value).lower().startswith(("http://", "https://")):
            return super().convert(value, param, ctx)
        try:
            return fetch.parse(str(value))
        except NotALink as error:
            self.fail(sentence(error.message, error.hint), param, ctx)


@click.command("transcribe", cls=PlainCommand)
@click.argument("recording", type=Source(), metavar="FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write PDF and DOCX here.",
)
@click.option(
    "--language", default="auto", show_default=True, help="ISO 639-1 code of what is spoken."
)
@click.option("--engine", help="Speech engine, or `auto`; TRANSCRIBER if left out.")
@click.option("--vocabulary", help="Names and terms that are likely to come up, with commas.")
@click.option("--type", "meeting_type", help="Meeting type; recognised if left out.")
@click.option("--output-language", help="ISO 639-1 code of the language of the notes; `llm` only.")
@click.option("--seconds", default=0, type=click.IntRange(0), help="Only the first so many.")
@with_appcontext
def transcribe(recording: Path | fetch.Link, output: Path | None, **asked: Any) -> None:
    """Turn FILE into notes, here and now, without a server; it may be a link to one.

    Nothing of it is kept but the documents in the folder given with -o.
    """
    options = _options(**asked)
    if output:
        output.mkdir(parents=True, exist_ok=True)  # find out now, not after an hour
    with _scratch_app():
        note = _notes_of(recording, options)
        click.echo(notes_text(note.notes))
        if output:
            _write(note, output)


def _options(seconds: int, **asked: str | None) -> Options:
    wanted = validated(TranscribeIn, **asked)
    check_output_language(wanted.output_language, config.current().ANALYZER)
    return Options(**wanted.model_dump(), extract_duration=seconds)


@contextmanager
def _scratch_app() -> Iterator[None]:
    """An installation of our own that lasts as long as the block: the job runs as it would
    anywhere, and leaves nothing behind."""
    from talktotext import create_app

    with TemporaryDirectory(prefix="talktotext-") as folder:
        # Said outright: what is left out would be read from the environment again.
        ours = {**config.current().model_dump(), **OUR_OWN, "INSTANCE_FOLDER": Path(folder)}
        app = create_app(config.Settings(**ours))
        with app.app_context(), quiet("talktotext", "alembic"):
            Base.metadata.create_all(db.engine)
            yield
            db.engine.dispose()


def _notes_of(recording: Path | fetch.Link, options: Options) -> Note:
    user = User(name="you", email="you@localhost", password_hash="")
    db.session.add(user)
    db.session.flush()
    upload = _admitted(recording, user.id)
    with _bar() as draw:
        job = runner.submit("notes", user.id, options, upload, wake_worker=False)
        while not runner.is_over(job):
            # Nothing is to be run where an engine asked for patience: look again in a moment.
            if not runner.execute(job.id, draw):
                draw(0.0, job.message or "")
                time.sleep(1)
    db.session.refresh(upload)
    if upload.status != "done":
        reason = upload.error or {}
        raise click.ClickException(sentence(str(upload.error_message), reason.get("hint")))
    return db.session.scalars(sa.select(Note)).one()


def _admitted(recording: Path | fetch.Link, user_id: int) -> Upload:
    """The upload of a file, known to be a recording, or of a link."""
    settings = config.current()
    if isinstance(recording, fetch.Link):
        url = str(checked_link(str(recording), settings))
        return admit(Received(None, None, link_name(recording), user_id, url=url))[0]
    media.probe(recording, ffmpeg=settings.FFMPEG or None)
    with make_storage(settings).incoming() as copy, recording.open("rb") as source:
        copyfileobj(source, copy)
        return admit(Received(copy, copy.tell(), recording.name, user_id))[0]


@contextmanager
def _bar() -> Iterator[Callable[[float, str], None]]:
    with click.progressbar(length=100, item_show_func=lambda stage: stage) as bar:

        def draw(fraction: float, stage: str) -> None:
            bar.update(max(0, int(100 * fraction) - bar.pos), stage)

        yield draw


def _write(note: Note, folder: Path) -> None:
    settings = config.current()
    for extension in KEPT:
        path = folder / documents.file_name(note.title, extension)
        path.write_bytes(load(make_storage(settings), Export.of(note, extension, settings)))
        click.echo(f"\n{path}", nl=False)
    click.echo()
