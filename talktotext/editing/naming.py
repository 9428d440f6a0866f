"""What voices are called in notes: by the names people give them, or by other labels."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from talktotext.editing.draft import SHAPES
from talktotext.schema import Notes, Section, Statement

# Labels as we give them, which are no words of a language, so that they can be told in a sentence.
_LABEL = re.compile(r"\bSpeaker \d+\b")
S = TypeVar("S", bound=Statement)
Called = Mapping[str, str | None]


def renamed(notes: Notes, names: Mapping[str, str]) -> Notes:
    """The notes with voices called by the names that people gave them.

    What somebody is to do, what is told of them, and how they feel, follows: where it was the
    label's, and where it was that of the name which the analysis had found for it.

    Args:
        names: {label: name}, of some voices or of all.
    """
    if not names:
        return notes
    found = {p.name: names[p.speaker or ""] for p in notes.participants if p.speaker in names}
    called = {**found, **names}
    people = (
        person.model_copy(update={"name": names.get(person.speaker or "", person.name)})
        for person in notes.participants
    )
    moods = {called.get(who, who): score for who, score in notes.sentiment.by_speaker.items()}
    update = {
        "participants": tuple(people),
        "sentiment": notes.sentiment.model_copy(update={"by_speaker": moods}),
    }
    return relabelled(notes, called).model_copy(update=update)


def relabelled(notes: Notes, called: Called) -> Notes:
    """The notes with other labels in what is told of voices: owners, sections, and in sentences;
    who takes part, and how they feel, stays.

    Args:
        called: {label: what it is called now}; None where nobody is left of that voice.
    """
    lists: dict[str, Any] = {
        field: tuple(_statement(one, called) for one in getattr(notes, field))
        for field in ("summary", *SHAPES)
    }
    chapters = (
        one.model_copy(update={"title": _text(one.title, called)}) for one in notes.chapters
    )
    return notes.model_copy(
        update={
            **lists,
            "title": _text(notes.title, called),
            "chapters": tuple(chapters),
            "sections": tuple(_section(one, called) for one in notes.sections),
        }
    )


def _statement(statement: S, called: Called) -> S:
    update: dict[str, Any] = {"text": _text(statement.text, called)}
    if owner := getattr(statement, "owner", None):
        update["owner"] = called.get(owner, owner)
    return statement.model_copy(update=update)


def _section(section: Section, called: Called) -> Section:
    statements = tuple(_statement(one, called) for one in section.statements)
    who = section.speaker
    speaker = called.get(who, who) if who else None
    return section.model_copy(update={"statements": statements, "speaker": speaker})


def _text(text: str, called: Called) -> str:
    return _LABEL.sub(lambda label: called.get(label[0]) or label[0], text)
