"""When subtitles are shown: in time to be read, near to what is said, whatever times there are."""

from itertools import pairwise
from math import inf, nan

import pytest

from talktotext.documents.cue_times import FURTHEST, Wish, delays, spans
from talktotext.documents.cues import cues
from talktotext.documents.words import LONGEST, timed
from talktotext.schema import Segment, Word

from .test_subtitles import broken, flat, said, shown, spoken, talk


def wishes(*starts, letters=30, lasts=500):
    return [Wish(start, start + lasts, letters) for start in starts]


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


@pytest.mark.parametrize("text", ["今日は、会議です。 はい", "a" * 100 + " b", "", " "])
def test_no_letter_is_lost_or_doubled(text):
    words = timed(Segment(index=0, start=0.0, end=1.0, text=text))
    assert "".join(word.text for word in words) == text.strip()
    assert all(0 < len(word.text.strip()) <= LONGEST for word in words)


def test_what_has_time_is_shown_when_it_is_said():
    assert [start for start, _ in spans(wishes(0, 5000, 90_000), 100_000)] == [0, 5000, 90_000]


def test_a_cue_stays_for_comfort_where_nothing_follows():
    assert spans(wishes(1000), 60_000) == [(1000, 3000)]  # 30 characters, 15 a second
    assert spans(wishes(1000, lasts=60_000), 70_000) == [(1000, 8000)]


def test_a_tiny_gap_is_closed_to_the_shortest():
    (_, end), _ = spans(wishes(0, 2400), 60_000)
    assert end == 2400 - 84
    (_, end), _ = spans(wishes(0, 9000), 60_000)
    assert end == 2000


def test_time_is_taken_from_both_sides():
    first, second, third = spans(wishes(10_000, 11_000, 12_000), 60_000)
    assert (first[0], second[0], third[0]) == (9416, 11_000, 12_584)
    assert delays(wishes(10_000, 11_000, 12_000)) == [584, 584, 584]


def test_nothing_is_shown_before_the_recording_or_after_it():
    (start, _), (_, end) = (
        spans(wishes(0, 500), 60_000)[0],
        spans(wishes(59_000, 59_900), 60_000)[1],
    )
    assert start == 0
    assert end == 60_000


@pytest.mark.parametrize("count", [2, 30, 2000])
def test_too_much_at_once_is_shown_faster_not_elsewhere(count):
    said_at = wishes(*[300_000 + place for place in range(count)])
    found = spans(said_at, 600_000)
    assert all(abs(s - wish.start) <= FURTHEST for (s, _), wish in zip(found, said_at, strict=True))
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_fast_talk_between_pauses_keeps_the_rules():
    fast = [
        Segment(
            index=i, start=10.0 * i, end=10.0 * i + 4, text="We said all of that too fast. " * 5
        )
        for i in range(20)
    ]
    document = talk(fast)
    assert broken(document) == []
    assert flat(shown(document)) == spoken(document)
    late = max(abs(cue.start - 10_000 * round(cue.start / 10_000)) for cue in cues(document)[::2])
    assert late < 10_000


def test_everybody_at_once_keeps_the_rules():
    babble = [
        Segment(index=i, start=2.0 * i, end=2.0 * i + 3, text=text, speaker=f"S{i % 4}")
        for i, text in enumerate(
            ["Yeah.", "No, but we could do that.", "Mm-hmm.", "Okay, so?"] * 50
        )
    ]
    document = talk(babble)
    assert broken(document) == []
    for label, name in (("S1", "Ben"), ("S2", "Chloé")):
        parts = [p for cue in cues(document) for p in cue.parts if p.speaker == name]
        theirs = "".join(s.text for s in babble if s.speaker == label)
        assert flat("".join(line for p in parts for line in p.lines)) == flat(theirs)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        *[(nan, nan), (inf, inf), (-inf, inf), (nan, 3.0), (3.0, nan), (-5.0, -1.0)],
        *[(9.0, 1.0), (4.0, 4.0), (1e300, 1e308), (0.0, 1e300), (-0.0, 0.0)],
    ],
)
def test_no_time_is_too_strange(start, end):
    one = Segment(index=0, start=2.0, end=4.0, text="This is as it should be.", speaker="S0")
    odd = Segment(index=1, start=start, end=end, text="And this is not.", speaker="S1")
    document = talk([one, odd])
    assert broken(document) == []
    assert flat(shown(document)).count("Andthisisnot.") == 1
    assert all(0 <= cue.start < cue.end < 1e10 for cue in cues(document))


def test_times_of_words_may_be_anything():
    times = [(nan, 1.0), (5.0, 2.0), (-1.0, inf), (3.0, 3.0), (1e300, 0.0)]
    words = tuple(Word(start=a, end=b, text=f" word{i}") for i, (a, b) in enumerate(times))
    document = said("word0 word1 word2 word3 word4", end=6.0, words=words)
    assert broken(document) == []
    assert flat(shown(document)) == "word0word1word2word3word4"


def test_a_segment_without_a_time_stands_where_it_is_in_the_transcript():
    texts = ["One is said first.", "Two is said then.", "Three is said last."]
    starts = [5.0, nan, 30.0]
    document = talk(
        Segment(index=i, start=s, end=s + 2, text=t, speaker=f"S{i}")
        for i, (s, t) in enumerate(zip(starts, texts, strict=True))
    )
    assert flat(shown(document)) == flat("".join(texts))


def test_a_thousand_words_in_a_second_are_all_there_and_nearby():
    document = said("word " * 1000, start=300.0, end=301.0)
    document = talk(document.segments)
    found = cues(document)
    assert flat(shown(document)) == "word" * 1000
    assert all(cue.start < cue.end for cue in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(abs(cue.start - 300_500) <= FURTHEST + 500 for cue in found)
    assert "width" not in broken(document) and "lines" not in broken(document)


@pytest.mark.parametrize("piece", ["x", "字", "นี้", "<&>", "é"])
def test_a_word_of_ten_thousand_characters(piece):
    text = piece * (10_000 // len(piece))
    document = said(text, end=7200.0)
    assert flat(shown(document)) == text
    assert broken(document) == []
