"""Dated action items as iCalendar: as calendars import them, and as nobody can bend them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from talktotext.documents import Document, get_writer, render
from talktotext.schema import ActionItem, Evidence, Notes

from .formats import events
from .samples import EMPTY, MEETING, NOTES, WHEN

LINKED = replace(MEETING, note_id="n1", base_url="https://notes.example.com")
HOSTILE = [
    "Call\r\nATTENDEE:mailto:evil@example.com",
    "Call\nEND:VEVENT\nBEGIN:VALARM\nACTION:DISPLAY",
    "Call\\nATTENDEE:x",
    'a;b,c:d\\e"f',
    "\u2028ATTACH:file:///etc/passwd",
    "x" * 10_000,
    "字" * 3_000,
    "é👨‍👩‍👧 " * 500,
    "nul\x00l\x07",
]


def due(*items: ActionItem, note_id: str | None = "n1") -> Document:
    return Document(Notes(title="x", action_items=items), (), WHEN, 9.0, note_id=note_id)


def item(text: str = "Call", day: date | None = date(2026, 11, 20), **more) -> ActionItem:
    return ActionItem(text=text, due_date=day, **more)


def said(start: float, quote: str = "I will call.") -> tuple[Evidence, ...]:
    return (Evidence(segments=(0,), start=start, end=start + 1, quote=quote),)


def uids(document: Document) -> list[str]:
    return [str(event["uid"]) for event in events(document)]


def test_what_has_a_day_is_an_event_of_that_day():
    (event,) = events(LINKED)
    assert event["summary"] == "Write the announcement and send it round."
    assert event.decoded("dtstart") == date(2026, 11, 20)
    assert event.decoded("dtend") == date(2026, 11, 21)
    assert event.decoded("dtstamp") == WHEN
    assert event["description"].split("\n") == [
        "Write the announcement and send it round.",
        "Owner: Ben",
        "Due: by Friday",
        "“I will write the announcement by Friday and send it round.” (00:47)",
        "https://notes.example.com/notes/n1?t=47",
    ]
    assert event["url"] == "https://notes.example.com/notes/n1?t=47"
    assert (event["priority"], event["status"], event["transp"]) == (1, "CONFIRMED", "TRANSPARENT")


def test_the_calendar_is_called_after_the_note():
    calendar = Calendar.from_ical(render("ics", LINKED))
    assert calendar["x-wr-calname"] == calendar["name"] == NOTES.title
    assert calendar["version"] == "2.0"


def test_it_is_a_file_and_no_message():
    """A METHOD would ask for an ORGANIZER (RFC 5546, 3.2.1) and a parameter of the Content-Type
    (RFC 5545, 3.7.2)."""
    for document in (LINKED, EMPTY):
        assert "method" not in Calendar.from_ical(render("ics", document))


def test_what_is_done_shows_it():
    (event,) = events(due(item(done=True)))
    assert event["summary"] == "✓ Call"
    assert "Done" in event["description"].split("\n")


def test_an_item_is_known_by_its_id_whatever_was_changed_in_it():
    assert uids(due(item("Call", id="7f3a", evidence=said(5.0)))) == ["7f3a@talktotext"]
    assert uids(due(item("b", id="c0"), item("Ring", date(2027, 1, 1), id="7f3a", done=True))) == [
        "c0@talktotext",
        "7f3a@talktotext",
    ]


def test_a_changed_note_has_later_events():
    """Of two events of one UID the one with the higher SEQUENCE holds (RFC 5546, 2.1.5)."""
    for revision in (0, 7):
        (event,) = events(replace(due(item()), revision=revision))
        assert event["sequence"] == revision


def test_items_of_a_note_that_is_kept_nowhere_are_told_apart():
    assert uids(due(item())) != uids(due(item(), note_id="n2"))
    assert uids(due(item(), note_id=None)) == uids(due(item(), note_id=None))
    same = due(*[item(evidence=said(5.0))] * 3, item("a"), item("a"))
    assert len(set(uids(same))) == 5


def test_an_item_keeps_its_name_when_others_get_a_day():
    dated = item("b", evidence=said(5.0))
    assert uids(due(item("a", None, evidence=said(5.0)), dated)) == [
        uids(due(item("a", evidence=said(5.0)), dated))[1]
    ]


def test_nothing_due_is_a_valid_calendar():
    """With one component, as RFC 5545 asks (3.6), which is no event."""
    calendar = Calendar.from_ical(render("ics", EMPTY))
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert events(due(item(day=None))) == []


@pytest.mark.parametrize("day", [date.min, date(999, 12, 31), date.max])
def test_any_day_will_do(day):
    (event,) = events(due(item(day=day)))
    assert event.decoded("dtstart") == day
    assert f"DTSTART;VALUE=DATE:{day.year:04}{day.month:02}".encode() in render(
        "ics", due(item(day=day))
    )


@pytest.mark.parametrize(
    "made",
    [WHEN.replace(tzinfo=None), WHEN.astimezone(timezone(timedelta(hours=9))), WHEN],
)
def test_the_moment_is_in_utc(made):
    (event,) = events(replace(due(item()), created_at=made))
    assert event.decoded("dtstamp") == datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_line_of_the_calendar(text):
    document = due(item(text, owner=text, due=text, evidence=said(1.0, text)))
    document = replace(document, notes=document.notes.model_copy(update={"title": text}))
    data = render("ics", document)
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    names = [line.split(b":")[0].split(b";")[0].decode() for line in lines]
    assert " ".join(names).strip() == (
        "BEGIN VERSION PRODID CALSCALE NAME X-WR-CALNAME BEGIN SUMMARY DTSTART DTEND "
        "DTSTAMP UID SEQUENCE DESCRIPTION STATUS TRANSP END END"
    )
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut


@pytest.mark.parametrize("text", ['a;b,c:d\\e"f', "a\\nb", "x" * 5_000, "字" * 999, "n\\,\\;"])
def test_the_description_has_all_of_it(text):
    (event,) = events(due(item(text)))
    assert event["description"] == text


def test_it_names_itself():
    writer = get_writer("ics")
    assert (writer.extension, writer.media_type) == ("ics", "text/calendar")
