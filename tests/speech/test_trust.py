"""What looks invented is flagged: by the engine's figures, by the text, by the sound."""

import math

import numpy as np
import pytest

from talktotext.schema import Segment
from talktotext.speech import trust
from talktotext.speech.base import Samples
from talktotext.speech.fake import FakeTranscriber
from talktotext.speech.pipeline import transcribe

SURE = (-0.2, 0.01, 1.5)
SECONDS = np.arange(16000 * 10) / 16000
NOISE = np.random.default_rng(1).normal(0, 0.1, 16000 * 10).astype(np.float32)
CHORD = sum(np.sin(2 * np.pi * pitch * SECONDS) for pitch in (220, 277, 330, 440, 554))
MUSIC = (CHORD * np.exp(-(SECONDS % 0.5) * 4) * 0.1).astype(np.float32)


@pytest.mark.parametrize(
    ("figures", "flags"),
    [
        (SURE, []),
        ((None, None, None), []),
        ((-1.0, 0.6, 2.4), []),  # the thresholds themselves are well
        ((-1.01, 0.01, 1.5), ["low_confidence"]),
        ((-0.2, 0.61, 1.5), ["no_speech"]),
        ((-0.2, 0.01, 2.41), ["repetition"]),
        ((-3.0, 0.9, 9.0), ["no_speech", "low_confidence", "repetition"]),
    ],
)
def test_the_figures_of_a_model_are_judged_as_whisper_does(figures, flags):
    assert list(trust.flags(*figures)) == flags


@pytest.mark.parametrize(
    ("logprob", "confidence"),
    [(0.0, 1.0), (-1.0, math.exp(-1)), (0.5, 1.0), (None, None), (math.nan, None)],
)
def test_confidence_is_the_mean_probability_of_a_token(logprob, confidence):
    assert trust.confidence(logprob) == confidence


@pytest.mark.parametrize(
    "text",
    [
        "Thank you. Thank you. Thank you. Thank you.",
        "No no no no no no no no no.",
        "The first one, which is the first one, which is the first one, which is the first one.",
        # What Moonshine made of French:
        "The two are the ones that are the ones that are the ones that are the ones that are.",
        "ご視聴ありがとうございました" * 8,
    ],
)
def test_a_text_that_goes_round_in_circles_is_a_loop(text):
    assert trust.is_loop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No.",
        "No, no, no, no, no. That is not what I said.",
        "It was the best of times, it was the worst of times, it was the age of wisdom.",
        "Thank you. Thank you. Thank you very much indeed.",
        "I don't know, I don't know, I don't know what to say.",
        "No, no, no, no. No, no.",
        "We buy milk, we buy bread, we buy eggs, we buy butter and we buy cheese.",
        "Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily.",
        "Twenty one, twenty two, twenty three, twenty four, twenty five, twenty six.",
        "I think, I think we should, I think we should ship it on Friday.",
        "One two three four five six seven eight nine ten eleven twelve.",
    ],
)
def test_what_people_do_say_is_none(text):
    assert not trust.is_loop(text)


def test_no_line_of_the_sample_meeting_is_a_loop(script):
    assert not [words for _, words in script if trust.is_loop(words)]


def segment(text: str, start: float, end: float, *flags: str) -> Segment:
    return Segment(index=0, start=start, end=end, text=text, flags=flags)


@pytest.mark.parametrize(
    "between", [np.zeros_like(NOISE), NOISE, MUSIC], ids=["silence", "noise", "music"]
)
def test_text_where_nobody_speaks_is_doubted(speech, between):
    """Ten seconds of it after twelve of speech, which ends in a pause."""
    sound = np.concatenate([speech, between])
    assert trust.doubts(segment("Good morning everyone.", 0.5, 5), sound) == ()
    assert trust.doubts(segment("Thanks for watching.", 14, 20), sound) == ("no_speech",)
    assert trust.doubts(segment("Thanks for watching.", 5, 20), sound) == ()


def test_what_the_engine_flagged_stays_and_no_flag_comes_twice():
    loop = segment("ha " * 20, 1, 2, "no_speech", "repetition")
    assert trust.doubts(loop, NOISE) == ("no_speech", "repetition")


def test_a_loop_here_and_there_spoils_nothing_but_many_do():
    good = segment("We have three items on the agenda today and an hour for them.", 0, 5)
    loop = segment("the one that is on the one that is on the one", 5, 9, "repetition")
    assert not trust.is_mostly_invented([])
    assert not trust.is_mostly_invented([good])
    assert not trust.is_mostly_invented([*[good] * 10, loop])
    assert trust.is_mostly_invented([*[good] * 3, loop])


def unsure(confidence: float | None, words: int) -> Segment:
    return Segment(index=0, start=0, end=5, text="word " * words, confidence=confidence)


@pytest.mark.parametrize(
    ("segments", "misunderstood"),
    [
        ([unsure(0.3, 30)], True),
        ([unsure(0.6, 30)], False),
        ([unsure(0.0, 30)], True),
        ([unsure(0.3, 19)], False),  # too little to tell
        ([unsure(0.9, 30), unsure(0.1, 3)], False),
        ([unsure(0.9, 3), unsure(0.3, 30)], True),
        ([unsure(None, 300), unsure(0.3, 10)], False),  # of most nothing is known
        ([unsure(None, 300), unsure(0.3, 30)], True),
        ([], False),
    ],
)
def test_an_engine_that_was_unsure_throughout_did_not_understand(segments, misunderstood):
    assert trust.is_misunderstood(segments) is misunderstood


def test_every_engine_in_the_pipeline_is_doubted(meeting):
    [(_, segments)] = transcribe([Looping()], Samples(meeting[: 20 * 16000]))
    assert [segment.flags for segment in segments] == [("repetition",)]
    assert segments[0].text == "ha " * 20  # flagged, never dropped


class Looping(FakeTranscriber):
    """What it hears is always the same."""

    def transcribe(self, samples, *, language="auto", vocabulary=()):
        yield segment("ha " * 20, 1, 4)
