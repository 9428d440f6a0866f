"""What every engine in the table promises (see `Transcriber`)."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech import ENGINES

pytestmark = pytest.mark.parametrize("name", ENGINES)


ONLY_ENGLISH = {
    "whisper": {"model": "tiny.en"},
    "openai": {"languages": frozenset({"en"})},
    "fake": {"languages": frozenset({"en"})},
}


def test_it_says_what_it_is_and_its_languages(name, engine):
    transcriber = engine(name)
    assert transcriber.name == name
    assert transcriber.model
    assert transcriber.version
    assert transcriber.detected is None
    assert transcriber.languages is None or "en" in transcriber.languages


def test_speech_gives_segments_in_order_within_the_sound(name, engine, speech):
    segments = list(engine(name).transcribe(speech, language="en"))
    assert segments
    assert [segment.index for segment in segments] == list(range(len(segments)))
    for segment in segments:
        assert 0 <= segment.start < segment.end <= 12.5
        assert segment.text == segment.text.strip() != ""
    for one, next_one in itertools.pairwise(segments):
        assert one.end <= next_one.start + 0.001


def test_words_and_confidence_are_within_bounds(name, engine, speech):
    for segment in engine(name).transcribe(speech, language="en"):
        assert segment.confidence is None or 0 <= segment.confidence <= 1
        for word in segment.words:
            assert segment.start <= word.start <= word.end <= segment.end
            assert word.text == word.text.strip() != ""


def test_a_language_that_was_told_is_not_found_out(name, engine, speech):
    transcriber = engine(name)
    list(transcriber.transcribe(speech, language="en"))
    assert transcriber.detected is None


def test_segments_come_lazily(name, engine, speech):
    assert isinstance(engine(name).transcribe(speech), Iterator)


def test_it_can_be_used_again(name, engine, speech):
    transcriber = engine(name)
    first, second = (list(transcriber.transcribe(speech)) for _ in range(2))
    assert [segment.speaker for segment in first] == [segment.speaker for segment in second]


@pytest.mark.parametrize("seconds", [0, 0.01, 3])
def test_silence_gives_nothing(name, seconds, engine):
    assert not list(engine(name).transcribe(np.zeros(int(seconds * 16000), dtype=np.float32)))


def test_every_second_sample_of_stereo_is_taken_as_it_lies(name, engine, speech):
    stereo = np.stack([speech, np.zeros_like(speech)], axis=1)
    heard = [segment.text for segment in engine(name).transcribe(stereo[:, 0])]
    assert heard == [segment.text for segment in engine(name).transcribe(speech)]


def test_a_language_it_lacks_is_refused(name, engine, speech):
    transcriber = engine(name, **ONLY_ENGLISH.get(name, {}))
    for language in ("en", "en-GB", "EN_us", "auto"):
        list(transcriber.transcribe(speech[:16000], language=language))
    with pytest.raises(EngineUnavailable) as caught:
        list(transcriber.transcribe(speech, language="ur"))
    assert "It knows: en" in caught.value.hint


def test_closing_twice_does_no_harm(name, engine):
    transcriber = engine(name)
    transcriber.close()
    transcriber.close()
