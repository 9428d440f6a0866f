"""notes a person changed, and what a new analysis found -> the new notes, the person's part kept.

What they set as a whole stays. So do the statements they wrote or changed, in the place of what
says the same now. What they took out or rewrote does not come back. All the rest is the analysis's.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from talktotext.editing.draft import SHAPES
from talktotext.editing.likeness import matched
from talktotext.schema import ActionItem, Chapter, Edits, Evidence, Notes, Section, Statement

Bears = Callable[[Evidence], bool]
E = TypeVar("E", Statement, Chapter)


def carry(mine: Notes, theirs: Notes, bears: Bears) -> Notes:
    """What an analysis found, with what a person made of the notes before.

    Args:
        mine: the notes before.
        theirs: what was found; the fields in its `edits` were asked for anew, and are not kept.
        bears: whether evidence stands in the transcript as it is now.
    """
    fields = [field for field in mine.edits.fields if field not in theirs.edits.fields]
    update = {field: _whole(field, mine, theirs, bears) for field in fields}
    lists: dict[str, Any] = {field: _list(field, mine, theirs, bears) for field in SHAPES}
    lists["action_items"] = _recognised(mine.action_items, lists["action_items"])
    edits = Edits(fields=(*fields, *theirs.edits.fields), removed=mine.edits.removed)
    return theirs.model_copy(update={**update, **lists, "edits": edits})


def borne(notes: Notes, bears: Bears) -> Notes:
    """The notes without evidence that the transcript does not bear; every statement stays."""
    lists = ("summary", *SHAPES)
    update: dict[str, Any] = {
        field: tuple(_borne(one, bears) for one in getattr(notes, field)) for field in lists
    }
    update["chapters"] = tuple(_borne(one, bears) for one in notes.chapters)
    update["sections"] = tuple(_section(one, bears) for one in notes.sections)
    return notes.model_copy(update=update)


def _list(field: str, mine: Notes, theirs: Notes, bears: Bears) -> tuple[Statement, ...]:
    removed, found = mine.edits.removed.get(field, ()), getattr(theirs, field)
    back = set(matched(removed, found).values())
    out: list[Statement] = [one for place, one in enumerate(found) if place not in back]
    before = getattr(mine, field)
    own = {place: one for place, one in enumerate(before) if one.edited}
    places = matched(list(own.values()), out)
    for number, one in enumerate(own.values()):
        if number in places:
            evidence = out[places[number]].evidence if one.evidence else ()
            out[places[number]] = one.model_copy(update={"evidence": evidence})
    for number, (place, one) in enumerate(own.items()):
        if number not in places:
            out.insert(place, _borne(one, bears))
    return tuple(out)


def _recognised(
    before: Sequence[ActionItem], items: Sequence[ActionItem]
) -> tuple[ActionItem, ...]:
    """The items, those that were found again under the id that they had."""
    taken = {item.id for item in items if item.id}
    known = [item for item in before if item.id not in taken]
    out, new = list(items), [place for place, item in enumerate(items) if not item.id]
    for number, at in matched(known, [items[place] for place in new]).items():
        out[new[at]] = items[new[at]].model_copy(update={"id": known[number].id})
    return tuple(out)


def _whole(field: str, mine: Notes, theirs: Notes, bears: Bears) -> Any:
    if field == "sentiment":  # how each voice feels is the analysis's
        kept = mine.sentiment.model_dump(include={"label", "score"})
        return theirs.sentiment.model_copy(update=kept)
    if field == "chapters":
        return tuple(_borne(one, bears) for one in mine.chapters)
    if field == "sections":
        return tuple(_section(one, bears) for one in mine.sections)
    return getattr(mine, field)


def _section(section: Section, bears: Bears) -> Section:
    statements = tuple(_borne(one, bears) for one in section.statements)
    return section.model_copy(update={"statements": statements})


def _borne(one: E, bears: Bears) -> E:
    """Without evidence that no longer stands."""
    return one.model_copy(update={"evidence": tuple(filter(bears, one.evidence))})
