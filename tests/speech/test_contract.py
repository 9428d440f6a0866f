"""What every engine in the table promises (see `Transcriber`)."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech import ENGINES, load

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


def test_it_tells_no_speakers_apart(name, engine, speech):
    """That is the diarizer's."""
    assert {segment.speaker for segment in engine(name).transcribe(speech)} == {None}


def test_what_it_detects_is_a_language_it_knows(name, engine, speech):
    transcriber = engine(name)
    found = transcriber.detect(speech)
    assert (found is None) == (name != "whisper")
    if found is not None:
        assert found.tag in transcriber.languages
        assert 0 < found.probability <= 1


def test_silence_is_in_no_language(name, engine):
    assert engine(name).detect(np.zeros(32000, dtype=np.float32)) is None


def test_a_vocabulary_is_taken(name, engine, speech):
    terms = ["Kubernetes", "Żaneta", "x" * 1000]
    assert list(engine(name).transcribe(speech, language="en", vocabulary=terms))


def test_several_are_loaded_to_work_side_by_side(name, needed, speech):
    transcribers = load(name, 2, **needed.get(name, {}))
    try:
        assert len(transcribers) == {"whisper": 1, "fake": 1}.get(name, 2)
        assert len(set(map(id, transcribers))) == len(transcribers)
        texts = [[s.text for s in one.transcribe(speech, language="en")] for one in transcribers]
        assert texts[0] == texts[-1] != []
    finally:
        for transcriber in transcribers:
            transcriber.close()


def test_segments_come_lazily(name, engine, speech):
    assert isinstance(engine(name).transcribe(speech), Iterator)


def test_it_remembers_nothing(name, engine, speech):
    """What it heard before changes nothing, nor that it stopped in the middle."""
    transcriber = engine(name)
    first = list(transcriber.transcribe(speech))
    list(transcriber.transcribe(speech[::-1], vocabulary=["Kubernetes"]))
    next(transcriber.transcribe(speech[16000 * 3 :]), None)
    assert list(transcriber.transcribe(speech)) == first


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
