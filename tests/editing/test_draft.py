"""What a person changes is marked and rests on nothing; what they leave alone stays as it is."""

from datetime import date

import pytest

from talktotext.editing import Draft, renamed
from talktotext.schema import Statement
from tests.editing.made import FOUND, found

NAMES = {"Speaker 1": "Maria"}
DRAFT = Draft(FOUND, renamed(FOUND, NAMES), {"Maria": "Speaker 1"})


def texts(*words: str) -> list[dict[str, str]]:
    return [{"text": text} for text in words]


def test_what_is_merely_shown_back_changes_nothing() -> None:
    shown = DRAFT.shown.model_dump()
    given = {
        **{name: shown[name] for name in ("title", "meeting_type", "keywords", "language")},
        **{name: texts(*(s["text"] for s in shown[name])) for name in ("key_points", "decisions")},
        "summary": "We met.",
        "action_items": [
            {k: v for k, v in item.items() if k not in ("evidence", "edited")}
            for item in shown["action_items"]
        ],
        "open_questions": texts("Who pays?"),
        "sentiment": {"label": "positive", "score": 0.5},
        "chapters": [{"title": "Sales", "start": 0, "end": 20}],
        "sections": [
            {"heading": "Done", "speaker": "Maria", "statements": texts("It works.")},
        ],
    }
    assert DRAFT.changed(given) == FOUND


def test_a_text_in_other_words_rests_on_nothing_and_its_origin_does_not_come_back() -> None:
    notes = DRAFT.changed({"key_points": texts("Sales are flat.", "Costs are down.")})
    assert notes.key_points == (Statement(text="Sales are flat.", edited=True), FOUND.key_points[1])
    assert notes.edits.removed == {"key_points": (FOUND.key_points[0],)}
    assert notes.edits.fields == ()


def test_what_a_person_wrote_and_took_out_again_is_forgotten() -> None:
    once = DRAFT.changed({"decisions": texts("We wait.", "We ship on Monday.")})
    assert [one.edited for one in once.decisions] == [True, False]
    twice = Draft(once, once, {}).changed({"decisions": texts("We ship on Monday.")})
    assert twice == FOUND


def test_the_same_words_twice_are_two_statements() -> None:
    notes = DRAFT.changed({"open_questions": texts("Who pays?", "Who pays?")})
    assert notes.open_questions == (
        found(30, "Who pays?"),
        Statement(text="Who pays?", edited=True),
    )


def test_fields_are_set_as_a_whole_and_marked() -> None:
    notes = DRAFT.changed({"title": "Sales", "summary": "All well.", "keywords": ["sales"]})
    assert (notes.title, notes.keywords) == ("Sales", ("sales",))
    assert notes.summary == (Statement(text="All well.", edited=True),)
    assert set(notes.edits.fields) == {"title", "summary", "keywords"}
    assert Draft(notes, notes, {}).changed({"summary": ""}).summary == ()


def test_a_mood_keeps_what_is_not_given() -> None:
    notes = DRAFT.changed({"sentiment": {"label": "mixed"}})
    assert (notes.sentiment.label, notes.sentiment.score) == ("mixed", 0.5)
    assert notes.sentiment.by_speaker == {"Ben": 0.5}


def test_chapters_and_sections_keep_the_evidence_of_what_stays() -> None:
    chapters = [{"title": "Sales", "start": 0, "end": 9}, {"title": "Rest", "start": 9, "end": 20}]
    sections = [
        {"heading": "Done", "speaker": None, "statements": texts("It works.", "It is fast.")}
    ]
    notes = DRAFT.changed({"chapters": chapters, "sections": sections})
    assert [(c.title, c.end, len(c.evidence)) for c in notes.chapters] == [
        ("Sales", 9, 1),
        ("Rest", 20, 0),
    ]
    (section,) = notes.sections
    assert section.statements == (
        FOUND.sections[0].statements[0],
        Statement(text="It is fast.", edited=True),
    )
    assert section.speaker is None


def test_chapters_are_in_order_of_time() -> None:
    given = [{"title": "B", "start": 5, "end": 9}, {"title": "A", "start": 0, "end": 5}]
    assert [one.title for one in DRAFT.changed({"chapters": given}).chapters] == ["A", "B"]


def test_an_item_that_is_ticked_off_keeps_its_evidence() -> None:
    notes = DRAFT.with_item(0, {"done": True})
    item, other = notes.action_items
    assert item == FOUND.action_items[0].model_copy(update={"done": True, "edited": True})
    assert other == FOUND.action_items[1]
    assert notes.edits == FOUND.edits


def test_an_item_in_other_words_has_none() -> None:
    notes = DRAFT.with_item(0, {"text": "Write it."})
    assert (notes.action_items[0].text, notes.action_items[0].evidence) == ("Write it.", ())
    (removed,) = notes.edits.removed["action_items"]
    assert (removed.text, removed.evidence) == ("Write the report.", FOUND.action_items[0].evidence)
    again = Draft(notes, notes, {}).with_item(0, {"text": "Print it."})
    assert again.edits == notes.edits


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Maria", "Speaker 1"), ("Ben", "Ben"), ("Zoë", "Zoë"), (None, None)],
)
def test_an_owner_whom_a_person_named_follows_that_name(given: str | None, kept: str) -> None:
    assert DRAFT.with_item(1, {"owner": given}).action_items[1].owner == kept


def test_another_day_is_not_what_was_said() -> None:
    day = date(2026, 12, 1)
    item = DRAFT.with_item(0, {"due_date": day}).action_items[0]
    assert (item.due, item.due_date) == (None, day)
    item = DRAFT.with_item(0, {"due": "soon"}).action_items[0]
    assert (item.due, item.due_date) == ("soon", None)
    item = DRAFT.with_item(0, {"due": "in December", "due_date": day}).action_items[0]
    assert (item.due, item.due_date) == ("in December", day)


def test_an_item_is_the_same_one_in_whatever_words() -> None:
    given = [{"id": "call", "text": "Ring the printer."}, {"text": "Write the report."}]
    call, report = DRAFT.changed({"action_items": given}).action_items
    assert (call.id, call.text, call.evidence, call.owner) == (
        "call",
        "Ring the printer.",
        (),
        "Ben",
    )
    assert report == FOUND.action_items[0]
    notes = DRAFT.changed({"action_items": given})
    assert [one.text for one in notes.edits.removed["action_items"]] == ["Call the printer."]
    assert DRAFT.with_item(1, {"text": "Ring the printer."}).action_items[1] == call


def test_an_id_that_there_is_not_is_given_to_nobody() -> None:
    given = [{"id": "x", "text": "Call the printer."}, *[{"id": "report", "text": "New."}] * 2]
    call, report, new = DRAFT.changed({"action_items": given}).action_items
    assert call == FOUND.action_items[1]
    assert (report.id, report.text, report.owner) == ("report", "New.", "Speaker 1")
    assert (new.id, new.text, new.owner) == (None, "New.", None)


def test_there_is_no_item_past_the_last() -> None:
    with pytest.raises(IndexError):
        DRAFT.with_item(2, {"done": True})
