"""Plain text: what it says, and that it keeps to its lines."""

from dataclasses import replace
from itertools import takewhile

import pytest
from wcwidth import wcswidth

from talktotext.documents import Document, get_writer
from talktotext.documents.columns import padded, wrapped
from talktotext.documents.template import Template
from talktotext.schema import Notes, Participant, Segment

from .formats import plain, shown
from .reading import flat
from .samples import EMPTY, MEETING, SCRIPTS, TALK, WHEN, WORLD, segments

THAI = "เราตัดสินใจเปิดตัวในวันที่หนึ่งธันวาคม" * 8
LONG = [
    "word and more " * 40,
    "字" * 500,
    "x" * 500,
    THAI,
    "👨‍👩‍👧" * 300,
    "a字" * 200,
    "é\u0301" * 300,
]


def under(heading: str, document: Document) -> list[str]:
    """The lines of a section."""
    lines = plain("txt", document).split("\n")
    start = lines.index("-" * len(heading), lines.index(heading)) + 2
    ends = [i for i in range(start, len(lines)) if lines[i : i + 2] == ["", ""]]
    return lines[start : ends[0] if ends else -1]


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("most", [4, 11, 80])
def test_lines_keep_to_their_width_and_lose_nothing(text, most):
    lines = wrapped(text, most, indent="  ")
    assert all(wcswidth(line) <= most for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])
    assert flat("".join(lines)) == flat(text)


def test_no_line_begins_with_what_ends_a_sentence():
    lines = wrapped("我们决定十二月一日发布新版本。" * 20, 20)
    assert not any(line.startswith("。") for line in lines)


def test_wide_characters_are_padded_by_what_they_take():
    assert padded("会议", 6) == "会议  "
    assert padded("Anna", 6) == "Anna  "


def test_title_and_facts():
    head = list(takewhile(bool, plain("txt", MEETING).split("\n")[3:]))
    assert plain("txt", MEETING).startswith(f"{MEETING.notes.title}\n{'=' * 44}\n\n")
    assert head[:2] == ["Date:         14 November 2026, 09:30 UTC", "Duration:     1 min 30 s"]
    assert "! Two passages were hard to hear." in plain("txt", MEETING)


def test_action_items_are_boxes():
    assert under("Action items", MEETING) == [
        "[ ] Write the announcement and send it round. [00:47]",
        "    Owner: Ben",
        "    Due: 20 November 2026 (by Friday)",
        "    High priority",
        "[ ] Update the help pages. [00:53]",
        "    Owner: Chloé",
        "    Due: before the launch",
        "[x] Ask legal about the new terms. [01:00]",
        "    Owner: Anna",
    ]


def test_participants_are_a_table():
    assert under("Participants", MEETING) == [
        "Name   Talk time  Share  Mood",
        "-----  ---------  -----  ----------------",
        "Anna   39 s       43%    positive (+0.50)",
        "Ben    27 s       30%    positive (+0.35)",
        "Chloé  24 s       27%    negative (−0.20)",
    ]


def test_the_transcript_is_in_paragraphs():
    assert under("Transcript", MEETING)[:4] == [
        "[00:00] Anna: Good morning. We have ten minutes, so let us begin with the launch",
        "date. The payment provider is ready, and the translations came in last night.",
        "",
        "[00:11] Ben: Then I would say we launch on the first of December, not before.",
    ]
    assert all(flat(text) in shown("txt", MEETING) for _, _, text in TALK)


def test_a_long_cell_goes_on_below_itself():
    people = (Participant(name="Maria del Carmen " * 4, speaker="S0"), Participant(name="会議室"))
    table = under("Participants", Document(Notes(title="x", participants=people), (), WHEN, 1.0))
    assert table[2].startswith("Maria del Carmen Maria del     0 s")
    assert table[3].startswith("Carmen Maria")
    assert all(wcswidth(line) <= 80 for line in table)


@pytest.mark.parametrize("document", [MEETING, WORLD, EMPTY])
def test_no_line_is_wider_than_80_columns(document):
    assert all(wcswidth(line) <= 80 for line in plain("txt", document).split("\n"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_whole(script):
    assert flat(SCRIPTS[script]) in shown("txt", WORLD)


def test_doubtful_words_are_marked():
    talk = (Segment(index=0, start=0.0, end=2.0, text="Bye bye.", flags=("repeated",)),)
    text = plain("txt", Document(Notes(title="x"), talk, WHEN, 2.0))
    assert "[00:00] [? Bye bye. ?]" in text
    assert "Words between [? and ?] may never have been said" in text


def test_it_says_where_to_listen():
    linked = replace(MEETING, note_id="n1", base_url="https://notes.example.com")
    assert "Listen:       https://notes.example.com/notes/n1?t=0\n" in plain("txt", linked)
    assert "Listen" not in plain("txt", MEETING)


def test_only_the_sections_asked_for():
    some = replace(MEETING, template=Template(parts=frozenset({"summary"})))
    text = plain("txt", some)
    assert "\nSummary\n" in text
    assert "Transcript" not in text and "Action items" not in text


def test_a_new_line_in_a_text_makes_none():
    talk = segments(
        [("A\r\n\r\n[00:00] B", 0.0, "one\r\n\r\n[09:00] Anna: never\x0bsaid\u2028\x85x")]
    )
    text = under("Transcript", Document(Notes(title="x"), talk, WHEN, 2.0))
    assert text == ["[00:00] A [00:00] B: one [09:00] Anna: never said x"]


def test_it_names_itself():
    writer = get_writer("txt")
    assert (writer.extension, writer.media_type) == ("txt", "text/plain")
