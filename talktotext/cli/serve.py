"""`flask serve`: everything on this machine, in one command."""

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
    upgrade()
    click.echo(f"TalkToText on http://localhost:{settings.PORT}, its API on /docs")
    supervisor.serve(settings)
