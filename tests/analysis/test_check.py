"""The check that every engine's notes pass: what the transcript does not bear goes."""

from typing import Any

import pytest

from talktotext.analysis.check import check
from talktotext.schema import (
    ActionItem,
    Chapter,
    Evidence,
    Notes,
    Participant,
    Section,
    Segment,
    Statement,
)

SAID = (
    Segment(index=7, start=0, end=3, text="So um we we ship on Friday, Tom.", speaker="S1"),
    Segment(index=8, start=3, end=5, text="Fine, I'll pack the boxes by noon.", speaker="S2"),
)
SHIPPING = "So um we we ship on Friday, Tom."
PACKING = "Fine, I'll pack the boxes by noon."


def quoted(quote: str, *segments: int, start: float = 0, end: float = 3) -> Evidence:
    return Evidence(segments=segments, start=start, end=end, quote=quote)


def stated(text: str, *evidence: Evidence) -> Statement:
    return Statement(text=text, evidence=evidence)


TRUE = stated("We ship on Friday.", quoted(SHIPPING, 7))
FALSE = {
    "a word nobody said": stated("We never ship on Friday.", quoted(SHIPPING, 7)),
    "words in another order": stated("Friday we ship.", quoted(SHIPPING, 7)),
    "a quote nobody said": stated("We ship on Monday.", quoted("We ship on Monday.", 7)),
    "a quote from elsewhere": stated("We ship on Friday.", quoted(SHIPPING, 8)),
    "no such segment": stated("We ship on Friday.", quoted(SHIPPING, 99)),
    "no segment": stated("We ship on Friday.", quoted(SHIPPING)),
    "another time": stated("We ship on Friday.", quoted(SHIPPING, 7, start=100, end=103)),
    "no evidence": stated("We ship on Friday."),
    "one quote of two": stated("We ship on Friday.", quoted(SHIPPING, 7), quoted("Never.", 8)),
}
KINDS = ("summary", "key_points", "decisions", "open_questions")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_said_stays(kind: str) -> None:
    notes = Notes.model_validate({"title": "", kind: (TRUE,)})
    assert check(notes, SAID) == (notes, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", FALSE)
def test_what_was_not_said_is_dropped_and_counted(kind: str, case: str) -> None:
    notes = Notes.model_validate({"title": "", kind: (TRUE, FALSE[case])})
    checked, dropped = check(notes, SAID)
    assert getattr(checked, kind) == (TRUE,)
    assert dropped == 1


def test_a_section_of_which_nothing_is_left_goes() -> None:
    sections = (
        Section(heading="Done", speaker="Tom", statements=(FALSE["no evidence"],)),
        Section(heading="Next", speaker="Zorro", statements=(TRUE,)),
    )
    [section] = check(Notes(title="", sections=sections), SAID)[0].sections
    assert (section.heading, section.speaker, section.statements) == ("Next", None, (TRUE,))


@pytest.mark.parametrize(
    ("owner", "kept"),
    [("S2", "S2"), ("Tom", "Tom"), ("tom", "tom"), ("Zorro", None), (None, None)],
)
def test_an_owner_speaks_or_is_named(owner: str | None, kept: str | None) -> None:
    item = task(owner=owner)
    assert check(Notes(title="", action_items=(item,)), SAID)[0].action_items[0].owner == kept


@pytest.mark.parametrize(("due", "kept"), [("by noon", "by noon"), ("by midnight", None)])
def test_a_due_day_was_said(due: str, kept: str | None) -> None:
    item = task(due=due, due_date="2026-11-20")
    [found] = check(Notes(title="", action_items=(item,)), SAID)[0].action_items
    assert (found.due, found.due_date is None) == (kept, kept is None)


def task(**more: Any) -> ActionItem:
    shown = {"segments": (8,), "start": 3, "end": 5, "quote": PACKING}
    return ActionItem.model_validate({"text": "Pack the boxes.", "evidence": (shown,), **more})


def test_people_keep_the_names_that_were_said() -> None:
    people = (
        Participant(name="Tom", speaker="S2"),
        Participant(name="Zorro", speaker="S1"),
        Participant(name="S1", speaker="S1"),
        Participant(name="Batman"),
    )
    checked = check(Notes(title="", participants=people), SAID)[0]
    assert [person.name for person in checked.participants] == ["Tom", "S1", "S1"]


SHIP = Chapter(title="Ship", start=0, end=3, evidence=(quoted(SHIPPING, 7),))
PACK = Chapter(title="Boxes", start=3, end=5, evidence=(quoted(PACKING, 8, start=3, end=5),))


@pytest.mark.parametrize(
    ("chapters", "kept"),
    [
        ((SHIP, PACK), ("Ship", "Boxes")),
        ((PACK, SHIP), ("Boxes",)),
        ((SHIP, PACK.model_copy(update={"start": 2.0})), ("Ship",)),
        ((SHIP, PACK.model_copy(update={"start": 4.0})), ("Ship",)),
        ((SHIP, PACK.model_copy(update={"title": "Bananas"})), ("Ship",)),
        ((SHIP, PACK.model_copy(update={"evidence": ()})), ("Ship",)),
    ],
)
def test_chapters_follow_each_other_and_hold_what_they_show(
    chapters: tuple[Chapter, ...], kept: tuple[str, ...]
) -> None:
    checked, dropped = check(Notes(title="", chapters=chapters), SAID)
    assert tuple(chapter.title for chapter in checked.chapters) == kept
    assert dropped == 2 - len(kept)


def test_an_engine_may_say_what_rests_on_its_evidence() -> None:
    """A language model puts things in its own words."""
    notes = Notes(title="", decisions=(stated("The shipment leaves.", quoted(SHIPPING, 7)),))
    assert check(notes, SAID, lambda text, evidence: "shipment" in text) == (notes, 0)
    assert check(notes, SAID, lambda text, evidence: False)[1] == 1
