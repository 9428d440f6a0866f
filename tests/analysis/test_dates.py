"""Dates as people say them, resolved on a Thursday."""

from datetime import date

import pytest

from talktotext.analysis.dates import find_due

THURSDAY = date(2025, 11, 20)


@pytest.mark.parametrize(
    ("text", "said", "day"),
    [
        ("send the draft by Friday", "by Friday", date(2025, 11, 21)),
        ("send it by Thursday", "by Thursday", date(2025, 11, 27)),
        ("on the third of December", "on the third of December", date(2025, 12, 3)),
        ("call them next Tuesday", "next Tuesday", date(2025, 11, 25)),
        ("it is for Monday", "for Monday", date(2025, 11, 24)),
        ("on Friday the third of March", "on Friday the third of March", date(2026, 3, 3)),
        ("by December 3rd, please", "by December 3rd", date(2025, 12, 3)),
        ("on Wednesday, December 10th", "on Wednesday, December 10th", date(2025, 12, 10)),
        ("by 3 December 2026", "by 3 December 2026", date(2026, 12, 3)),
        ("by the twenty first of May", "by the twenty first of May", date(2026, 5, 21)),
        ("until the end of next week", "until the end of next week", date(2025, 11, 28)),
        ("by the end of the month", "by the end of the month", date(2025, 11, 30)),
        ("before the end of January", "before the end of January", date(2026, 1, 31)),
        ("in two weeks", "in two weeks", date(2025, 12, 4)),
        ("within ten days", "within ten days", date(2025, 11, 30)),
        ("in a month", "in a month", date(2025, 12, 20)),
        ("a week from now", "a week from now", date(2025, 11, 27)),
        ("by the fifteenth", "by the fifteenth", date(2025, 12, 15)),
        ("by tomorrow noon", "by tomorrow noon", date(2025, 11, 21)),
        ("the day after tomorrow", "the day after tomorrow", date(2025, 11, 22)),
        ("by the end of day on Monday", "by the end of day on Monday", date(2025, 11, 24)),
        ("on the 29th of February", "on the 29th of February", date(2028, 2, 29)),
        ("due 2026-01-05", "due 2026-01-05", date(2026, 1, 5)),
        ("the notes of Monday by Wednesday", "by Wednesday", date(2025, 11, 26)),
        ("Thursday next week", "Thursday next week", date(2025, 11, 27)),
        ("before the next meeting", "before the next meeting", None),
        ("by March", "by March", None),
        ("on the 31st of February", "on the 31st of February", None),
    ],
)
def test_a_date_is_found_and_resolved(text: str, said: str, day: date | None) -> None:
    due = find_due(text, THURSDAY)
    assert due is not None
    assert (due.text, due.day) == (said, day)


@pytest.mark.parametrize(
    "text",
    [
        "give me one second",
        "you may go",
        "the second question",
        "march on",
        "I read Tuesday's report",
        "three days is too long",
        "stand by me",
        "talk to them on the first day",
        "Today we will look at plants",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert find_due(text, THURSDAY) is None


def test_without_a_day_of_recording_nothing_is_resolved() -> None:
    due = find_due("by Friday", None)
    assert due is not None
    assert (due.text, due.day) == ("by Friday", None)


@pytest.mark.parametrize("today", [date.max, date.min])
def test_the_ends_of_the_calendar_hold(today: date) -> None:
    for text in ("next Friday", "in 99 months", "by the end of the month", "tomorrow"):
        due = find_due(text, today)
        assert due is not None
        assert due.day is None or due.day >= today
