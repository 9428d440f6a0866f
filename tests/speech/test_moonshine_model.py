"""How sure the model is, of English and of what is none."""

import pytest

from talktotext.speech import trust
from talktotext.speech.moonshine_model import _certainty
from tests.speech import recordings


def test_the_certainty_of_nothing_and_of_something():
    assert _certainty([]) == 0
    assert _certainty([(7, -1.0), (8, -2.0)]) == -1.5


def test_what_repeats_a_phrase_adds_no_certainty():
    phrase = [(7, -2.0), (8, -1.0), (9, -3.0)]
    again = [(token, 0.0) for token, _ in phrase] * 9
    # Of the second round the first two tokens still follow on others than in the first.
    assert _certainty(phrase + again) == pytest.approx(-6 / 5)


def test_speech_backwards_is_no_english(engine):
    sound = recordings.read("two_cities")
    moonshine = engine("moonshine")
    forwards = list(moonshine.transcribe(sound))
    backwards = list(moonshine.transcribe(sound[::-1].copy()))
    assert not trust.is_misunderstood(forwards)
    assert trust.is_misunderstood(backwards)
