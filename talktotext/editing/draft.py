"""notes, and what a person wants otherwise -> notes, with the person's part marked.

What a person writes rests on nothing in the recording and so carries no evidence; what they leave
as it is keeps its own. People see voices by the names they gave them, and notes are kept by labels:
both go in, so that what is merely shown back is not taken for a change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

from talktotext.schema import ActionItem, Chapter, Edits, Notes, Section, Statement

SHAPES: dict[str, type[Statement]] = {
    "key_points": Statement,
    "decisions": Statement,
    "action_items": ActionItem,
    "open_questions": Statement,
}
DUE = {"due", "due_date"}

S = TypeVar("S", bound=Statement)
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """Notes in a person's hands.

    Attributes:
        notes: as they are kept.
        shown: the same as the person sees them.
        labels: {name: label} of the voices that people named.
    """

    notes: Notes
    shown: Notes
    labels: Mapping[str, str]

    def changed(self, given: Given) -> Notes:
        """The notes as the person wants them.

        Args:
            given: {field of Notes: value}, of any fields. Statements, chapters and sections are
                dicts of their members, the summary is a text, the mood a dict of some members.
        """
        lists, removed = {}, dict(self.notes.edits.removed)
        for field in (name for name in SHAPES if name in given):
            lists[field], gone = self._list(field, given[field])
            removed |= _remembered(removed, field, gone)
        whole = {field: value for field, value in self._whole(given) if value is not None}
        fields = tuple(dict.fromkeys((*self.notes.edits.fields, *whole)))
        edits = Edits(fields=fields, removed=removed)
        return self.notes.model_copy(update={**lists, **whole, "edits": edits})

    def with_item(self, index: int, given: Given) -> Notes:
        """The notes with other members of one action item. Raises IndexError."""
        items, removed = list(self.notes.action_items), self.notes.edits.removed
        before = items[index]
        items[index] = after = self._altered(before, self.shown.action_items[index], given)
        if after.text != before.text:
            removed = {**removed, **_remembered(removed, "action_items", [before])}
        edits = self.notes.edits.model_copy(update={"removed": removed})
        return self.notes.model_copy(update={"action_items": tuple(items), "edits": edits})

    def _list(self, field: str, given: Iterable[Given]) -> tuple[tuple[Statement, ...], list[Any]]:
        """Statements as they are given, and those of before whose words are not among them.

        One of before is known by its id where that is given, else by its text.
        """
        seen, out, gone = getattr(self.shown, field), [], []
        left = dict(enumerate(getattr(self.notes, field)))
        for one in given:
            place = _place(one, {place: seen[place] for place in left})
            own = {name: value for name, value in one.items() if name != "id"}
            if place is None:
                out.append(SHAPES[field](**self._by_labels(own), edited=True))
                continue
            before = left.pop(place)
            out.append(self._altered(before, seen[place], own))
            gone += [before] if out[-1].text != before.text else []
        return tuple(out), [*gone, *left.values()]

    def _altered(self, kept: S, seen: S, given: Given) -> S:
        """A statement with other members; in other words it rests on nothing."""
        update = {
            name: value
            for name, value in given.items()
            if _plain(value) not in (_plain(getattr(seen, name)), _plain(getattr(kept, name)))
        }
        if not update:
            return kept
        if DUE & update.keys():  # what was said of the day speaks of another one
            update |= dict.fromkeys(DUE - given.keys())
        if "text" in update:
            update["evidence"] = ()
        return kept.model_copy(update={**self._by_labels(update), "edited": True})

    def _by_labels(self, given: Given) -> dict[str, Any]:
        """Voices by their labels, so that they go on following their names."""
        return {
            name: self.labels.get(value, value) if name in ("owner", "speaker") else value
            for name, value in given.items()
        }

    def _whole(self, given: Given) -> Iterable[tuple[str, Any]]:
        """The fields that are set as a whole, each with its value, or None where it has that."""
        for field in (name for name in given if name not in SHAPES):
            make = getattr(self, f"_{field}", lambda value: value)
            value = make(given[field])
            yield field, None if value == getattr(self.notes, field) else value

    def _title(self, text: str) -> str:
        return self.notes.title if text == _plain(self.shown.title) else text

    def _summary(self, text: str) -> tuple[Statement, ...]:
        if _plain(text) == _plain(self.shown.abstract_summary):
            return self.notes.summary
        return (Statement(text=text, edited=True),) if text else ()

    def _keywords(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(words)

    def _sentiment(self, given: Given) -> Any:
        return self.notes.sentiment.model_copy(update=dict(given))

    def _chapters(self, given: Iterable[Given]) -> tuple[Chapter, ...]:
        seen = {(one.title, one.start): place for place, one in enumerate(self.shown.chapters)}
        in_turn = sorted(given, key=itemgetter("start"))
        places = [(one, seen.get((one["title"], one["start"]))) for one in in_turn]
        return tuple(
            Chapter(**one)
            if place is None
            else self.notes.chapters[place].model_copy(update=dict(one))
            for one, place in places
        )

    def _sections(self, given: Iterable[Given]) -> tuple[Section, ...]:
        return tuple(self._section(one) for one in given)

    def _section(self, given: Given) -> Section:
        kept = [s for section in self.notes.sections for s in section.statements]
        seen = [s.text for section in self.shown.sections for s in section.statements]
        known = dict(zip(reversed(seen), reversed(kept), strict=True))
        statements = (
            known.get(one["text"]) or Statement(text=one["text"], edited=True)
            for one in given["statements"]
        )
        return Section(**self._by_labels({**given, "statements": tuple(statements)}))


def _place(given: Given, seen: Mapping[int, Statement]) -> int | None:
    """Which of the statements is given, perhaps in other words; None where it is a new one."""
    mine = (
        p for p, one in seen.items() if given.get("id") and getattr(one, "id", None) == given["id"]
    )
    alike = (p for p, one in seen.items() if _plain(one.text) == _plain(given["text"]))
    return next(chain(mine, alike), None)


def _plain(value: Any) -> Any:
    """A text without regard to its white space, anything else as it is."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _remembered(
    removed: Mapping[str, tuple[Statement, ...]], field: str, gone: Sequence[Statement]
) -> dict[str, tuple[Statement, ...]]:
    """The statements of a field that are not to come back: those an analysis may find again."""
    known = removed.get(field, ())
    found = (Statement(text=one.text, evidence=one.evidence) for one in gone if one.evidence)
    every = (*known, *(one for one in found if one not in known))
    return {field: every} if every else {}
