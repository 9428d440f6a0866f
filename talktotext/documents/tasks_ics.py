"""dated action items -> iCalendar (RFC 5545): an event of a whole day each.

Not to-dos (VTODO), which Google's calendar and Outlook leave out when they import a file.
"""

from datetime import UTC, date, datetime, timedelta
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from talktotext.documents.base import Document
from talktotext.documents.tasks import Task, tasks
from talktotext.documents.text import NAME_LENGTH, clean, clock, excerpt

PRODUCT = "-//TalkToText//Notes//EN"
_PRIORITIES = {"high": 1, "normal": 5, "low": 9}  # RFC 5545, 3.8.1.9


class IcsWriter:
    """A calendar of what is due. Read again, its events replace those of before: they have the same
    UID and a later SEQUENCE. It has no METHOD: it is a file, and no message of an organizer to
    others (RFC 5546)."""

    extension = "ics"
    media_type = "text/calendar"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write the dated action items of `document` as iCalendar to `out`."""
        calendar = _calendar(excerpt(clean(document.notes.title), NAME_LENGTH))
        for place, task in enumerate(tasks(document)):
            if task.due_date:
                event = _event(task, task.due_date)
                event.add("uid", _uid(document, task, place))
                event.add("dtstamp", _utc(document.created_at))
                event.add("sequence", document.revision)
                calendar.add_component(event)
        if not calendar.subcomponents:
            calendar.add_component(_time_zone())
        out.write(calendar.to_ical())


def _calendar(title: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if title:
        calendar.add("name", title)  # RFC 7986; what all clients know is the other one
        calendar.add("x-wr-calname", title)
    return calendar


def _uid(document: Document, task: Task, place: int) -> str:
    """The same for every export of an item, whatever is changed in it; of one that is kept nowhere,
    the same in every document that is the same."""
    made = document.note_id or document.created_at.isoformat()
    return f"{task.id or uuid5(NAMESPACE_URL, f'talktotext:{made}/{place}')}@talktotext"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _event(task: Task, day: date) -> Event:
    event = Event()
    event.add("dtstart", day)
    if day < date.max:
        event.add("dtend", day + timedelta(days=1))  # the first day that is free again
    event.add("summary", ("✓ " if task.done else "") + excerpt(task.text, NAME_LENGTH))
    event.add("description", _description(task))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy the whole day
    if task.priority:
        event.add("priority", _PRIORITIES[task.priority])
    if task.link:
        event.add("url", task.link)
    return event


def _description(task: Task) -> str:
    said = "" if task.time is None else f" ({clock(task.time)})"
    lines = (
        task.text,
        task.owner and f"Owner: {task.owner}",
        task.due and f"Due: {task.due}",
        "Done" if task.done else "",
        task.quote and f"“{task.quote}”{said}",
        task.link,
    )
    return "\n".join(filter(None, lines))


def _time_zone() -> Timezone:
    """A component that says nothing: a calendar must have one (RFC 5545, 3.6)."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone
