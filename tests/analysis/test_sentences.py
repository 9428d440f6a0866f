"""Segments put together into sentences."""

from talktotext.analysis.language import Language
from talktotext.analysis.sentences import sentences
from talktotext.schema import Segment
from tests.analysis.made import transcript

ENGLISH = Language("en")


def test_a_sentence_goes_on_past_an_interjection() -> None:
    said = sentences(
        transcript("A: The new remote control\nB: Mm-hmm.\nA: should cost twenty five Euros."),
        ENGLISH,
    )
    assert [(s.text, s.segments) for s in said] == [
        ("The new remote control should cost twenty five Euros.", (0, 2))
    ]


def test_a_segment_of_several_sentences_is_cut() -> None:
    said = sentences(transcript("A: It is late. Dr. Smith has left. Shall we go?"), ENGLISH)
    assert [s.text for s in said] == ["It is late.", "Dr. Smith has left.", "Shall we go?"]
    assert said[2].is_question
    assert {s.segments for s in said} == {(0,)}


def test_a_long_pause_ends_a_sentence() -> None:
    first = Segment(index=0, start=0, end=2, text="we were going to", speaker="A")
    later = Segment(index=1, start=60, end=62, text="the budget is done", speaker="A")
    assert [s.segments for s in sentences([first, later], ENGLISH)] == [(0,), (1,)]


def test_an_endless_sentence_is_broken_up() -> None:
    said = sentences(transcript("\n".join(["A: more and more words of it"] * 50)), ENGLISH)
    assert len(said) > 4


def test_scripts_without_spaces_are_cut_too() -> None:
    said = sentences(transcript("A: 会議を始めます。予算は十分です。"), Language("ja"))
    assert [s.text for s in said] == ["会議を始めます。", "予算は十分です。"]
    assert said[0].content


def test_a_comma_where_a_sentence_ends_is_an_end() -> None:
    said = sentences(
        transcript(
            "A: That is very good news, Robert, is the server ready?\n"
            "B: That is fine with me, so we decided to wait."
        ),
        ENGLISH,
    )
    assert [s.text for s in said] == [
        "That is very good news.",
        "Robert, is the server ready?",
        "That is fine with me.",
        "We decided to wait.",
    ]


def test_speech_without_any_full_stop_is_cut_all_the_same() -> None:
    words = "we looked at the harbour and then we went home " * 40
    said = sentences([Segment(index=3, start=0, end=90, text=words)], ENGLISH)
    assert max(s.length for s in said) <= 80
    assert " ".join(s.raw for s in said) == words.strip()
    assert {s.segments for s in said} == {(3,)}
