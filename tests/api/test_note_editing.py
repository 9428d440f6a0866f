"""Notes that people change: marked, without false evidence, and shown everywhere."""

from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from talktotext.extensions import db
from talktotext.jobs.shown import show
from talktotext.jobs.versions import keep_version
from talktotext.models import Note, Segment, Upload
from talktotext.schema import Segment as Said
from tests.api.helpers import add_note, assert_problem
from tests.api.test_downloads import text_of
from tests.conftest import Person
from tests.editing.made import FOUND

WORDS = ("We met.", "Sales are up.", "Costs are down.", "We ship on Monday.")
WORDS += ("Write the report.", "Call the printer.", "Who pays?", "It works.")


def transcript() -> list[Said]:
    """What `FOUND` was found in: five seconds a segment, two voices in turn."""
    return [
        Said(index=i, start=5.0 * i, end=5.0 * i + 5, text=text, speaker=f"Speaker {i % 2 + 1}")
        for i, text in enumerate(WORDS)
    ]


@pytest.fixture
def note_id(alice: Person) -> str:
    """A note as an analysis leaves it."""
    return noted(alice)


def noted(person: Person) -> str:
    note_id = add_note(person, "Weekly", said=[])
    with person.app.app_context():
        note = db.session.get_one(Note, note_id)
        note.speaker_names, note.duration = {}, 40.0
        show(note, FOUND, transcript())
        db.session.add_all(Segment.of(note.upload_id, said) for said in transcript())
        keep_version(db.session(), note, origin="analysis", engine="extractive")
        db.session.commit()
    return note_id


def note(person: Person, note_id: str) -> dict[str, Any]:
    return dict(person.get(f"/api/notes/{note_id}").json)


def change(person: Person, note_id: str, **fields: Any) -> Any:
    return person.patch(f"/api/notes/{note_id}", json=fields)


def tick(person: Person, note_id: str, index: int, **members: Any) -> Any:
    return person.patch(f"/api/notes/{note_id}/action-items/{index}", json=members)


def own(text: str) -> dict[str, Any]:
    """A statement that a person wrote."""
    return {"text": text, "evidence": [], "edited": True}


