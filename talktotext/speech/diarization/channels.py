"""A recording with one speaker on each channel, as of telephone calls -> turns.

Whether it is one is decided over the whole recording, by how often one channel is clearly louder
than the other while somebody speaks. Microphones in a room differ by a few decibels only.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from talktotext.speech.base import SAMPLE_RATE
from talktotext.speech.cut import Chunk
from talktotext.speech.diarization.base import Float16, Turn, Voices
from talktotext.speech.diarization.cluster import Labels
from talktotext.speech.diarization.turns import Stretch, divide, named

FRAME = 0.1  # seconds
CLEAR = 10.0  # decibels between the channels
MOSTLY = 0.8  # of the time that somebody speaks, one channel must be clearly louder;
EACH = 0.05  # and each of the two for this share of it,
LEAST = 2.0  # and so many seconds
FLOOR = 1e-3  # RMS; below, a channel is silent: hiss against digital silence is no difference
SMOOTH = 5  # frames: shorter than half a second nobody takes the floor


def loudness(chunk: Chunk) -> Float16:
    """See `Voices.loudness`."""
    if chunk.levels is None:
        size = round(SAMPLE_RATE * FRAME)
        samples = chunk.samples[: len(chunk.samples) // size * size].reshape(-1, size, 1)
    else:
        samples = chunk.levels[: len(chunk.levels) // 10 * 10].reshape(-1, 10, 2)
    rms: Float16 = np.sqrt(np.square(samples).mean(axis=1)).astype(np.float16)
    return rms


def turns(heard: Sequence[Voices]) -> list[Turn] | None:
    """Who speaks when; None if the channels are not the speakers'."""
    if not heard:
        return None
    louder = [_louder(voices) for voices in heard]
    if not _apart(np.concatenate([_spoken(*pair) for pair in zip(heard, louder, strict=True)])):
        return None
    sides = [_smooth(decibels > 0) for decibels in louder]
    stretches = (s for pair in zip(heard, sides, strict=True) for s in _stretches(*pair))
    return named(stretches, heard[-1].end)


def _louder(voices: Voices) -> npt.NDArray[np.float64]:
    """Decibels by which the left channel is louder than the right, for each frame: none in a chunk
    of one channel, as a stereo recording's are while nothing at all is on either."""
    levels = np.maximum(voices.loudness.astype(np.float64), FLOOR)
    difference: npt.NDArray[np.float64] = 20 * np.log10(levels[:, 0] / levels[:, -1])
    return difference


def _spoken(voices: Voices, decibels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of the frames, those in which somebody speaks."""
    parts = [decibels[slice(*_frames(voices, start, end))] for start, end in voices.speech]
    return np.concatenate([decibels[:0], *parts])


def _apart(decibels: npt.NDArray[np.float64]) -> bool:
    """Whether there is one speaker on each channel."""
    total = len(decibels)
    left, right = int((decibels >= CLEAR).sum()), int((decibels <= -CLEAR).sum())
    return left + right >= MOSTLY * total and min(left, right) >= max(EACH * total, LEAST / FRAME)


def _smooth(left: npt.NDArray[np.bool_]) -> Labels:
    """The channel that is louder for most of the half second around each frame: 0 or 1."""
    votes = np.convolve(np.where(left, 1, -1), np.ones(SMOOTH), mode="same")
    return (votes < 0).astype(np.int64)


def _stretches(voices: Voices, sides: Labels) -> Iterator[Stretch]:
    """Speech, cut where the other channel takes over."""
    for start, end in voices.speech:
        first, last = _frames(voices, start, end)
        changes = first + 1 + np.flatnonzero(np.diff(sides[first:last]))
        others = ((voices.start + int(at) * FRAME, int(sides[at])) for at in changes)
        yield from divide(float(start), float(end), int(sides[first]), others)


def _frames(voices: Voices, start: float, end: float) -> tuple[int, int]:
    """The first frame of a stretch, and the first after it: one at least."""
    first = min(int((start - voices.start) / FRAME), len(voices.loudness) - 1)
    return first, max(round((end - voices.start) / FRAME), first + 1)
