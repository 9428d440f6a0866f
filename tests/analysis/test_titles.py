"""Titles and keywords: numbers stay whole, and none stands for a subject."""

import re

import pytest

from talktotext.analysis import get_analyzer
from talktotext.schema import Notes, Segment

ENGLISH = (
    "The offsite costs 12,500 dollars this year.",
    "Last year we spent 7,250 dollars on it.",
    "The bus to the offsite leaves at 3.30 pm.",
    "The caterer wants 12,500 dollars before tax.",
    "The remaining 2.5 million stay in the bank.",
)


def _notes(language: str, *lines: str) -> Notes:
    said = [
        Segment(index=place, start=5.0 * place, end=5.0 * place + 4, text=line, speaker="A")
        for place, line in enumerate(lines)
    ]
    return get_analyzer("extractive").analyze(said, language=language)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ENGLISH),
        ("de", ("Das Fest kostet 12.500 Euro.", "Wir zahlen 12.500 Euro um 15.30 Uhr.")),
        ("he", ("זה עולה 12,500 שקלים לפני מס.", "שילמנו 12,500 שקלים לפני שנה.")),
        ("zh", ("预算是12,500美元。", "我们花了12,500美元。")),
        ("ar", ("الميزانية ١٢٬٥٠٠ دولار هذا العام.", "دفعنا ١٢٬٥٠٠ دولار.")),
    ],
)
def test_no_keyword_or_title_begins_or_ends_with_a_number(
    language: str, lines: tuple[str, ...]
) -> None:
    notes = _notes(language, *lines)
    assert notes.keywords
    for shown in (notes.title, *notes.keywords):
        assert not re.search(r"^\d|\d$", shown), shown


def test_topics_have_no_numbers_at_their_ends() -> None:
    money = [
        "The budget of the office is 12,500 dollars.",
        "Rent takes 7,250 dollars of the budget.",
    ]
    trip = ["The bus to the coast leaves at 3.30 pm.", "Tickets for the bus cost 2.50 each."]
    chapters = _notes("en", *(money * 30), *(trip * 30)).chapters
    assert len(chapters) > 1
    for subject in ", ".join(chapter.title for chapter in chapters).split(", "):
        assert not re.search(r"^\d|\d$", subject), subject


def test_numbers_alone_are_no_subject() -> None:
    notes = _notes("en", "12,500 and 500.", "3.30, 7,250.")
    assert (notes.title, notes.keywords) == ("Untitled recording", ())


def test_a_number_may_stand_inside_a_phrase() -> None:
    notes = _notes("en", "The Windows 11 upgrade is late.", "The Windows 11 upgrade costs 500.")
    assert "Windows 11 upgrade" in notes.keywords


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        (
            "Today we need to talk about the budget of 2.5 million euros.",
            "Budget of 2.5 million euros",
        ),
        ("Welcome to the meeting about 12,500 dollars.", "Meeting about 12,500 dollars"),
        ("Today we need to talk about 12,500, 30.", "Catering and cheap"),
        (
            "Today we discuss contracts of 12,500 dollars and the long list of our many guests.",
            "Contracts of 12,500 dollars",
        ),
        (
            "Today we will discuss the catering contract that everybody likes at 12,500 dollars.",
            "Catering contract",
        ),
    ],
)
def test_a_title_that_was_said_keeps_its_numbers_whole(opening: str, title: str) -> None:
    assert _notes("en", opening, "The catering is cheap.").title == title


def test_an_opening_too_long_for_a_title_is_not_cut_within_a_number() -> None:
    opening = (
        "Today we will discuss what caterers in towns nearby may ask for 12,500,000,000 meals."
    )
    assert "12" not in _notes("en", opening, "The catering is cheap.").title
