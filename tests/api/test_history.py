"""Finding notes by conditions, alone and with words, the same on every database."""

from datetime import timedelta
from typing import Any

import pytest
from requests.utils import parse_header_links

from talktotext.schema import Participant, Sentiment
from tests.api.helpers import WHEN, add_note, assert_problem, found, pieces, search, task
from tests.conftest import Person


def test_empty_conditions_are_none(alice: Person) -> None:
    add_note(alice, "Only")
    empty = dict.fromkeys(("q", "language", "type", "from", "to", "limit", "cursor"), "")
    assert search(alice, **empty) == {"Only"}


def test_language_and_type_are_exact(alice: Person) -> None:
    add_note(alice, "English")
    add_note(alice, "German", language="de", meeting_type="standup")
    assert search(alice, language="de") == search(alice, language="DE") == {"German"}
    assert search(alice, type="standup") == {"German"}
    assert search(alice, language="en", type="standup") == set()
    assert search(alice, language="d%", type="") == set()


def test_days_are_inclusive(alice: Person) -> None:
    for day in (13, 14, 15):
        add_note(alice, str(day), created_at=WHEN.replace(day=day))
    add_note(alice, "last", created_at=WHEN.replace(day=15, hour=23, minute=59, second=59))
    add_note(alice, "first", created_at=WHEN.replace(day=14, hour=0, minute=0))
    assert search(alice, **{"from": "2026-11-14", "to": "2026-11-14"}) == {"14", "first"}
    assert search(alice, **{"from": "2026-11-15"}) == {"15", "last"}
    assert search(alice, to="2026-11-13") == {"13"}
    assert search(alice, **{"from": "0001-01-01", "to": "9999-12-31"}) == {
        *("13", "14", "15", "last", "first")
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"from": "2026-11-14T09:30"}, "from"),
        ({"q": "a\0b"}, "q"),
        ({"type": "party"}, "type"),
        ({"sentiment": "sad"}, "sentiment"),
        ({"participant": "x" * 201}, "participant"),
        ({"has_open_action_items": "maybe"}, "has_open_action_items"),
        ({"min_duration": "-1"}, "min_duration"),
        ({"min_duration": "nan"}, "min_duration"),
        ({"max_duration": "long"}, "max_duration"),
        ({"q": "x" * 201}, "q"),
        ({"language": "\x01"}, "language"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(
    alice: Person, query: dict[str, Any], field: str
) -> None:
    body = assert_problem(alice.get("/api/history", query_string=query), 400, "validation_failed")
    assert list(body["fields"]) == [field]


def test_too_long_a_text_is_told_in_characters(alice: Person) -> None:
    answer = alice.get("/api/history", query_string={"q": "x" * 201})
    assert "200 characters" in assert_problem(answer, 400)["error"]


def test_ranges_that_hold_nothing_are_refused(alice: Person) -> None:
    for query in (
        {"from": "2026-11-15", "to": "2026-11-14"},
        {"min_duration": 2, "max_duration": 1},
    ):
        body = assert_problem(alice.get("/api/history", query_string=query), 400)
        assert body["error"] in (
            "to ends before the range begins",
            "max_duration ends before the range begins",
        )


def test_what_is_found_is_turned_page_by_page(alice: Person, bob: Person) -> None:
    for hour in range(9):
        place = ("title", "summary", "transcript")[hour % 3]
        add_note(alice, **{place: f"Budget {hour}"}, created_at=WHEN + timedelta(hours=hour))
    add_note(bob, "Budget")
    whole, seen, address = found(alice, q="budget"), [], "/api/history?q=budget&limit=2"
    while address:
        answer = alice.get(address)
        assert answer.headers["X-Total-Count"] == "9"
        seen += answer.json
        links = parse_header_links(answer.headers.get("Link", ""))
        address = next((link["url"] for link in links), "")
    assert seen == whole and len(seen) == 9


def test_a_cursor_of_another_list_is_refused(alice: Person) -> None:
    for number in range(3):
        add_note(alice, f"Budget {number}")
    link = parse_header_links(alice.get("/api/history?limit=1").headers["Link"])[0]["url"]
    assert_problem(alice.get(link + "&q=budget"), 400, error="The cursor is not one of ours")


def test_participants_are_found(alice: Person) -> None:
    add_note(alice, "With", participants=(Participant(name="María López"), Participant(name="Bo")))
    add_note(alice, "About", said=["Maria is not here."])
    assert search(alice, participant="maria") == search(alice, participant="LOPEZ") == {"With"}
    assert search(alice, participant="maria lopez") == search(alice, participant="bo") == {"With"}
    assert search(alice, participant="lopez bo") == search(alice, participant="mar") == set()
    assert search(alice, participant="!") == set()
    assert search(alice, q="maria") == {"With", "About"}
    assert search(alice, q="maria", participant="bo") == {"With"}


def test_mood_and_length_are_conditions(alice: Person) -> None:
    add_note(alice, "Happy", sentiment=Sentiment(label="positive", score=0.5), duration=60.0)
    add_note(alice, "Plain", duration=600.0)
    assert search(alice, sentiment="positive") == {"Happy"}
    assert search(alice, sentiment="neutral") == {"Plain"}
    assert search(alice, min_duration="60", max_duration="60") == {"Happy"}
    assert search(alice, min_duration="60.5") == {"Plain"}
    assert search(alice, max_duration="59.9") == set()


def test_what_is_left_to_do_is_a_condition(alice: Person) -> None:
    add_note(alice, "Open", action_items=(task("Call", done=True), task("Write")))
    add_note(alice, "Done", action_items=(task("Call", done=True),))
    add_note(alice, "None")
    assert search(alice, has_open_action_items="true") == {"Open"}
    assert search(alice, has_open_action_items="false") == {"Done", "None"}
    assert search(alice, has_open_action_items="true", q="call") == {"Open"}


def test_conditions_are_combined_with_words(alice: Person) -> None:
    for day, language in ((14, "en"), (15, "de"), (16, "de")):
        add_note(alice, f"Budget {day}", language=language, created_at=WHEN.replace(day=day))
    assert search(alice, q="budget", language="de", to="2026-11-15") == {"Budget 15"}


def test_nobody_finds_what_is_another_s(alice: Person, bob: Person) -> None:
    people = (Participant(name="Zoe"),)
    add_note(alice, "Secret", said=["Confidential."], participants=people, language="de")
    add_note(bob, "Mine", said=["Harmless."])
    for query in ({"q": "secret"}, {"q": "confidential"}, {"q": "zoe"}, {"participant": "zoe"}):
        assert search(bob, **query) == set()
    assert search(bob, language="de") == set() and search(bob) == {"Mine"}
    assert [note["matches"] for note in found(bob, q="harmless")] == [
        [{"field": "transcript", "snippet": pieces("[Harmless]."), "start": 0.0, "segment": 0}]
    ]
