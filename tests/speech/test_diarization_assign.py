"""Segments get their speakers, and are split where these change, without losing a word."""

from itertools import pairwise
from random import Random

import pytest

from talktotext.schema import Segment, Word
from talktotext.speech.diarization import Turn, assign

ONE, TWO = "Speaker 1", "Speaker 2"


def segment(text: str, start: float, end: float, *, timed: bool = False, index: int = 0) -> Segment:
    """With `timed`, each word takes the same time."""
    words = text.split()
    pace = (end - start) / max(len(words), 1)
    times = [(start + i * pace, start + (i + 0.8) * pace) for i in range(len(words))]
    return Segment(
        index=index,
        start=start,
        end=end,
        text=text,
        confidence=0.7,
        flags=("low_confidence",),
        words=tuple(
            Word(start=first, end=last, text=f" {word}")
            for word, (first, last) in zip(words, times, strict=True)
        )
        if timed
        else (),
    )


def said(segments: list[Segment]) -> list[tuple[str | None, str]]:
    return [(part.speaker, part.text) for part in segments]


def test_a_segment_within_a_turn_gets_its_speaker_and_nothing_else_changes():
    before = segment("Good morning.", 1, 3, index=7)
    assert assign([before], [Turn(0, 5, TWO)]) == [before.model_copy(update={"speaker": TWO})]


def test_without_turns_nothing_changes():
    segments = [segment("Good morning.", 1, 3)]
    assert assign(segments, []) == segments
    assert assign([], [Turn(0, 5, ONE)]) == []


def test_speech_outside_of_all_turns_is_the_nearest_ones():
    segments = [segment("Yes.", 4, 4.3), segment("No.", 8, 9)]
    turns = [Turn(0, 3.5, ONE), Turn(7, 7.9, TWO)]
    assert [part.speaker for part in assign(segments, turns)] == [ONE, TWO]


def test_a_segment_is_split_at_the_gap_between_words_nearest_to_the_change():
    whole = segment("are you there yes I am here", 10, 17, timed=True, index=4)
    parts = assign([whole], [Turn(10, 13.1, ONE), Turn(13.1, 17, TWO)])
    assert said(parts) == [(ONE, "are you there"), (TWO, "yes I am here")]
    assert [part.index for part in parts] == [4, 5]
    assert [(part.start, part.end) for part in parts] == [(10, 12.8), (13, 17)]
    assert [len(part.words) for part in parts] == [3, 4]
    assert {(part.confidence, part.flags) for part in parts} == {(0.7, ("low_confidence",))}


def test_without_word_times_the_end_of_a_sentence_near_the_change_is_preferred():
    whole = segment("Are you there? Yes, I am here now.", 0, 6)
    parts = assign([whole], [Turn(0, 3, ONE), Turn(3.2, 6, TWO)])
    assert said(parts) == [(ONE, "Are you there?"), (TWO, "Yes, I am here now.")]
    assert [(part.start, part.end) for part in parts] == [(0, 3), (3.2, 6)]


def test_without_word_times_nor_a_sentence_near_it_is_split_between_words():
    whole = segment("one two three four five six seven eight nine ten", 0, 10)
    parts = assign([whole], [Turn(0, 5, ONE), Turn(5, 10, TWO)])
    assert said(parts) == [(ONE, "one two three four five"), (TWO, "six seven eight nine ten")]


def test_tiny_turns_do_not_split():
    whole = segment("I think that this is so", 0, 6, timed=True)
    turns = [Turn(0, 3, ONE), Turn(3, 3.4, TWO), Turn(3.4, 6, ONE)]
    assert said(assign([whole], turns)) == [(ONE, whole.text)]


def test_but_a_segment_that_is_one_has_its_speaker():
    turns = [Turn(0, 3, ONE), Turn(3, 3.4, TWO), Turn(3.4, 6, ONE)]
    assert said(assign([segment("Yes.", 3, 3.4)], turns)) == [(TWO, "Yes.")]


def test_a_turn_in_which_no_word_falls_takes_none():
    whole = segment("wait", 0, 1, timed=True)
    assert len(assign([whole], [Turn(0, 0.5, ONE), Turn(0.5, 1, TWO)])) == 1


def test_three_turns_in_one_segment():
    whole = segment("a b c d e f g h i j k l", 0, 12, timed=True)
    parts = assign([whole], [Turn(0, 4, ONE), Turn(4, 8, TWO), Turn(8, 12, ONE)])
    assert said(parts) == [(ONE, "a b c d"), (TWO, "e f g h"), (ONE, "i j k l")]


def test_a_script_without_spaces_is_split_by_its_words():
    words = [Word(start=i, end=i + 1, text=text) for i, text in enumerate("你好吗我很好")]
    whole = Segment(index=0, start=0, end=6, text="你好吗？我很好。", words=tuple(words))
    parts = assign([whole], [Turn(0, 3, ONE), Turn(3, 6, TWO)])
    assert said(parts) == [(ONE, "你好吗？"), (TWO, "我很好。")]


def test_words_that_are_not_the_texts_go_along_by_their_times():
    words = (Word(start=0, end=1, text="uno"), Word(start=4, end=5, text="due"))
    whole = segment("One thing. Another thing.", 0, 6).model_copy(update={"words": words})
    parts = assign([whole], [Turn(0, 3, ONE), Turn(3, 6, TWO)])
    assert [part.words for part in parts] == [words[:1], words[1:]]


def test_an_empty_text_stays_one_segment():
    assert len(assign([segment("", 0, 6)], [Turn(0, 3, ONE), Turn(3, 6, TWO)])) == 1


@pytest.mark.parametrize("seed", range(40))
def test_no_word_is_lost_or_doubled_and_times_stay_in_order(seed):
    draw = Random(seed)
    segments, turns, at = [], [], 0.0
    for index in range(12):
        text = " ".join(draw.choice(["so", "well,", "indeed.", "yes", "why?"]) for _ in range(9))
        end = at + draw.uniform(0.2, 9)
        segments.append(segment(text, at, end, timed=draw.random() < 0.5, index=index))
        at = end + draw.choice([0, 0.7])
    time = draw.uniform(0, 3)
    while time < at:
        end = time + draw.uniform(0.05, 5)
        turns.append(Turn(time, end, draw.choice([ONE, TWO, "Speaker 3"])))
        time = end + draw.choice([0, 0, 0.8])
    parts = assign(segments, turns)
    assert " ".join(part.text for part in parts) == " ".join(whole.text for whole in segments)
    assert [w for part in parts for w in part.words] == [w for s in segments for w in s.words]
    assert [part.index for part in parts] == list(range(len(parts)))
    assert all(part.start <= part.end and part.text and part.speaker for part in parts)
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(parts))
