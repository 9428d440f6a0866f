"""Two versions side by side."""

from talktotext.editing import Draft, compare
from talktotext.schema import Notes, Notice, Participant
from tests.editing.made import FOUND


def compared(after: Notes) -> list[dict[str, object]]:
    return [one.model_dump() for one in compare(FOUND, after)]


def field(name: str, **values: object) -> dict[str, object]:
    return {"field": name, "added": [], "removed": [], "changed": [], **values}


def one(before: object, after: object) -> list[dict[str, object]]:
    return [{"before": before, "after": after}]


def test_the_same_notes_do_not_differ() -> None:
    assert compared(FOUND) == []


def test_texts_are_compared_as_a_whole() -> None:
    after = Draft(FOUND, FOUND, {}).changed({"title": "Sales", "summary": "All well."})
    assert compared(after) == [
        field("title", changed=one("Weekly", "Sales")),
        field("abstract_summary", changed=one("We met.", "All well.")),
    ]


def test_statements_are_added_taken_out_and_changed() -> None:
    given = {
        "key_points": [{"text": "Sales are flat."}, {"text": "We hire three people."}],
        "decisions": [],
    }
    assert compared(Draft(FOUND, FOUND, {}).changed(given)) == [
        field(
            "key_points",
            added=["We hire three people."],
            removed=["Costs are down."],
            changed=one("Sales are up.", "Sales are flat."),
        ),
        field("decisions", removed=["We ship on Monday."]),
    ]


def test_an_item_that_is_ticked_off_is_a_changed_one() -> None:
    (difference,) = compared(Draft(FOUND, FOUND, {}).with_item(1, {"done": True}))
    before = {
        "text": "Call the printer.",
        "owner": "Ben",
        "due": None,
        "due_date": None,
        "priority": None,
        "done": False,
    }
    assert difference == field("action_items", changed=one(before, {**before, "done": True}))


def test_all_else_that_people_read_is_compared() -> None:
    after = FOUND.model_copy(
        update={
            "participants": (
                Participant(name="Maria", speaker="Speaker 1"),
                Participant(name="Zoë", speaker="Speaker 3"),
            ),
            "keywords": ("costs", "hiring"),
            "sentiment": FOUND.sentiment.model_copy(update={"label": "mixed"}),
            "chapters": (),
            "sections": (FOUND.sections[0].model_copy(update={"statements": ()}),),
            "warnings": (Notice(code="partial", message="Half."),),
        }
    )
    assert compared(after) == [
        field("chapters", removed=[{"title": "Sales", "start": 0.0, "end": 20.0}]),
        field(
            "sections",
            changed=one(
                {"heading": "Done", "speaker": "Speaker 1", "statements": ["It works."]},
                {"heading": "Done", "speaker": "Speaker 1", "statements": []},
            ),
        ),
        field(
            "participants",
            added=[{"name": "Zoë", "speaker": "Speaker 3"}],
            removed=[{"name": "Ben", "speaker": "Speaker 2"}],
            changed=one(
                {"name": "Speaker 1", "speaker": "Speaker 1"},
                {"name": "Maria", "speaker": "Speaker 1"},
            ),
        ),
        field("warnings", added=[{"code": "partial", "message": "Half."}]),
        field("keywords", added=["hiring"], removed=["sales"]),
        field(
            "sentiment",
            changed=one({"label": "positive", "score": 0.5}, {"label": "mixed", "score": 0.5}),
        ),
    ]
