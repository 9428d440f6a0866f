"""Versions of a note: what made them, how they differ, and back to one of them."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from talktotext.extensions import db
from talktotext.models import Note, NoteVersion, Segment
from talktotext.schema import Segment as Said
from tests.api.helpers import assert_problem
from tests.api.test_note_editing import change, note, noted, tick
from tests.conftest import Person
from tests.editing.made import FOUND


@pytest.fixture
def note_id(alice: Person) -> str:
    """A note as an analysis leaves it."""
    return noted(alice)


def versions(person: Person, note_id: str, path: str = "") -> Any:
    answer = person.get(f"/api/notes/{note_id}/versions{path}")
    assert answer.status_code == 200, answer.json
    return answer.json


def restore(person: Person, note_id: str, number: int, **options: Any) -> Any:
    return person.post(f"/api/notes/{note_id}/versions/{number}/restore", **options)


def age(person: Person) -> None:
    """Let a quarter of an hour pass for the versions there are."""
    with person.app.app_context():
        for version in db.session.scalars(sa.select(NoteVersion)):
            version.created_at -= timedelta(minutes=15)
        db.session.commit()


def counts(field: str, **numbers: int) -> dict[str, Any]:
    return {"field": field, "added": 0, "removed": 0, "changed": 0, **numbers}


def test_a_note_is_its_own_first_version(alice: Person) -> None:
    note_id = alice.make_note()
    (version,) = versions(alice, note_id)
    created_at = version.pop("created_at")
    assert created_at.endswith("Z")
    assert version == {
        "number": 1,
        "origin": "analysis",
        "engine": "extractive",
        "restored_from": None,
        "changes": [],
    }
    whole = versions(alice, note_id, "/1")
    assert whole == {**version, "created_at": created_at, "notes": note(alice, note_id)["notes"]}


def test_changes_within_a_while_are_one_version(alice: Person, note_id: str) -> None:
    for done in (True, False, True):
        tick(alice, note_id, 0, done=done)
    change(alice, note_id, title="Mine", key_points=["Costs are down.", "New."])
    newest, first = versions(alice, note_id)
    assert (first["number"], first["origin"], first["engine"]) == (1, "analysis", "extractive")
    assert (newest["number"], newest["origin"], newest["engine"]) == (2, "person", None)
    assert newest["changes"] == [
        counts("title", changed=1),
        counts("key_points", added=1, removed=1),
        counts("action_items", changed=1),
    ]
    assert versions(alice, note_id, "/2")["notes"] == note(alice, note_id)["notes"]
    assert versions(alice, note_id, "/1")["notes"]["title"] == "Weekly"


def test_a_later_change_is_a_version_of_its_own(alice: Person, note_id: str) -> None:
    tick(alice, note_id, 0, done=True)
    age(alice)
    tick(alice, note_id, 1, done=True)
    assert [one["number"] for one in versions(alice, note_id)] == [3, 2, 1]
    page = alice.get(f"/api/notes/{note_id}/versions?limit=2")
    assert [one["number"] for one in page.json] == [3, 2]
    assert page.headers["X-Total-Count"] == "3" and 'rel="next"' in page.headers["Link"]


def test_what_changes_nothing_in_the_notes_is_no_version(alice: Person, note_id: str) -> None:
    change(alice, note_id, title="Weekly")
    alice.patch(f"/api/notes/{note_id}/transcript/0", json={"text": "We meet."})
    assert [one["number"] for one in versions(alice, note_id)] == [1]


def test_a_name_makes_a_version(alice: Person, note_id: str) -> None:
    alice.patch(f"/api/notes/{note_id}/speakers", json={"Speaker 1": "Maria"})
    (newest, _) = versions(alice, note_id)
    changed = [one["field"] for one in newest["changes"]]
    assert changed == ["action_items", "sections", "participants"]
    assert versions(alice, note_id, "/1")["notes"]["participants"][0]["name"] == "Speaker 1"


def test_two_versions_are_compared_field_by_field(alice: Person, note_id: str) -> None:
    change(alice, note_id, title="Mine", decisions=[], open_questions=["Who pays?", "When?"])
    assert versions(alice, note_id, "/1/compare/2") == {
        "before": 1,
        "after": 2,
        "changes": [
            {
                "field": "title",
                "added": [],
                "removed": [],
                "changed": [{"before": "Weekly", "after": "Mine"}],
            },
            {"field": "decisions", "added": [], "removed": ["We ship on Monday."], "changed": []},
            {"field": "open_questions", "added": ["When?"], "removed": [], "changed": []},
        ],
    }
    back = versions(alice, note_id, "/2/compare/1")["changes"]
    assert back[1]["added"] == ["We ship on Monday."]
    assert versions(alice, note_id, "/2/compare/2")["changes"] == []


def test_a_version_is_brought_back_whole_as_a_new_one(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    change(
        alice,
        note_id,
        title="Mine",
        decisions=[],
        participants=[{"speaker": "Speaker 1", "name": "Maria"}],
    )
    changed = note(alice, note_id)
    answer = restore(alice, note_id, 1)
    assert answer.status_code == 200, answer.json
    assert answer.json == note(alice, note_id) == before
    newest = versions(alice, note_id)[0]
    assert (newest["number"], newest["origin"], newest["restored_from"]) == (3, "restore", 1)
    assert [one["id"] for one in alice.get("/api/history?q=weekly").json] == [note_id]
    assert restore(alice, note_id, 2).json == changed
    tick(alice, note_id, 0, done=True)
    assert [one["number"] for one in versions(alice, note_id)] == [5, 4, 3, 2, 1]


def test_after_another_transcription_voices_and_evidence_are_those_of_now(
    alice: Person, note_id: str
) -> None:
    alice.patch(f"/api/notes/{note_id}/speakers", json={"Speaker 1": "Maria"})
    tick(alice, note_id, 1, owner="Speaker 2")
    with alice.app.app_context():
        row = db.session.get_one(Note, note_id)
        people = [person.model_copy(update={"share": 0.9}) for person in FOUND.participants]
        anew = FOUND.model_copy(update={"title": "Anew", "participants": tuple(people[::-1])})
        row.take, row.document, row.speaker_names = 1, anew.model_dump(mode="json"), {}
        texts = ["We met.", "Sails are up."]
        heard = [Said(index=i, start=5.0 * i, end=5.0 * i + 5, text=t) for i, t in enumerate(texts)]
        db.session.add_all(Segment.of(row.upload_id, said, 1) for said in heard)
        db.session.commit()
    restored = restore(alice, note_id, 2).json
    assert restored["title"] == "Weekly"
    assert [person["share"] for person in restored["participants"]] == [0.9, 0.9]
    assert restored["speaker_names"] == {}
    assert [item["owner"] for item in restored["action_items"]] == ["Maria", None]
    found = restored["notes"]
    assert found["summary"][0]["evidence"] and not found["key_points"][0]["evidence"]


def test_versions_that_are_not_there_are_not_found(alice: Person, note_id: str) -> None:
    for path in ("/2", "/0", f"/{10**9}", "/1/compare/2", "/2/compare/1"):
        answer = alice.get(f"/api/notes/{note_id}/versions{path}")
        assert_problem(answer, 404, "not_found", "Version not found")
    assert_problem(restore(alice, note_id, 2), 404, error="Version not found")
    other = noted(alice)
    change(alice, other, title="Other")
    assert_problem(alice.get(f"/api/notes/{note_id}/versions/2"), 404)


def test_a_note_that_has_changed_is_not_brought_back(alice: Person, note_id: str) -> None:
    tag = alice.get(f"/api/notes/{note_id}").headers["ETag"]
    change(alice, note_id, title="Mine")
    answer = restore(alice, note_id, 1, headers={"If-Match": tag})
    assert_problem(answer, 412, "outdated")
    assert note(alice, note_id)["title"] == "Mine"


def test_versions_go_with_their_note(alice: Person, note_id: str) -> None:
    change(alice, note_id, title="Mine")
    assert alice.delete(f"/api/notes/{note_id}").status_code == 204
    with alice.app.app_context():
        assert db.session.query(NoteVersion).count() == 0


def test_nobody_else_sees_versions(alice: Person, bob: Person, note_id: str) -> None:
    change(alice, note_id, title="Mine")
    for path in ("", "/1", "/1/compare/2"):
        answer = bob.get(f"/api/notes/{note_id}/versions{path}")
        assert_problem(answer, 404, "not_found", "Note not found")
    assert_problem(restore(bob, note_id, 1), 404, error="Note not found")
    assert note(alice, note_id)["title"] == "Mine"
