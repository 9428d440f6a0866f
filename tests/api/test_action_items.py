"""What is to be done, across notes."""

from datetime import date, timedelta

import pytest
from requests.utils import parse_header_links

from talktotext.models import now
from tests.api.helpers import WHEN, add_note, assert_problem, task
from tests.conftest import Person

TODAY = now().date()


def listed(person: Person, **query: str) -> list[str]:
    answer = person.get("/api/action-items", query_string=query)
    assert answer.status_code == 200, answer.json
    assert answer.headers["X-Total-Count"] == str(len(answer.json))
    return [item["text"] for item in answer.json]


def test_an_item_tells_all_and_where_it_was_said(alice: Person) -> None:
    day = date(2026, 11, 20)
    item = task("Call Ann", 12.5, owner="Bo", due="Friday", due_date=day, priority="high")
    note_id = add_note(alice, "Weekly", action_items=(task("Write"), item))
    assert alice.get("/api/action-items").json == [
        {
            "note_id": note_id,
            "note_title": "Weekly",
            "created_at": "2026-11-14T09:30:00Z",
            "position": 1,
            "text": "Call Ann",
            "owner": "Bo",
            "due": "Friday",
            "due_date": "2026-11-20",
            "priority": "high",
            "done": False,
            "start": 12.5,
        },
        {
            "note_id": note_id,
            "note_title": "Weekly",
            "created_at": "2026-11-14T09:30:00Z",
            "position": 0,
            "text": "Write",
            **dict.fromkeys(("owner", "due", "due_date", "priority", "start")),
            "done": False,
        },
    ]


def test_what_is_due_soonest_comes_first_and_what_is_due_never_last(alice: Person) -> None:
    items = (task("never"), task("late", due_date=date(2026, 12, 1)), task("never either"))
    add_note(alice, action_items=items, created_at=WHEN + timedelta(days=1))
    add_note(alice, action_items=(task("soon", due_date=date(2026, 11, 16)), task("older never")))
    assert listed(alice) == ["soon", "late", "older never", "never", "never either"]


def test_owners_are_found_by_name(alice: Person) -> None:
    items = (task("a", owner="María López"), task("b", owner="Mario"), task("c"))
    add_note(alice, action_items=items)
    for name in ("maria", "LOPEZ", "María López"):
        assert listed(alice, owner=name) == ["a"]
    assert listed(alice, owner="mari") == listed(alice, owner="lopez maria") == []
    assert listed(alice, owner="%") == []
    assert listed(alice, owner="") == ["a", "b", "c"]


def test_days_and_being_late_are_conditions(alice: Person) -> None:
    days = {"past": -1, "today": 0, "next": 1}
    items = [task(name, due_date=TODAY + timedelta(days=n)) for name, n in days.items()]
    done = task("was late", due_date=TODAY - timedelta(days=2), done=True)
    add_note(alice, action_items=(*items, done, task("some day")))
    assert listed(alice, overdue="true") == ["past"]
    assert listed(alice, overdue="false") == ["was late", "today", "next", "some day"]
    assert listed(alice, due_from=str(TODAY)) == ["today", "next"]
    assert listed(alice, due_to=str(TODAY), done="false") == ["past", "today"]
    assert listed(alice, due_from="0001-01-01", due_to="9999-12-31") == [
        *("was late", "past", "today", "next")
    ]


def test_done_and_note_are_conditions(alice: Person) -> None:
    first = add_note(alice, "First", action_items=(task("a", done=True), task("b")))
    add_note(alice, "Second", action_items=(task("c"),))
    assert listed(alice, done="true") == ["a"]
    assert listed(alice, done="false", note_id=first) == ["b"]
    assert listed(alice, note_id=first) == ["a", "b"]


def test_pages_give_every_item_once(alice: Person, bob: Person) -> None:
    dated = [task(f"dated {n}", due_date=date(2026, 12, 1 + n % 2)) for n in range(4)]
    for day in range(3):
        items = (*dated, task("undated"), task("undated too"))
        add_note(alice, action_items=items, created_at=WHEN + timedelta(days=day))
    add_note(bob, action_items=(task("Bob's"),))
    seen, address = [], "/api/action-items?limit=4&done=false"
    while address:
        answer = alice.get(address)
        assert answer.headers["X-Total-Count"] == "18"
        seen += answer.json
        links = parse_header_links(answer.headers.get("Link", ""))
        address = next((link["url"] for link in links), "")
    assert seen == alice.get("/api/action-items").json
    assert len({(item["note_id"], item["position"]) for item in seen}) == len(seen) == 18


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"due_from": "soon"}, "due_from"),
        ({"due_from": "2026-11-15", "due_to": "2026-11-14"}, "due_to"),
        ({"done": "perhaps"}, "done"),
        ({"overdue": "2"}, "overdue"),
        ({"owner": "a\0"}, "owner"),
        ({"limit": "0"}, "limit"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(
    alice: Person, query: dict[str, str], field: str
) -> None:
    answer = alice.get("/api/action-items", query_string=query)
    assert list(assert_problem(answer, 400, "validation_failed")["fields"]) == [field]


def test_cursors_of_other_lists_are_refused(alice: Person) -> None:
    for cursor in ("x", "MXwy", "é"):
        answer = alice.get("/api/action-items", query_string={"cursor": cursor})
        assert_problem(answer, 400, error="The cursor is not one of ours")


def test_nobody_sees_what_another_has_to_do(alice: Person, bob: Person) -> None:
    note_id = add_note(alice, action_items=(task("Secret", owner="Ann"),))
    assert listed(bob) == listed(bob, owner="ann") == []
    assert_problem(bob.get(f"/api/action-items?note_id={note_id}"), 404, "not_found")
    assert_problem(bob.get("/api/action-items?note_id=x"), 404, "not_found", "Note not found")
