"""`flask worker …`: who does the work."""

import click

from talktotext.cli.plain import PlainGroup
from talktotext.extensions import db, queue
from talktotext.models import Job

group = PlainGroup("worker", help="Look at workers.")


@group.command("list")
def list_workers() -> None:
    """List the workers that are up, and what they are at."""
    workers, waiting = queue.workers(), queue.length()
    for worker in workers:
        click.echo(f"{worker.name:<40} {worker.state:<8} since {worker.birth_date:%Y-%m-%d %H:%M}")
    for job in db.session.query(Job).filter_by(status="running"):
        click.echo(f"{job.lease_owner:<40} at job {job.id}, {job.stage} {job.percent} %")
    number = "1 worker" if len(workers) == 1 else f"{len(workers)} workers"
    click.echo(f"{number}, {waiting} wake-ups waiting.")
