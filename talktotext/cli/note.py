"""`flask note …`: what came of recordings."""

from datetime import UTC

import click
import sqlalchemy as sa

from talktotext import runner, search
from talktotext.api.asked import regenerate_options
from talktotext.api.schemas.editing import RegenerateIn
from talktotext.cli.find import find
from talktotext.cli.note_export import export
from talktotext.cli.plain import PlainGroup, validated
from talktotext.errors import NotFound
from talktotext.extensions import db
from talktotext.models import Note, NoteIndex, User
from talktotext.runner import delete_note
from talktotext.search.snippets import Match

group = PlainGroup("note", help="Look after notes.")
group.add_command(export)


@group.command("delete")
@click.argument("note_id", metavar="NOTE")
@click.confirmation_option(prompt="Delete the note with its recording and transcript?")
def delete(note_id: str) -> None:
    """Delete a note with its recording and transcript."""
    delete_note(find(Note, note_id))
    click.echo(f"Deleted {note_id}.")


@group.command("regenerate")
@click.argument("note_id", metavar="NOTE")
@click.option("--analyzer", help="Analysis engine; ANALYZER if left out.")
@click.option("--type", "meeting_type", help="Meeting type; recognised if left out.")
@click.option("--language", help="ISO 639-1 code of the language of the notes; `llm` only.")
def regenerate(note_id: str, **asked: str | None) -> None:
    """Make a note anew from its transcript; it keeps what people changed in it.

    A worker does it, and the note stays as it is until then.
    """
    options = regenerate_options(validated(RegenerateIn, **asked))
    job = runner.regenerate(find(Note, note_id), options)
    click.echo(f"Job {job.id} is queued.")


@group.command("search")
@click.argument("query")
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose notes.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many notes at most.",
)
def search_notes(query: str, email: str, limit: int) -> None:
    """Search somebody's notes; shows titles, and where in them the words are."""
    user_id = db.session.scalar(sa.select(User.id).filter_by(email=email.lower()))
    if user_id is None:
        raise NotFound(f"There is no user {email}")
    terms = search.parse(query)
    best = (search.weight(user_id, terms).desc(), NoteIndex.created_at.desc())
    rows = sa.select(NoteIndex).where(search.holding(user_id, terms)).order_by(*best).limit(limit)
    found = search.shown(db.session(), db.session.scalars(rows).all(), terms)
    for one in found:
        click.echo(f"{one.note.created_at.astimezone(UTC):%Y-%m-%d}  {one.note.title}")
        for match in one.matches or ():
            click.echo(f"    {_line(match)}")
    if not found:
        click.echo("Nothing was found.")


@group.command("reindex")
def reindex() -> None:
    """Make the search index of all notes anew."""
    search.reindex(db.session(), lambda done, total: click.echo(f"{done} of {total} notes"))


def _line(match: Match) -> str:
    """A match as text: when it was said, where it stands, the words found in bold."""
    minutes, seconds = divmod(int(match.start or 0), 60)
    when = "     " if match.start is None else f"{minutes:02}:{seconds:02}"
    words = (click.style(p.text, bold=True) if p.hit else p.text for p in match.snippet)
    return f"{when}  {match.field.replace('_', ' ')}: {''.join(words)}"