def test_any_field_can_be_changed_and_the_answer_is_the_note(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    answer = change(
        alice,
        note_id,
        title=" Sales ",
        abstract_summary="First.\n\n Second  line. ",
        key_points=["Sales are flat.", "Costs are down."],
        decisions=[{"text": "We wait."}],
        open_questions=[],
        keywords=["sales", "hiring"],
        meeting_type="planning",
        language="de",
        sentiment={"label": "mixed", "score": -0.25},
        participants=[{"speaker": "Speaker 1", "name": "Maria"}],
        chapters=[{"title": "All", "start": 0, "end": 40}],
        sections=[{"heading": "Open", "statements": ["It works.", "New."]}],
    )
    assert answer.status_code == 200, answer.json
    after = note(alice, note_id)
    assert answer.json == after
    found = after["notes"]
    unchanged = {"upload_id", "id", "created_at", "duration", "complete", "engine", "transcription"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert after["title"] == found["title"] == "Sales"
    assert after["abstract_summary"] == "First.\n\nSecond line."
    assert found["summary"] == [own("First.\n\nSecond line.")]
    assert after["key_points"] == ["Sales are flat.", "Costs are down."]
    kept = before["notes"]["key_points"][1]
    assert found["key_points"] == [own("Sales are flat."), kept] and kept["evidence"]
    assert (found["decisions"], found["open_questions"]) == ([own("We wait.")], [])
    assert found["keywords"] == ["sales", "hiring"]
    assert (after["meeting_type"], after["language"]) == ("planning", "de")
    assert (after["sentiment"]["label"], after["sentiment"]["score"]) == ("mixed", -0.25)
    assert after["sentiment"]["by_speaker"] == {"Ben": 0.5}
    assert [person["name"] for person in after["participants"]] == ["Maria", "Ben"]
    assert after["speaker_names"] == {"Speaker 1": "Maria"}
    assert after["transcript"].startswith("Maria: We met.")
    assert [(one["title"], one["evidence"]) for one in found["chapters"]] == [("All", [])]
    (section,) = found["sections"]
    assert section["statements"] == [before["notes"]["sections"][0]["statements"][0], own("New.")]
    assert after["action_items"][0]["owner"] == "Maria"


def test_what_is_merely_sent_back_is_no_change(alice: Person, note_id: str) -> None:
    change(alice, note_id, participants=[{"speaker": "Speaker 1", "name": "Maria"}])
    before = note(alice, note_id)
    names = ("decisions", "open_questions", "chapters", "sections", "keywords")
    body = {**before, **{name: before["notes"][name] for name in names}}
    answer = alice.patch(f"/api/notes/{note_id}", json=body)
    assert answer.json == before
    assert len(alice.get(f"/api/notes/{note_id}/versions").json) == 2


def test_a_change_shows_in_lists_search_and_documents(alice: Person, note_id: str) -> None:
    assert "Weekly" in text_of("docx", alice.get(f"/api/download/docx/{note_id}").data)
    change(alice, note_id, title="Zebra crossing", decisions=["We buy a giraffe."])
    (listed,) = alice.get("/api/notes").json
    assert listed["title"] == "Zebra crossing"
    for kind in ("docx", "pdf"):
        answer = alice.get(f"/api/download/{kind}/{note_id}")
        assert "Zebra crossing" in answer.headers["Content-Disposition"]
        text = text_of(kind, answer.data)
        assert "giraffe" in text and "Monday" not in text.split("Transcript")[0].split("Due")[0]
    assert [one["id"] for one in alice.get("/api/history?q=giraffe").json] == [note_id]
    assert alice.get("/api/history?q=weekly").json == []


def test_an_item_is_ticked_off_everywhere(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    answer = tick(alice, note_id, 1, done=True)
    assert answer.status_code == 200, answer.json
    after = note(alice, note_id)
    assert answer.json == after
    ticked = {**before["action_items"][1], "done": True, "edited": True}
    assert after["action_items"] == [before["action_items"][0], ticked]
    assert after["notes"]["action_items"] == after["action_items"]
    left = alice.get("/api/action-items?done=false").json
    assert [item["text"] for item in left] == ["Write the report."]
    assert tick(alice, note_id, 1, done=False).json["action_items"][1]["done"] is False


def test_an_item_can_be_put_otherwise(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)["action_items"][0]
    (item, _) = tick(
        alice,
        note_id,
        0,
        text=" Write  it up. ",
        owner="Zoë",
        due=None,
        due_date="2026-12-01",
        priority="high",
    ).json["action_items"]
    assert item == {
        "id": before["id"],
        "text": "Write it up.",
        "evidence": [],
        "edited": True,
        "owner": "Zoë",
        "due": None,
        "due_date": "2026-12-01",
        "priority": "high",
        "done": False,
    }


def calendar(person: Person, note_id: str) -> dict[str, str]:
    """What is due, as a calendar has it: {UID: summary}."""
    found = Calendar.from_ical(person.get(f"/api/download/ics/{note_id}").data).walk("VEVENT")
    return {str(event["uid"]): str(event["summary"]) for event in found}


def test_a_calendar_knows_an_item_again(alice: Person, note_id: str) -> None:
    """In other words, in another place, without its neighbour, and of a version brought back."""
    for index in (0, 1):
        tick(alice, note_id, index, due_date="2026-12-01")
    report, call = calendar(alice, note_id)
    tick(alice, note_id, 0, text="Print it.")
    assert calendar(alice, note_id) == {report: "Print it.", call: "Call the printer."}
    _, second = note(alice, note_id)["action_items"]
    change(alice, note_id, action_items=[{"id": second["id"], "text": "Ring."}, "Print it."])
    assert calendar(alice, note_id) == {call: "Ring.", report: "Print it."}
    change(alice, note_id, action_items=["Print it.", {"text": "New.", "due_date": "2026-12-01"}])
    (new,) = calendar(alice, note_id).keys() - {report}
    assert calendar(alice, note_id) == {report: "Print it.", new: "New."}
    assert new != call
    alice.post(f"/api/notes/{note_id}/versions/1/restore")
    assert calendar(alice, note_id) == {report: "Write the report."}


def test_an_owner_follows_the_name_of_the_voice(alice: Person, note_id: str) -> None:
    speakers = f"/api/notes/{note_id}/speakers"
    alice.patch(speakers, json={"Speaker 1": "Maria"})
    tick(alice, note_id, 1, owner="Maria")
    alice.patch(speakers, json={"Speaker 1": "Mary"})
    assert [item["owner"] for item in note(alice, note_id)["action_items"]] == ["Mary", "Mary"]


def test_only_what_is_there_is_ticked_off(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    for index in (2, 10**9):
        assert_problem(tick(alice, note_id, index, done=True), 404, error="Action item not found")
    assert_problem(alice.patch(f"/api/notes/{note_id}/action-items/-1", json={}), 404)
    assert note(alice, note_id) == before


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"transcript": "x"},
        {"title": ""},
        {"title": None},
        {"title": "x" * 301},
        {"title": "a\x1bb"},
        {"abstract_summary": "a\0b"},
        {"abstract_summary": None},
        {"key_points": "x"},
        {"key_points": [""]},
        {"key_points": [None]},
        {"key_points": [{"evidence": []}]},
        {"key_points": ["x"] * 501},
        {"action_items": [{"done": True}]},
        {"action_items": [{"text": "x", "due_date": "soon"}]},
        {"action_items": [{"text": "x", "priority": "urgent"}]},
        {"meeting_type": "party"},
        {"language": "xx"},
        {"sentiment": {"label": "angry"}},
        {"sentiment": {"score": 2}},
        {"chapters": [{"title": "x", "start": 5, "end": 1}]},
        {"chapters": [{"title": "x", "start": -5, "end": 1}]},
        {"chapters": [{"title": "x", "start": 0, "end": 1e308}]},
        {"sections": [{"heading": "x"}]},
        {"keywords": ["x" * 101]},
        {"participants": [{"speaker": "Speaker 9", "name": "x"}]},
        {"participants": [{"name": "Somebody"}]},
        {"title": "Good", "decisions": [7]},
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(
    alice: Person, note_id: str, fields: dict[str, Any]
) -> None:
    before = note(alice, note_id)
    assert_problem(change(alice, note_id, **fields), 400)
    assert note(alice, note_id) == before


@pytest.mark.parametrize("members", [{"text": None}, {"text": " "}, {"done": None}, {"done": 7}])
def test_what_no_item_can_be_is_refused(
    alice: Person, note_id: str, members: dict[str, Any]
) -> None:
    before = note(alice, note_id)
    assert_problem(tick(alice, note_id, 0, **members), 400)
    assert note(alice, note_id) == before


def if_match(person: Person, note_id: str, tag: str, **fields: Any) -> Any:
    headers = {**person.headers, "If-Match": tag}
    return person.client.patch(f"/api/notes/{note_id}", json=fields, headers=headers)


def test_a_note_that_has_changed_is_not_overwritten(alice: Person, note_id: str) -> None:
    tag = alice.get(f"/api/notes/{note_id}").headers["ETag"]
    first = if_match(alice, note_id, tag, title="First")
    assert (first.status_code, first.json["title"]) == (200, "First")
    assert first.headers["ETag"] != tag
    assert_problem(if_match(alice, note_id, tag, title="Second"), 412, "outdated")
    assert note(alice, note_id)["title"] == "First"
    for good in (first.headers["ETag"], "*"):
        assert if_match(alice, note_id, good, title="Third").status_code == 200
    weak = "W/" + alice.get(f"/api/notes/{note_id}").headers["ETag"]
    assert if_match(alice, note_id, weak, title="Fourth").status_code == 200


def test_the_tag_is_of_every_change(alice: Person, note_id: str) -> None:
    def tag() -> str:
        return str(alice.get(f"/api/notes/{note_id}").headers["ETag"])

    seen = [tag()]
    tick(alice, note_id, 0, done=True)
    seen.append(tag())
    alice.patch(f"/api/notes/{note_id}/transcript/0", json={"text": "x"})
    seen.append(tag())
    alice.patch(f"/api/notes/{note_id}/speakers", json={"Speaker 1": "Maria"})
    seen.append(tag())
    assert len(set(seen)) == 4


def test_what_is_being_worked_on_is_not_changed(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    with alice.app.app_context():
        db.session.execute(sa.update(Upload).values(status="processing"))
        db.session.commit()
    assert_problem(change(alice, note_id, title="x"), 409, "conflict")
    assert_problem(tick(alice, note_id, 0, done=True), 409, "conflict")
    assert note(alice, note_id) == before


def test_nobody_else_changes_a_note(alice: Person, bob: Person, note_id: str) -> None:
    before = note(alice, note_id)
    for answer in (
        change(bob, note_id, title="Bob's"),
        change(bob, note_id, title=7),
        tick(bob, note_id, 0, done=True),
        tick(bob, note_id, 7, done=7),
        bob.post(f"/api/notes/{note_id}/regenerate"),
        bob.post(f"/api/notes/{note_id}/regenerate", json={"analyzer": 7}),
    ):
        assert_problem(answer, 404, "not_found", "Note not found")
    assert note(alice, note_id) == before
