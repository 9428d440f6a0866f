"""Voices heard in windows -> turns, over a whole recording.

windows -> cluster -> few voices -> each window once more, by all that is known -> turns
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from talktotext.speech.base import Float32
from talktotext.speech.diarization.base import Times, Turn, Voices
from talktotext.speech.diarization.cluster import Labels, cluster, compact, similarity
from talktotext.speech.diarization.turns import Stretch, divide, named

FULL = 1.5  # seconds: a window as long as this one counts in full
TYPICAL, DOUBT = 0.45, 10  # a voice's likeness to itself, and how many pairs it takes to unlearn it
FEW, FEWEST, MOST = 0.02, 4.0, 15.0  # share of speech, and bounds in seconds: who is heard less is…
#                                     …taken for the most similar of the others
CHANGE = 0.15  # of cosine similarity: what a change of speakers costs in the middle of speech…
PAUSE = 0.05  # …and after a pause
REACH = 0.4  # seconds around a change in which the quietest moment is where it happens


def timeline(heard: Sequence[Voices]) -> list[Turn]:
    """See `Diarizer.turns`; where nobody's voice was long enough to know it, one speaker."""
    if not heard:
        return []
    speech = np.concatenate([voices.speech for voices in heard])
    times = np.concatenate([voices.times for voices in heard])
    vectors = np.concatenate([voices.embeddings for voices in heard]).astype(np.float32)
    spans = np.searchsorted(speech[:, 0], times.mean(axis=1)) - 1
    labels = _labels(times, vectors, spans) if len(times) else np.zeros(0, dtype=np.int64)
    return named(_stretches(speech, times, spans, labels, heard), heard[-1].end)


def _labels(times: Times, vectors: Float32, spans: Labels) -> Labels:
    """Whose each window is."""
    labels = _without_few(cluster(vectors, likeness(times, vectors)), times, vectors)
    weights = np.minimum(1, (times[:, 1] - times[:, 0]) / FULL)
    scores = similarity(vectors, labels) * weights[:, None]
    costs = np.where(np.diff(spans) == 0, CHANGE, PAUSE)
    return compact(_likeliest(scores, costs))


def likeness(times: Times, vectors: Float32) -> float:
    """How alike a voice is to itself in this recording: a cosine similarity.

    Two windows side by side mostly hold one voice; the upper quartile leaves out those that do not.
    """
    full = times[:, 1] - times[:, 0] > 0.8 * FULL
    gap = times[1:, 0] - times[:-1, 1]
    beside = (gap > -0.2 * FULL) & (gap < 0.5) & full[1:] & full[:-1]
    pairs = (vectors[1:] * vectors[:-1]).sum(axis=1)[beside]
    return float(np.quantile(np.concatenate([pairs, np.full(DOUBT, TYPICAL)]), 0.75))


def _without_few(labels: Labels, times: Times, vectors: Float32) -> Labels:
    """Give the windows of those who are hardly heard to whom they are most like."""
    seconds = np.bincount(labels, weights=times[:, 1] - times[:, 0])
    enough = min(max(FEW * seconds.sum(), FEWEST), MOST)
    few = seconds < min(enough, seconds.max())
    scores = similarity(vectors, labels)
    scores[:, few] = -np.inf
    return compact(np.where(few[labels], scores.argmax(axis=1), labels))


def _likeliest(scores: Float32, costs: Float32) -> Labels:
    """The sequence of labels with the highest sum of scores, less the cost of each change.

    By dynamic programming: https://en.wikipedia.org/wiki/Viterbi_algorithm.

    Args:
        scores: shape (n, k).
        costs: of a change before each window but the first, shape (n - 1,).
    """
    stay = np.arange(scores.shape[1])
    best, before = scores[0], []
    for score, cost in zip(scores[1:], costs, strict=True):
        changed = best.max() - cost
        before.append(np.where(best >= changed, stay, best.argmax()))
        best = np.maximum(best, changed) + score
    labels = [int(best.argmax())]
    for source in reversed(before):
        labels.append(int(source[labels[-1]]))
    return np.array(labels[::-1])


def _stretches(
    speech: Times, times: Times, spans: Labels, labels: Labels, heard: Sequence[Voices]
) -> Iterator[Stretch]:
    """Speech cut where the speaker changes; what was too short to know goes to the nearest."""
    centres = times.mean(axis=1)
    for number, (start, end) in enumerate(speech):
        inside = np.flatnonzero(spans == number)
        if len(inside) == 0 and len(labels):
            inside = np.abs(centres - (start + end) / 2).argmin(keepdims=True)
        changes = [
            (_quietest(heard, float(centres[[left, right]].mean())), int(labels[right]))
            for left, right in pairwise(inside)
            if labels[left] != labels[right]
        ]
        first = int(labels[inside[0]]) if len(inside) else 0
        yield from divide(float(start), float(end), first, changes)


def _quietest(heard: Sequence[Voices], at: float) -> float:
    """The quietest moment near a time in the recording, which is where people take turns."""
    voices = heard[bisect_right(heard, at, key=lambda voices: voices.start) - 1]
    power = np.square(voices.loudness.astype(np.float32)).sum(axis=1)
    first = max(round((at - REACH - voices.start) * 10), 0)
    near = power[first : round((at + REACH - voices.start) * 10)]
    return voices.start + (first + int(near.argmin()) + 0.5) / 10 if len(near) else at
