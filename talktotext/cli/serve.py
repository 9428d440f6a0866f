"""`flask serve`: everything on this machine, in one command."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade

from talktotext import config, supervisor
from talktotext.cli.plain import PlainCommand


@click.command("serve", cls=PlainCommand)
@with_appcontext
def serve() -> None:
    """Run web server, workers and, if none is configured, Redis; Ctrl-C stops them all."""
    settings = config.current()
    with _the_only_one(settings.INSTANCE_FOLDER / "serve.lock"):
        upgrade()
        click.echo(f"TalkToText on http://localhost:{settings.PORT}, its API on /docs")
        supervisor.serve(settings)


@contextmanager
def _the_only_one(path: Path) -> Iterator[None]:
    """Two on one instance folder would take each other's Redis away. Raises ClickException."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"Another `flask serve` runs on {path.parent}. Stop it, or set INSTANCE_FOLDER."
            ) from None
        yield
