"""`flask upload …`: recordings, and how long they are kept."""

import click

from talktotext import config
from talktotext.cli.find import find
from talktotext.cli.plain import PlainGroup
from talktotext.models import Upload
from talktotext.runner import delete_upload, retention

group = PlainGroup("upload", help="Look after recordings.")


@group.command("delete")
@click.argument("upload_id", metavar="UPLOAD")
@click.confirmation_option(prompt="Delete the recording with its transcript and notes?")
def delete(upload_id: str) -> None:
    """Delete a recording with its transcript and notes; work on it stops."""
    delete_upload(find(Upload, upload_id))
    click.echo(f"Deleted {upload_id}.")


@group.command("purge")
@click.option("--media-days", type=click.IntRange(1), help="Instead of RETENTION_MEDIA_DAYS.")
@click.option("--notes-days", type=click.IntRange(1), help="Instead of RETENTION_NOTES_DAYS.")
@click.option("--yes", is_flag=True, help="Really delete; without it, only say what would be.")
def purge(media_days: int | None, notes_days: int | None, yes: bool) -> None:
    """Delete recordings, and notes if so set, that are older than they are to be kept.

    A dry run unless --yes is given. What is at work or waits is left alone.
    """
    settings = config.current()
    limits = (
        media_days or settings.RETENTION_MEDIA_DAYS,
        notes_days or settings.RETENTION_NOTES_DAYS,
    )
    if not any(limits):
        raise click.ClickException(
            "Everything is kept for ever. Set RETENTION_MEDIA_DAYS or give --media-days."
        )
    found = retention.expired(*limits)
    would = "" if yes else "would be "
    for upload in found.whole:
        click.echo(f"{upload.id}  {upload.created_at:%Y-%m-%d}  {upload.file_name}: {would}deleted")
    for upload in found.media:
        click.echo(
            f"{upload.id}  {upload.created_at:%Y-%m-%d}  {upload.file_name}: "
            f"recording {would}deleted, notes kept"
        )
    if yes:
        retention.purge(found)
    click.echo(f"{len(found.whole)} whole, {len(found.media)} recordings.")
