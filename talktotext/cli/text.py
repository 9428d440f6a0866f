"""Notes on a terminal."""

from collections.abc import Iterator

from talktotext.documents.content import section_heading
from talktotext.documents.text import clock
from talktotext.schema import ActionItem, Notes, Statement


def notes_text(notes: Notes) -> str:
    """The notes as plain text, without the transcript."""
    return "\n".join(_lines(notes))


def _lines(notes: Notes) -> Iterator[str]:
    yield from (notes.title, "=" * len(notes.title), "")
    people = ", ".join(f"{p.name} ({p.share:.0%})" for p in notes.participants)
    yield f"{notes.meeting_type.replace('_', ' ')} · {notes.sentiment.label} · {people or 'nobody'}"
    yield from (f"! {warning.message}" for warning in notes.warnings)
    yield from _section("Summary", [notes.abstract_summary] if notes.summary else [])
    yield from _section("Topics", [f"- {one.title} [{clock(one.start)}]" for one in notes.chapters])
    yield from _section("Key points", [f"- {_said(point)}" for point in notes.key_points])
    for own in notes.sections:
        yield from _section(section_heading(own), [f"- {_said(one)}" for one in own.statements])
    yield from _section("Decisions", [f"- {_said(decision)}" for decision in notes.decisions])
    yield from _section("Action items", [f"- [ ] {_task(item)}" for item in notes.action_items])
    yield from _section(
        "Open questions", [f"- {_said(question)}" for question in notes.open_questions]
    )


def _section(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, "-" * len(heading), *lines] if lines else []


def _said(statement: Statement) -> str:
    if not statement.evidence:
        return statement.text
    return f"{statement.text} [{clock(statement.evidence[0].start)}]"


def _task(item: ActionItem) -> str:
    due = f"{item.due} ({item.due_date})" if item.due_date and item.due else item.due
    who = " · ".join(part for part in (item.owner, due) if part)
    return f"{_said(item)} — {who}" if who else _said(item)
