"""Two versions of notes -> what was added, taken out and changed, field by field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from talktotext.editing.draft import SHAPES
from talktotext.editing.likeness import SAME, in_similar_words, matched
from talktotext.schema import Notes, Statement

# What is shown of the members of a list, and by what two of them are the same one.
MEMBERS: dict[str, tuple[set[str], Callable[[Mapping[str, Any]], Any]]] = {
    "chapters": ({"title", "start", "end"}, lambda one: one["start"]),
    "sections": ({"heading", "speaker", "statements"}, lambda o: (o["heading"], o["speaker"])),
    "participants": ({"name", "speaker"}, lambda one: one["speaker"] or one["name"]),
    "warnings": ({"code", "message"}, lambda one: one["code"]),
}
TEXTS = ("title", "abstract_summary", "meeting_type", "language")
MOOD = {"label", "score"}


class Change(BaseModel):
    """What was one thing and is another."""

    before: Any
    after: Any


class Difference(BaseModel):
    """How one field of the notes changed; texts in lists, dicts where there is more to them."""

    field: str
    added: list[Any] = Field([], description="What is new in a list.")
    removed: list[Any] = Field([], description="What is no longer in it.")
    changed: list[Change] = Field([], description="What is otherwise.")


def compare(before: Notes, after: Notes) -> list[Difference]:
    """The fields that differ, in the order in which they are read."""
    return [one for one in _fields(before, after) if one.added or one.removed or one.changed]


def _fields(before: Notes, after: Notes) -> Iterator[Difference]:
    for field in TEXTS:
        yield _value(field, getattr(before, field), getattr(after, field))
    for field in SHAPES:
        ones, others = getattr(before, field), getattr(after, field)
        pairs = matched(ones, others, (*SAME, in_similar_words))
        yield _list(field, [*map(_said, ones)], [*map(_said, others)], pairs)
    for field, (members, key) in MEMBERS.items():
        old, new = (_dumped(getattr(notes, field), members) for notes in (before, after))
        yield _list(field, old, new, _by(key, old, new))
    yield _list(
        "keywords", before.keywords, after.keywords, _by(str, before.keywords, after.keywords)
    )
    yield _value("sentiment", *(one.sentiment.model_dump(include=MOOD) for one in (before, after)))


def _value(field: str, before: Any, after: Any) -> Difference:
    changed = [] if before == after else [Change(before=before, after=after)]
    return Difference(field=field, changed=changed)


def _list(
    field: str, before: Sequence[Any], after: Sequence[Any], pairs: Mapping[int, int]
) -> Difference:
    kept = set(pairs.values())
    return Difference(
        field=field,
        added=[one for place, one in enumerate(after) if place not in kept],
        removed=[one for place, one in enumerate(before) if place not in pairs],
        changed=[
            Change(before=before[old], after=after[new])
            for old, new in sorted(pairs.items())
            if before[old] != after[new]
        ],
    )


def _by(key: Callable[[Any], Any], before: Sequence[Any], after: Sequence[Any]) -> dict[int, int]:
    """Pairs of members that are the same one, as places."""
    places = {key(one): place for place, one in reversed([*enumerate(after)])}
    found = {place: places.pop(key(one), None) for place, one in enumerate(before)}
    return {old: new for old, new in found.items() if new is not None}


def _said(statement: Statement) -> Any:
    """A statement as people read it: its words, and whatever else there is of an action item."""
    whole = statement.model_dump(mode="json", exclude={"id", "evidence", "edited"})
    return whole if len(whole) > 1 else statement.text


def _dumped(members: Sequence[BaseModel], include: set[str]) -> list[Any]:
    dumped = (one.model_dump(mode="json", include=include) for one in members)
    return [_with_texts(one) for one in dumped]


def _with_texts(member: dict[str, Any]) -> dict[str, Any]:
    """Its statements by their words alone."""
    if "statements" not in member:
        return member
    return {**member, "statements": [one["text"] for one in member["statements"]]}
