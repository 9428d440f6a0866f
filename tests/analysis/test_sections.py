"""A transcript cut in sections: all of it, in order, none of it twice."""

import pytest

from talktotext.analysis.sections import LABEL, Section, sections
from talktotext.schema import Segment
from tests.analysis.made import LAUNCH, transcript


def words(parts: list[Section]) -> list[str]:
    return [word for part in parts for line in part.lines for word in line.text.split()]


def segment(index: int, text: str) -> Segment:
    return Segment(index=index, start=index, end=index + 1, text=text)


@pytest.mark.parametrize("most", [30, 100, 333, 1_000, 100_000])
def test_every_word_is_in_one_of_them(most: int) -> None:
    said = transcript(LAUNCH)
    parts = sections(said, most)
    assert words(parts) == [word for one in said for word in one.text.split()]
    assert all(part.lines for part in parts)


def test_they_are_about_the_same_size_and_within_bounds() -> None:
    parts = sections(
        [segment(i, "Ten words make this a line of talk, I think.") for i in range(99)], 1_000
    )
    sizes = [sum(len(line.text) + LABEL for line in part.lines) for part in parts]
    assert len(parts) == 7
    assert max(sizes) <= 1_000 + 70
    assert max(sizes) - min(sizes) <= 70


def test_a_segment_without_an_end_is_cut_between_words() -> None:
    endless = segment(0, "word " * 1_000)
    parts = sections([endless], 500)
    assert words(parts) == ["word"] * 1_000
    assert max(part.characters for part in parts) <= 500


def test_words_without_spaces_are_cut_all_the_same() -> None:
    parts = sections([segment(0, "字" * 1_000)], 300)
    assert "".join(words(parts)) == "字" * 1_000
    assert max(part.characters for part in parts) <= 300


def test_nothing_said_is_no_section() -> None:
    assert sections([], 100) == []
    assert sections([segment(0, " \n"), segment(1, "\x00")], 100) == []


@pytest.mark.parametrize("text", ["One two three four five six.", "字" * 30, "a b"])
@pytest.mark.parametrize("lines", [1, 2, 3, 9])
def test_halves_are_the_whole(text: str, lines: int) -> None:
    [whole] = sections([segment(i, text) for i in range(lines)], 10_000)
    first, second = whole.halves()
    assert first.lines
    assert second.lines
    assert "".join(words([first, second])) == "".join(words([whole]))
    assert first.characters + second.characters == whole.characters
    assert max(first.characters, second.characters) <= 0.7 * whole.characters


def test_a_line_is_its_number_its_speaker_and_its_words() -> None:
    said = [
        Segment(index=7, start=0, end=1, text="Hello\nthere.", speaker="Speaker 1"),
        Segment(index=8, start=1, end=2, text="Hi.", speaker="Speaker 2"),
        Segment(index=9, start=2, end=3, text="Hm."),
        Segment(index=10, start=3, end=4, text="Oh.", speaker="A\n[11] B"),
    ]
    [section] = sections(said, 1_000)
    shown = section.shown(said, {"Speaker 1": "Maria"})
    assert (
        shown
        == "[7] Maria: Hello there.\n[8] Speaker 2: Hi.\n[9] Somebody: Hm.\n[10] A [11] B: Oh."
    )
