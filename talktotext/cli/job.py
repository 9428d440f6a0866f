"""`flask job …`: work that is done, waits or failed."""

import click
import sqlalchemy as sa

from talktotext import runner
from talktotext.cli.plain import PlainGroup
from talktotext.extensions import db
from talktotext.models import Job, User, now

group = PlainGroup("job", help="Look after jobs.")


@group.command("list")
@click.option("--status", type=click.Choice(["queued", "running", "done", "failed", "cancelled"]))
@click.option("--user", "email", help="Only this user's, by email.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
def list_jobs(status: str | None, email: str | None, limit: int) -> None:
    """List jobs, newest first."""
    query = sa.select(Job).order_by(Job.created_at.desc()).limit(limit)
    if status:
        query = query.filter_by(status=status)
    if email:
        query = query.join(User, User.id == Job.user_id).where(User.email == email.lower())
    for job in db.session.scalars(query):
        age = int((now() - job.created_at).total_seconds())
        state = f"{job.status:<9} {job.stage:<12} {job.percent:>3} %"
        click.echo(f"{job.id}  {job.kind:<8} {state}  {age:>7} s old")


@group.command("show")
@click.argument("job_id")
def show(job_id: str) -> None:
    """Show one job with all that is known of it."""
    job = _find(job_id)
    for column in Job.__table__.columns:
        if column.key != "checkpoint":
            click.echo(f"{column.key:<12} {getattr(job, column.key)}")


@group.command("retry")
@click.argument("job_id")
def retry(job_id: str) -> None:
    """Run a failed job again; what it had done is not done again."""
    job = _find(job_id)
    if job.status not in ("failed", "cancelled"):
        raise click.ClickException(f"The job is {job.status}; only failed ones can be retried.")
    runner.retry(job)
    click.echo(f"Job {job.id} is queued again.")


def _find(job_id: str) -> Job:
    """The job of that id, or of that upload's id. Raises ClickException."""
    query = sa.select(Job).where(sa.or_(Job.id == job_id, Job.upload_id == job_id))
    job = db.session.scalars(query).first()
    if job is None:
        raise click.ClickException(f"There is no job {job_id}.")
    return job
