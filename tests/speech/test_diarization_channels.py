"""A speaker on each channel is told from one recorded with two microphones."""

import numpy as np
import pytest

from talktotext.speech.cut import Chunk
from talktotext.speech.diarization.base import Voices
from talktotext.speech.diarization.channels import loudness, turns

SILENT, LOUD = 0.0002, 0.1


def heard(*levels: tuple[float, float], seconds: float = 4.0) -> list[Voices]:
    """A chunk for each pair of (left, right) RMS, all of it speech."""
    frames = round(seconds * 10)
    return [
        Voices(
            start=i * seconds,
            end=(i + 1) * seconds,
            speech=np.array([[i * seconds, (i + 1) * seconds]]),
            times=np.zeros((0, 2)),
            embeddings=np.zeros((0, 512), np.float16),
            loudness=np.tile(np.array(pair, dtype=np.float16), (frames, 1)),
        )
        for i, pair in enumerate(levels)
    ]


LEFT, RIGHT = (LOUD, SILENT), (SILENT, LOUD)


def test_a_channel_is_a_speaker():
    assert turns(heard(RIGHT, LEFT, LEFT, RIGHT)) == [
        (0, 4, "Speaker 1"),
        (4, 12, "Speaker 2"),
        (12, 16, "Speaker 1"),
    ]


def test_a_turn_may_change_within_speech():
    (chunk,) = heard(LEFT, seconds=8)
    chunk.loudness[40:] = RIGHT
    chunk.loudness[10:12] = RIGHT  # too short to take the floor
    assert turns([chunk]) == [
        (0, pytest.approx(4), "Speaker 1"),
        (pytest.approx(4), 8, "Speaker 2"),
    ]


def test_where_nobody_speaks_there_is_no_turn():
    chunks = heard(LEFT, RIGHT, LEFT)
    silent = Voices(**{**vars(chunks[1]), "speech": np.zeros((0, 2))})
    found = turns([*chunks[:1], silent, chunks[2], *heard(*[LEFT] * 3, RIGHT)[3:]])
    assert not any(turn.start < 6 < turn.end for turn in found)


def test_a_chunk_of_digital_silence_does_not_hide_the_channels():
    """A call on hold: both channels of that chunk are the same, so that it counts as mono."""
    chunks = heard(LEFT, (0.0, 0.0), RIGHT)
    hold = {"speech": np.zeros((0, 2)), "loudness": np.zeros((40, 1), np.float16)}
    chunks[1] = Voices(**{**vars(chunks[1]), **hold})
    assert [turn.speaker for turn in turns(chunks) or ()] == ["Speaker 1", "Speaker 2"]


@pytest.mark.parametrize(
    "levels",
    [
        [LEFT] * 4,  # one channel is empty
        [(LOUD, LOUD)] * 4,  # mono, twice
        [(LOUD, 0.05), (0.05, LOUD)] * 2,  # 6 dB: two microphones in a room
        [LEFT, RIGHT, (LOUD, LOUD)],  # music between, or a third one in the middle
        [LEFT] * 40 + [RIGHT],  # a bump on the other channel
        [(SILENT, 0.0)] * 4 + [(0.0, SILENT)] * 4,  # hiss
    ],
    ids=["one", "mono", "room", "middle", "bump", "hiss"],
)
def test_all_else_is_left_to_the_voices(levels):
    assert turns(heard(*levels)) is None


def test_one_channel_or_nothing_is_left_to_the_voices():
    (chunk,) = heard(LEFT)
    mono = Voices(**{**vars(chunk), "loudness": chunk.loudness[:, :1]})
    assert turns([mono]) is None
    assert turns([]) is None


def test_loudness_of_both_channels_or_of_the_one():
    samples = np.full(16000, 0.5, dtype=np.float32)
    levels = np.tile(np.array([0.25, 0.5], dtype=np.float32), (100, 1))
    assert loudness(Chunk(0, 1, samples)) == pytest.approx(np.full((10, 1), 0.5))
    assert loudness(Chunk(0, 1, samples, levels)) == pytest.approx(np.tile([0.25, 0.5], (10, 1)))
    assert loudness(Chunk(0, 0, samples[:0])).shape == (0, 1)
    assert loudness(Chunk(0, 0, samples[:0], levels[:0])).shape == (0, 2)
