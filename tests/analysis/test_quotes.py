"""Quotes found again in what was said, mended or not; and not found where nobody said them."""

import time

import pytest

from talktotext.analysis.quotes import locate
from talktotext.schema import Segment
from tests.analysis.made import LAUNCH, transcript

SAID = transcript(LAUNCH)


def test_word_for_word() -> None:
    found = locate("we decided to ship the export feature in the first release", [8], SAID)
    assert found is not None
    assert found.segments == (8,)
    assert found.quote == "we decided to ship the export feature in the first release."
    assert (found.start, found.end) == (SAID[8].start, SAID[8].end)


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("I think two or three days, so we could release in the second week", 6),
        ("It would be good to have it", 7),
        ("OKAY SO WE DECIDED TO SHIP THE EXPORT FEATURE", 8),
        ("two or three days … we could release in the second week", 6),
        ("so it’s agreed - we go with the flat fee!", 12),
    ],
)
def test_mended(quote: str, place: int) -> None:
    found = locate(quote, [place], SAID)
    assert found is not None
    assert found.segments == (place,)
    assert found.quote in SAID[place].text


def test_over_two_segments() -> None:
    found = locate("could you update the pricing page? Sure, I will update it", [15], SAID)
    assert found is not None
    assert found.segments == (15, 16)
    assert (found.start, found.end) == (SAID[15].start, SAID[16].end)


@pytest.mark.parametrize("named", [[11], [10], [9], [15], [15, 0]])
def test_near_where_it_is_said_to_stand(named: list[int]) -> None:
    found = locate("it's agreed: we go with the flat fee", named, SAID)
    assert found is not None
    assert found.segments == (12,)


@pytest.mark.parametrize(
    ("quote", "named"),
    [
        ("it's agreed: we go with the flat fee", [0]),
        ("it's agreed: we go with the flat fee", []),
        ("it's agreed: we go with the price per seat", [12]),
        ("we will never ever go there again", [12]),
        ("fee flat the with go we agreed", [12]),
        ("flat fee", [12]),
        ("", [12]),
        ("…!?", [12]),
        ("fee " * 100, [12]),
    ],
)
def test_what_nobody_said_there(quote: str, named: list[int]) -> None:
    assert locate(quote, named, SAID) is None


def test_a_word_far_off_does_not_stretch_it() -> None:
    text = "We said it. " + "And a lot of other things were told then. " * 5
    found = locate(
        "the third of May is fixed then",
        [0],
        [Segment(index=4, start=0, end=9, text=f"{text} The third of May is fixed. {text}")],
    )
    assert found is not None
    assert found.quote == "The third of May is fixed."


def test_languages_without_spaces() -> None:
    segment = Segment(index=0, start=0, end=3, text="我们决定下周五发布新版本。好的。")
    found = locate("决定下周五发布", [0], [segment])
    assert found is not None
    assert found.quote == "决定下周五发布"
    assert locate("我们取消了发布会", [0], [segment]) is None


def test_long_segments_and_quotes_take_no_time() -> None:
    long = [Segment(index=i, start=i, end=i + 1, text="the a of to " * 500) for i in range(10)]
    began = time.process_time()
    locate("the of a to " * 20, list(range(10)), long)
    assert time.process_time() - began < 5
