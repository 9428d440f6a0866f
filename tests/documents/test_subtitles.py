"""Transcripts as subtitles: what is shown, when, and that any text makes a valid file."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from talktotext.documents import get_writer, render
from talktotext.documents.cues import LINES, cues
from talktotext.documents.words import LONGEST, timed
from talktotext.schema import Segment, Word

from .samples import EMPTY, MEETING, WORLD

LONG = (
    "Well, the first thing I would like to say is that we are late, which nobody wanted, "
    "and the second is that we will not be late again; that is a promise to everybody in this room."
)
TIME = r"(\d\d):([0-5]\d):([0-5]\d)[.,](\d{3})"


def said(text, start=0.0, end=10.0, **more):
    return replace(MEETING, segments=(Segment(index=0, start=start, end=end, text=text, **more),))


def text_of(kind, document):
    return render(kind, document).decode()


def test_words_without_times_get_their_share():
    words = timed(Segment(index=0, start=10.0, end=20.0, text="ab abcd ab ab"))
    assert [word.text for word in words] == ["ab ", "abcd ", "ab ", "ab"]
    assert [(word.start, word.end) for word in words] == [(10, 12), (12, 16), (16, 18), (18, 20)]


def test_words_with_times_keep_them():
    heard = (Word(start=1.0, end=1.5, text=" Good"), Word(start=4.0, end=4.2, text="day."))
    words = timed(Segment(index=0, start=0.0, end=9.0, text="Good day.", words=heard))
    assert [(w.start, w.end, w.text) for w in words] == [(1.0, 1.5, "Good "), (4.0, 4.2, "day.")]


def test_words_that_are_not_those_of_the_text_tell_no_times():
    heard = (Word(start=1.0, end=1.5, text="Bad"),)
    words = timed(Segment(index=0, start=0.0, end=8.0, text="Good day.", words=heard))
    assert [(w.start, w.end) for w in words] == [(0.0, 4.0), (4.0, 8.0)]


@pytest.mark.parametrize(
    "text", ["今日は、会議です。 はい", "a" * 100 + " b", "ไม่มีช่องว่าง" * 9, "", " "]
)
def test_no_letter_is_lost_or_doubled(text):
    words = timed(Segment(index=0, start=0.0, end=1.0, text=text))
    assert "".join(word.text for word in words) == text.strip()
    assert all(0 < len(word.text.strip()) <= LONGEST for word in words)


@pytest.mark.parametrize("document", [MEETING, WORLD, EMPTY, said(LONG), said("x" * 1000)])
def test_a_cue_is_two_lines_of_42_and_all_is_there(document):
    found = list(cues(document))
    assert all(0 < len(cue.lines) <= LINES for cue in found)
    assert all(len(line) <= LONGEST for cue in found for line in cue.lines)
    assert all(0 <= cue.start < cue.end for cue in found)
    assert all(one.start <= other.start for one, other in pairwise(found))
    shown = "".join("".join(cue.lines) for cue in found)
    spoken = "".join(segment.text for segment in document.segments)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", spoken)


def test_a_cue_ends_where_a_clause_does():
    first, second, third = cues(said(LONG))
    assert " ".join(first.lines).endswith("which nobody wanted,")
    assert " ".join(second.lines) == "and the second is that we will not be late again;"
    assert " ".join(third.lines) == "that is a promise to everybody in this room."
    assert (first.end, second.end) == (second.start, third.start)


def test_cues_go_by_the_times_of_the_words():
    words = tuple(Word(start=i, end=i + 0.5, text="abcdefgh") for i in range(20))
    first, second, third = cues(said(" ".join(["abcdefgh"] * 20), end=20.0, words=words))
    assert (first.start, first.end) == (0, 7_500)
    assert (second.start, second.end, third.start) == (8_000, 15_500, 16_000)


def test_subrip_is_as_players_read_it():
    document = said("One --> two.", start=3661.5, end=3662.0)
    assert text_of("srt", document) == "1\n01:01:01,500 --> 01:01:02,000\nOne → two.\n\n"
    assert text_of("srt", EMPTY) == ""


def test_webvtt_names_the_voice_and_escapes_what_is_said():
    document = said("<i>a</i> --> b & c", start=0.0, end=1.0, speaker="S1")
    assert text_of("vtt", document) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Ben>&lt;i&gt;a&lt;/i&gt; --&gt; b &amp; c\n"
    )
    assert text_of("vtt", EMPTY) == "WEBVTT\n"


def test_a_voice_s_name_cannot_break_out():
    document = said("Hello.", speaker="a>\n\n00:00.000 --> 00:09.000\nevil<v b")
    blocks = text_of("vtt", document).split("\n\n")
    assert len(blocks) == 2
    assert blocks[1].count("-->") == 1 and blocks[1].count("<v ") == 1


@pytest.mark.parametrize("kind", ["srt", "vtt"])
@pytest.mark.parametrize(
    "document", [MEETING, WORLD, said("a\r\n\r\n2\n00:00:00,000 --> x\x00\u202e")]
)
def test_every_block_is_one_cue(kind, document):
    assert get_writer(kind).extension == kind
    blocks = text_of(kind, document).strip().split("\n\n")
    cues_ = blocks[1:] if kind == "vtt" else blocks
    assert len(cues_) == len(list(cues(document)))
    for number, block in enumerate(cues_, 1):
        lines = block.split("\n")
        if kind == "srt":
            assert lines.pop(0) == str(number)
        assert re.fullmatch(f"{TIME} --> {TIME}", lines[0])
        assert 1 <= len(lines[1:]) <= LINES and all(lines[1:])
