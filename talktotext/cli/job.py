"""`flask job …`: work that is done, waits or failed."""

import time
from collections.abc import Iterator

import click
import sqlalchemy as sa

from talktotext import runner
from talktotext.cli.plain import PlainGroup
from talktotext.extensions import db
from talktotext.models import UNFINISHED, Job, User, now

group = PlainGroup("job", help="Look after jobs.")

STATUSES = ["queued", "running", "done", "failed", "cancelled"]
HEADING = (
    f"{'JOB':<36}  {'KIND':<10} {'STATUS':<9} {'STAGE':<12} {'%':>3} {'AGE':>8} {'TRY':>3}  HOLDER"
)

job_argument = click.argument("job_id", metavar="JOB")


@group.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only jobs in this state.")
@click.option("--user", "email", help="Only this user's, by email.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1), help="How many at most."
)
def list_jobs(status: str | None, email: str | None, limit: int) -> None:
    """List jobs, newest first: state, age, attempt, and who is at work on it."""
    query = sa.select(Job).order_by(Job.created_at.desc()).limit(limit)
    if status:
        query = query.filter_by(status=status)
    if email:
        query = query.join(User, User.id == Job.user_id).where(User.email == email.lower())
    click.echo("\n".join(_table(query)))


@group.command("watch")
@click.option("--every", default=2.0, show_default=True, help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Look once and end.")
def watch(every: float, once: bool) -> None:
    """Watch the jobs that wait or run, until Ctrl-C."""
    waiting = sa.select(Job).where(Job.status.in_(UNFINISHED)).order_by(Job.created_at)
    while True:
        if not once:
            click.clear()
        click.echo("\n".join(_table(waiting)))
        if once:
            return
        db.session.remove()
        time.sleep(every)


@group.command("show")
@job_argument
def show(job_id: str) -> None:
    """Show one job, by its id or its upload's, with all that is known of it."""
    job = _find(job_id)
    for column in Job.__table__.columns:
        if column.key != "checkpoint":
            click.echo(f"{column.key:<12} {getattr(job, column.key)}")


@group.command("retry")
@job_argument
def retry(job_id: str) -> None:
    """Run a failed or cancelled job again; what it had done is not done again."""
    job = _find(job_id)
    runner.retry(job)
    click.echo(f"Job {job.id} is queued again.")


@group.command("cancel")
@job_argument
def cancel(job_id: str) -> None:
    """Stop a job that waits or runs."""
    job = _find(job_id)
    runner.cancel(job)
    click.echo(f"Job {job.id} is cancelled.")


@group.command("sweep")
@click.option("--every", type=click.FloatRange(1), help="Go on, with so many seconds in between.")
def sweep(every: float | None) -> None:
    """Wake workers for what the queue forgot, and clean up; workers do so by themselves.

    With --every it is a clock process, for a platform on which no worker runs all the time.
    """
    while every:
        runner.sweep_quietly()
        time.sleep(every)
    swept = runner.sweep()
    click.echo(
        f"{swept.runnable} jobs to be run, {swept.woken} wake-ups added, "
        f"{swept.removed} leftover files removed."
    )


def _table(query: sa.Select[Job]) -> Iterator[str]:
    yield HEADING
    for job in db.session.scalars(query):
        age = int((now() - job.created_at).total_seconds())
        yield (
            f"{job.id}  {job.kind:<10} {job.status:<9} {job.stage:<12} {job.percent:>3} "
            f"{age:>6} s {job.epoch:>3}  {job.lease_owner or job.message or ''}"
        )


def _find(job_id: str) -> Job:
    """The job of that id, or the newest of that upload's id. Raises ClickException."""
    query = sa.select(Job).where(sa.or_(Job.id == job_id, Job.upload_id == job_id))
    job = db.session.scalars(query.order_by(Job.created_at.desc())).first()
    if job is None:
        raise click.ClickException(f"There is no job {job_id}.")
    return job
