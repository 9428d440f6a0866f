"""Spoken words made readable."""

import pytest

from talktotext.analysis.cleaning import clean, scrub


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("um so the the remote is uh slim", "The remote is slim."),
        ("it, um, works", "It works."),
        ("Well, uh we should go.", "We should go."),
        ("I was I was thinking about the budget", "I was thinking about the budget."),
        ("and b a better idea wh what is it?", "A better idea what is it?"),
        ("The only the only remote controls I've used.", "The only remote controls I've used."),
        ("You'll be looking, you'll be looking at trends.", "You'll be looking at trends."),
        ("It is very good, you know.", "It is very good."),
        ("This kind of thing is what kind of thing?", "This kind of thing is what kind of thing?"),
        ("So that we can sell it.", "So that we can sell it."),
        ("Right now it is late.", "Right now it is late."),
        ("[laughter] Nice to see you (inaudible).", "Nice to see you."),
        ("the number is 5 5 5", "The number is 5 5 5."),
        ("Plan B is R and D.", "Plan B is R and D."),
        ("Um, uh.", ""),
        ("...", ""),
        ("We have to go so", "We have to go."),
    ],
)
def test_noise_goes_and_words_stay(spoken: str, written: str) -> None:
    assert clean(spoken) == written


def test_other_languages_lose_repeats_only() -> None:
    assert clean("um die die Frage ist gut", english=False) == "Um die Frage ist gut."


def test_control_characters_and_surrogates_are_scrubbed() -> None:
    assert scrub("a\x00b \ud800\n c") == "a b c"
