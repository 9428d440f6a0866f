"""Long recordings are cut at pauses, without a gap, and the same way after an interruption."""

import numpy as np
import pytest

from talktotext.speech.base import Samples
from talktotext.speech.cut import LONGEST, SHORTEST, cut


def talk(seconds: float, pauses: list[float], length: float = 0.6) -> np.ndarray:
    """Loud noise with pauses that start at those seconds."""
    random = np.random.default_rng(1)
    sound = random.normal(0, 3000, int(seconds * 16000)).astype(np.int16)
    for start in pauses:
        sound[int(start * 16000) : int((start + length) * 16000)] //= 300
    return sound


def bounds(samples, **arguments):
    return [(chunk.start, chunk.end) for chunk in cut(Samples(samples), **arguments)]


def test_chunks_follow_on_one_another_and_hold_everything():
    samples = talk(200, [20, 39, 70, 100, 140])
    chunks = list(cut(Samples(samples)))
    assert np.array_equal(
        np.concatenate([chunk.samples for chunk in chunks]), samples.astype(np.float32) / 32768
    )
    assert [chunk.end for chunk in chunks[:-1]] == [chunk.start for chunk in chunks[1:]]
    assert all(SHORTEST <= chunk.end - chunk.start <= LONGEST for chunk in chunks[:-1])


def test_the_cut_lies_within_a_pause():
    [(_, end), *_] = bounds(talk(100, [41]))
    assert 41.2 < end < 41.4


def test_a_pause_soon_is_preferred_to_one_much_later():
    assert bounds(talk(100, [41, 57]))[0][1] < 42


def test_a_late_pause_is_preferred_to_none():
    assert 57 < bounds(talk(100, [57]))[0][1] < 58


def test_without_a_pause_it_is_cut_nevertheless():
    assert all(end - start <= LONGEST for start, end in bounds(talk(130, [])))


def test_a_chunk_that_is_short_enough_is_left_whole():
    assert bounds(talk(60, [40])) == [(0.0, 60.0)]


def test_nothing_gives_no_chunk():
    assert bounds(np.zeros(0, dtype=np.int16)) == []


@pytest.mark.parametrize("resumed", range(1, 5))
def test_going_on_from_a_boundary_finds_the_same_ones(resumed):
    samples = talk(250, [7.3, 33.3, 44.1, 61, 77.77, 103, 131.3, 170, 190])
    whole = bounds(samples)
    assert bounds(samples, start=whole[resumed][0]) == whole[resumed:]
