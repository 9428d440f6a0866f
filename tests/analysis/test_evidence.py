"""The check that drops what was not said."""

import pytest

from talktotext.analysis.evidence import borne
from talktotext.schema import Evidence, Segment, Statement

SAID = {7: Segment(index=7, start=0, end=3, text="So um we we ship on Friday, Tom.")}


def stated(text: str, quote: str, *segments: int) -> Statement:
    evidence = Evidence(segments=segments, start=0, end=3, quote=quote)
    return Statement(text=text, evidence=(evidence,))


def test_what_was_said_stays() -> None:
    true = stated("We ship on Friday.", "So um we we ship on Friday, Tom.", 7)
    assert borne([true], SAID) == (true,)


@pytest.mark.parametrize(
    "false",
    [
        stated("We never ship on Friday.", "So um we we ship on Friday, Tom.", 7),
        stated("Friday we ship.", "So um we we ship on Friday, Tom.", 7),
        stated("We ship on Monday.", "We ship on Monday.", 7),
        stated("We ship on Friday.", "So um we we ship on Friday, Tom.", 8),
        stated("We ship on Friday.", "So um we we ship on Friday, Tom."),
        Statement(text="We ship on Friday."),
    ],
)
def test_what_was_not_said_is_dropped(false: Statement) -> None:
    assert borne([false], SAID) == ()
