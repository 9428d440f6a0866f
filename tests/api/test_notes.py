"""Reading notes: one whole, lists in pages, lists by conditions."""

import base64
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from requests.utils import parse_header_links

from talktotext.extensions import db
from talktotext.models import Note
from tests.api.helpers import WHEN, add_note, assert_problem
from tests.conftest import Person

LISTED = {
    *("id", "title", "created_at", "language", "duration", "abstract_summary", "sentiment"),
}
DETAILED = LISTED | {
    *("upload_id", "key_points", "action_items", "participants", "meeting_type", "transcript"),
    *("complete", "engine", "transcription", "speaker_names", "notes"),
}


def titles(person: Person, address: str) -> list[str]:
    answer = person.get(address)
    assert answer.status_code == 200, answer.json
    return [note["title"] for note in answer.json]


def test_a_note_holds_all_that_was_found(alice: Person) -> None:
    note = alice.get(f"/api/notes/{alice.make_note()}").json
    assert set(note) == DETAILED
    texts = ("id", "title", "created_at", "language", "abstract_summary", "meeting_type")
    assert all(isinstance(note[name], str) for name in (*texts, "transcript", "engine"))
    assert all(isinstance(note[name], list) for name in ("key_points", "action_items"))
    assert all(isinstance(point, str) for point in note["key_points"])
    assert isinstance(note["participants"], list) and isinstance(note["sentiment"], dict)
    assert note["created_at"].endswith("Z") and datetime.fromisoformat(note["created_at"])
    assert (note["duration"], note["complete"], note["engine"]) == (2.0, True, "fake")
    assert note["notes"]["title"] == note["title"]


def test_a_listed_note_is_its_short_face(alice: Person) -> None:
    note_id = add_note(alice, "Planning", summary="We planned.")
    (listed,) = alice.get("/api/notes").json
    assert listed == {
        "id": note_id,
        "title": "Planning",
        "created_at": "2026-11-14T09:30:00Z",
        "language": "en",
        "duration": 3.0,
        "abstract_summary": "We planned.",
        "sentiment": {"label": "neutral", "score": 0.0, "by_speaker": {}, "timeline": []},
    }
    whole = alice.get(f"/api/notes/{note_id}").json
    assert {name: whole[name] for name in LISTED} == listed


@pytest.mark.parametrize("path", ["/api/notes", "/api/history"])
def test_a_list_is_bare_newest_first_and_one_s_own(alice: Person, bob: Person, path: str) -> None:
    for number in (2, 1, 3):
        add_note(alice, f"Note {number}", created_at=WHEN + timedelta(hours=number))
    add_note(bob, "Bob's")
    answer = alice.get(path)
    assert isinstance(answer.json, list)
    assert all(set(note) == LISTED for note in answer.json)
    assert [note["title"] for note in answer.json] == ["Note 3", "Note 2", "Note 1"]
    assert answer.headers["X-Total-Count"] == "3"
    assert "Link" not in answer.headers
    assert titles(bob, path) == ["Bob's"]


def test_nothing_is_an_empty_list(alice: Person) -> None:
    for path in ("/api/notes", "/api/history"):
        answer = alice.get(path)
        assert (answer.json, answer.headers["X-Total-Count"]) == ([], "0")


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(microseconds=1), timedelta(days=1)])
@pytest.mark.parametrize(
    "address", ["/api/notes?limit=3", "/api/history?limit=3&q=met&language=en"]
)
def test_following_the_links_gives_every_note_once(
    alice: Person, bob: Person, apart: timedelta, address: str
) -> None:
    ids = [add_note(alice, created_at=WHEN + number * apart) for number in range(7)]
    add_note(bob)
    seen, asked = [], set(urlsplit(address).query.split("&"))
    for expected in (3, 3, 1):
        answer = alice.get(address)
        assert (len(answer.json), answer.headers["X-Total-Count"]) == (expected, "7")
        seen += [note["id"] for note in answer.json]
        links = parse_header_links(answer.headers.get("Link", ""))
        address = next((link["url"] for link in links if link["rel"] == "next"), "")
        assert bool(address) == (len(seen) < 7)
        assert not address or asked <= set(urlsplit(address).query.split("&"))
    assert sorted(seen) == sorted(ids)
    if apart:
        assert seen == ids[::-1]


def test_the_total_follows_what_is_added_and_deleted(alice: Person, bob: Person) -> None:
    def totals() -> list[str]:
        pages = (person.get("/api/notes?limit=1") for person in (alice, bob))
        return [page.headers["X-Total-Count"] for page in pages]

    ids = [add_note(alice) for _ in range(4)]
    add_note(bob)
    assert totals() == ["4", "1"]
    assert alice.delete(f"/api/notes/{ids[0]}").status_code == 204  # by way of its upload
    with alice.app.app_context():
        db.session.execute(sa.delete(Note).where(Note.id == ids[1]))
        db.session.commit()
    assert totals() == ["2", "1"]


def test_a_note_that_came_in_between_moves_no_page(alice: Person) -> None:
    for number in range(4):
        add_note(alice, f"Note {number}", created_at=WHEN + timedelta(hours=number))
    first = alice.get("/api/notes?limit=2")
    add_note(alice, "Late", created_at=WHEN + timedelta(days=1))
    link = parse_header_links(first.headers["Link"])[0]["url"]
    assert titles(alice, link) == ["Note 1", "Note 0"]


def test_a_page_that_ends_with_the_last_note_has_no_next(alice: Person) -> None:
    for number in range(2):
        add_note(alice, f"Note {number}")
    assert "Link" not in alice.get("/api/notes?limit=2").headers
    assert "Link" in alice.get("/api/notes?limit=1").headers


@pytest.mark.parametrize("path", ["/api/notes", "/api/history"])
def test_limits_and_cursors_that_make_no_sense_are_refused(alice: Person, path: str) -> None:
    for limit in ("0", "-1", "501", "x", "1.5", "9" * 5000):
        body = assert_problem(alice.get(path, query_string={"limit": limit}), 400)
        assert body["error"].startswith("limit: ")
    some_id = "12345678-1234-1234-1234-123456789abc"
    written = (
        "yesterday|" + some_id,
        "2026-01-01T00:00:00+00:00|7",
        "9999-12-31T23:59:59-23:59|" + some_id,
        "0001-01-01T00:00:00+23:59|" + some_id,
        "",
    )
    encoded = [base64.urlsafe_b64encode(text.encode()).decode() for text in written[:-1]]
    for cursor in ("x", "w6k", "é", "\0", *encoded):
        answer = alice.get(path, query_string={"cursor": cursor})
        assert_problem(answer, 400, error="The cursor is not one of ours")


def test_a_cursor_shows_only_one_s_own(alice: Person, bob: Person) -> None:
    for number in range(3):
        add_note(alice, f"Alice {number}")
    link = parse_header_links(alice.get("/api/notes?limit=1").headers["Link"])[0]["url"]
    add_note(bob, "Bob's", created_at=WHEN - timedelta(days=1))
    assert titles(bob, link) == ["Bob's"]


def test_another_s_note_is_not_found(alice: Person, bob: Person) -> None:
    note_id = add_note(alice)
    assert_problem(bob.get(f"/api/notes/{note_id}"), 404, "not_found", "Note not found")
    assert alice.get(f"/api/notes/{note_id}").status_code == 200
