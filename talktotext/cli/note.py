"""`flask note …`: what came of recordings."""

import click

from talktotext.cli.find import find
from talktotext.cli.plain import PlainGroup
from talktotext.models import Note
from talktotext.runner import delete_note

group = PlainGroup("note", help="Look after notes.")


@group.command("delete")
@click.argument("note_id", metavar="NOTE")
@click.confirmation_option(prompt="Delete the note with its recording and transcript?")
def delete(note_id: str) -> None:
    """Delete a note with its recording and transcript."""
    delete_note(find(Note, note_id))
    click.echo(f"Deleted {note_id}.")
