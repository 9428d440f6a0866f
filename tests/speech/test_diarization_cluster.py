"""Made-up embeddings are grouped by voice, and turns are made of them."""

import numpy as np
import pytest

from talktotext.speech.diarization.base import Voices
from talktotext.speech.diarization.cluster import cluster, compact
from talktotext.speech.diarization.timeline import likeness, timeline
from talktotext.speech.diarization.turns import Stretch, named

DIMENSIONS = 512


def voices_of(labels: list[int], *, noise: float = 1.0, seed: int = 1) -> np.ndarray:
    """Unit vectors, of one voice where the labels are equal: cosine 1 / (1 + noise²)."""
    made = np.random.default_rng(seed)
    centres = made.normal(size=(max(labels) + 1, DIMENSIONS))
    vectors = centres[labels] + noise * made.normal(size=(len(labels), DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def heard(labels: list[int], *, noise: float = 1.0) -> list[Voices]:
    """A window of each label after the other, 1.5 s, a chunk for ten of them; quiet throughout."""
    vectors, chunks = voices_of(labels, noise=noise).astype(np.float16), []
    for first in range(0, len(labels), 10):
        count = len(labels[first : first + 10])
        start, end = first * 1.5, (first + count) * 1.5
        starts = start + np.arange(count) * 1.5
        chunks.append(
            Voices(
                start=start,
                end=end,
                speech=np.array([[start, end]]),
                times=np.stack([starts, starts + 1.5], axis=1),
                embeddings=vectors[first : first + count],
                loudness=np.full((count * 15, 1), 0.1, np.float16),
            )
        )
    return chunks


@pytest.mark.parametrize("noise", [0.3, 1.0, 1.5])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_as_many_groups_as_voices(count, noise):
    labels = np.random.default_rng(2).integers(0, count, 400).tolist()
    found = cluster(voices_of(labels, noise=noise), 1 / (1 + noise**2))
    assert len(set(zip(labels, found.tolist(), strict=True))) == count == found.max() + 1


def test_a_threshold_made_for_clear_sound_would_split_a_noisy_voice():
    assert cluster(voices_of([0] * 50, noise=1.5), 1.0).max() > 0


def test_likeness_is_measured_between_neighbours():
    times = np.stack([np.arange(60) * 1.5, np.arange(60) * 1.5 + 1.5], axis=1)
    vectors = voices_of([0] * 30 + [1] * 30, noise=0.5)
    assert likeness(times, vectors) == pytest.approx(1 / 1.25, abs=0.05)
    assert likeness(times[:0], vectors[:0]) == pytest.approx(0.45)
    assert likeness(times + np.arange(60)[:, None], vectors) == pytest.approx(0.45), "far apart"


def test_turns_follow_the_labels_over_chunks():
    turns = timeline(heard([3] * 7 + [1] * 8 + [3] * 5))
    assert [turn.speaker for turn in turns] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert [turn.end for turn in turns[:2]] == pytest.approx([10.5, 22.5], abs=0.5)


def test_who_is_hardly_heard_is_taken_for_one_of_the_others():
    turns = timeline(heard([0] * 20 + [1] * 2 + [2] * 20))
    assert {turn.speaker for turn in turns} == {"Speaker 1", "Speaker 2"}


def test_but_not_if_nobody_is_heard_more():
    assert {turn.speaker for turn in timeline(heard([0, 1]))} == {"Speaker 1", "Speaker 2"}


def test_the_change_is_put_where_it_is_quietest():
    (chunk,) = heard([0] * 4 + [1] * 4)
    chunk.loudness[63] = 0.01  # 6.3 s; the windows meet at 6.0
    assert timeline([chunk])[0].end == pytest.approx(6.35)


def test_labels_without_a_gap():
    assert compact(np.array([7, 2, 7, 9])).tolist() == [1, 0, 1, 2]


def test_names_by_order_of_appearance_and_short_pauses_joined():
    stretches = [Stretch(1, 2, 5), Stretch(2.5, 4, 5), Stretch(4, 5, 0), Stretch(6.5, 7, 0)]
    assert named(stretches, 10) == [
        (pytest.approx(0.85), 4, "Speaker 1"),
        (4, pytest.approx(5.15), "Speaker 2"),
        (pytest.approx(6.35), pytest.approx(7.15), "Speaker 2"),
    ]
    assert named([], 10) == []
