"""Real and made voices are told apart, one stays one, wherever the recording was cut."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech.base import to_float
from talktotext.speech.cut import Chunk
from talktotext.speech.diarization import Turn, Voices, get_diarizer
from talktotext.speech.diarization.voices import windows
from tests.speech.recordings import read

THREE = {"Speaker 1", "Speaker 2", "Speaker 3"}


@pytest.fixture(scope="module")
def diarizer():
    return get_diarizer("moonshine")


@pytest.fixture(scope="module")
def talk(meeting) -> np.ndarray:
    """The sample meeting: three voices, float32."""
    return to_float(meeting)


def chunks(samples: np.ndarray, bounds: Sequence[float]) -> list[Chunk]:
    ends = [*bounds, len(samples) / 16000]
    return [
        Chunk(start, end, samples[round(start * 16000) : round(end * 16000)])
        for start, end in pairwise([0.0, *ends])
    ]


def heard(diarizer, samples: np.ndarray, *bounds: float) -> list[Voices]:
    return [diarizer.listen(chunk) for chunk in chunks(samples, bounds)]


def at(turns: list[Turn], seconds: float) -> str | None:
    return next((t.speaker for t in turns if t.start <= seconds < t.end), None)


@pytest.fixture(scope="module")
def turns(diarizer, talk) -> list[Turn]:
    """Of the meeting, cut twice."""
    return diarizer.turns(heard(diarizer, talk, 40, 80))


def test_the_three_of_the_meeting_are_told_apart(turns, script):
    order = [turns[0].speaker]
    order += [after.speaker for before, after in pairwise(turns) if before.speaker != after.speaker]
    assert order == [speaker for speaker, _ in script]


def test_turns_are_in_order_and_none_over_another(turns, talk):
    assert all(turn.start < turn.end for turn in turns)
    assert all(before.end <= after.start for before, after in pairwise(turns))
    assert turns[0].start >= 0 and turns[-1].end <= len(talk) / 16000


def test_one_voice_is_one_speaker(diarizer):
    turns = diarizer.turns(heard(diarizer, read("two_cities")))
    assert {turn.speaker for turn in turns} == {"Speaker 1"}


@pytest.mark.parametrize("bounds", [(), (8.3, 25.2, 59.1), (17, 34, 51)])
def test_labels_do_not_depend_on_where_it_was_cut(diarizer, talk, turns, bounds):
    otherwise = diarizer.turns(heard(diarizer, talk, *bounds))
    times = np.arange(0, len(talk) / 16000, 0.1)
    assert np.mean([at(turns, time) == at(otherwise, time) for time in times]) > 0.96


def test_a_quiet_recording_is_brought_up_first(diarizer, talk):
    quiet = diarizer.turns(heard(diarizer, talk * np.float32(0.02)))
    assert {turn.speaker for turn in quiet} == THREE


@pytest.mark.parametrize("seconds", [0, 0.01, 3])
def test_where_nobody_speaks_there_are_no_turns(diarizer, seconds):
    assert diarizer.turns(heard(diarizer, np.zeros(int(seconds * 16000), np.float32))) == []
    assert diarizer.turns([]) == []


def test_speech_too_short_to_know_the_voice_is_somebodys(diarizer):
    voices = Voices(
        start=0.0,
        end=9.0,
        speech=np.array([[1.0, 1.2]]),
        times=np.zeros((0, 2)),
        embeddings=np.zeros((0, 512), np.float16),
        loudness=np.full((90, 1), 0.1, np.float16),
    )
    ((start, end, speaker),) = diarizer.turns([voices])
    assert start < 1 and end > 1.2 and speaker == "Speaker 1"


def test_what_is_kept_of_a_chunk_is_small_and_comes_back_whole(diarizer, talk):
    (voices,) = heard(diarizer, talk[: 40 * 16000])
    data = voices.to_bytes()
    assert len(data) < 2000 * 40
    again = Voices.from_bytes(data)
    assert np.array_equal(again.embeddings, voices.embeddings)
    assert diarizer.turns([again]) == diarizer.turns([voices])


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", np.float16(1).tobytes()])
def test_what_is_no_voices_is_refused(data):
    with pytest.raises(ValueError):
        Voices.from_bytes(data)


def test_a_checkpoint_cut_short_is_refused(diarizer, talk):
    (voices,) = heard(diarizer, talk[: 9 * 16000])
    with pytest.raises(ValueError):
        Voices.from_bytes(voices.to_bytes()[:-1000])


def test_windows_cover_speech_side_by_side():
    assert windows([]).shape == (0, 2)
    assert windows([(1, 1.3)]).shape == (0, 2), "too short to know a voice"
    assert windows([(1, 2)]).tolist() == [[1, 2]]
    assert windows([(1, 4)]).tolist() == [[1, 2.5], [2.5, 4]]
    assert windows([(0, 2.5), (5, 6)]).tolist() == [[0, 1.5], [1, 2.5], [5, 6]]


def test_an_option_that_a_diarizer_does_not_have_is_told():
    with pytest.raises(EngineUnavailable, match="'pitch'"):
        get_diarizer("moonshine", pitch=440)


def test_an_unknown_diarizer_is_told_in_a_sentence():
    with pytest.raises(EngineUnavailable, match="no diarizer named 'nobody'"):
        get_diarizer("nobody")
