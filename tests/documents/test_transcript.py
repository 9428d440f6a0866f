"""Long segments as paragraphs: whole words, ends of sentences, the time of each."""

import re
import unicodedata

import pytest

from talktotext.documents.transcript import GOOD_LENGTH, MOST_LENGTH, utterances
from talktotext.schema import Segment, Word

from .scripts import SCRIPTS


def paragraphs(text: str, words: tuple[Word, ...] = (), end: float = 3600.0):
    said = Segment(index=0, start=0.0, end=end, text=text, words=words)
    return utterances([said], {})


def hour() -> tuple[Word, ...]:
    """A word a second, every tenth of which ends a sentence."""
    texts = (f"word{second}{'.' if second % 10 == 9 else ''}" for second in range(3600))
    return tuple(
        Word(start=float(second), end=second + 0.9, text=text) for second, text in enumerate(texts)
    )


def test_an_hour_in_one_segment_is_paragraphs_with_their_times():
    words = hour()
    found = paragraphs(" ".join(word.text for word in words), words)
    assert len(found) > 30
    assert all(GOOD_LENGTH <= len(item.text) <= GOOD_LENGTH + 100 for item in found[:-1])
    assert all(item.text.endswith(".") for item in found)
    assert all(item.text.startswith(f"word{item.start:.0f} ") for item in found)


def test_without_times_of_words_each_has_its_share():
    found = paragraphs("so it goes on and on, " * 600)
    starts = [item.start for item in found]
    assert starts == sorted(set(starts))
    assert starts[0] == 0.0
    assert 3000 < starts[-1] < 3600


@pytest.mark.parametrize(
    "text",
    [
        "a well-known state-of-the-art thing 3/4 " * 100,
        "so it goes on and on " * 300,
        *(" ".join([text] * 60) for text in SCRIPTS.values()),
    ],
)
def test_no_word_is_changed(text):
    found = paragraphs(text)
    assert all(len(item.text) <= MOST_LENGTH for item in found)
    assert "".join("".join(item.text for item in found).split()) == "".join(
        unicodedata.normalize("NFC", text).split()
    )
    spaced = " ".join(item.text for item in found).split()
    if not re.search("[\u0e00-\u0eff\u1000-\u17ff\u3040-\u9fff]", text):
        assert spaced == unicodedata.normalize("NFC", text).split()


@pytest.mark.parametrize(
    "text",
    [SCRIPTS["thai"].replace(" ", "") * 60, "กำหนดน้ำท่วมที่นี่" * 200, "👩‍👩‍👧" * 800, "क्षि" * 900],
)
def test_no_cluster_is_cut(text):
    found = paragraphs(text)
    assert len(found) > 1
    assert "".join(item.text for item in found) == text
    first = {unicodedata.category(item.text[0]) for item in found}
    assert first.isdisjoint({"Mn", "Mc", "Cf"})
    assert not any(item.text.endswith("\u200d") for item in found)


def test_what_was_said_before_and_after_keeps_its_words():
    talk = [
        Segment(index=0, start=0.0, end=4.0, text="Before it, a little."),
        Segment(index=1, start=5.0, end=900.0, text="x" * 3000),
        Segment(index=2, start=901.0, end=905.0, text="After it."),
    ]
    found = utterances(talk, {})
    assert all(len(item.text) <= MOST_LENGTH for item in found)
    assert "".join(item.text for item in found).replace(" ", "") == (
        "Beforeit,alittle." + "x" * 3000 + "Afterit."
    )
    assert found[-1].text.endswith("x After it.")
