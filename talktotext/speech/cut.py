"""Long recording -> chunks of 30 to 60 seconds, cut where it is quiet.

Short chunks bound memory, give true progress and are what a job's checkpoints hold. Where a chunk
ends depends only on where it starts and on the sound that follows, so a job that goes on from a
chunk's end finds the same boundaries that it would have found without the interruption.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from talktotext.speech.base import SAMPLE_RATE, Float32, Int16, Language, Sound, to_float
from talktotext.speech.level import level

SHORTEST = 30  # seconds; the last chunk may be shorter
PREFERRED = 45  # seconds; after these a pause must be the quieter, the later it comes
LONGEST = 60  # seconds
HASTE = 0.5  # decibels a second
FRAME = SAMPLE_RATE // 100  # samples in 10 ms
PAUSE = 50  # frames: a pause between sentences, at least half a second


@dataclass(frozen=True, eq=False)
class Chunk:
    """A stretch of a recording.

    Attributes:
        start, end: seconds from the start of the recording.
        samples: float32, mono, 16 kHz, from -1 to 1, shape (n,).
        levels: RMS of the left and the right channel for each 10 ms, 0 to 1, shape (frames, 2);
            None where the recording has one channel.
        language: what is spoken in the recording, as far as an engine has made it out up to here;
            None if somebody told it, or the engine cannot tell.
    """

    start: float
    end: float
    samples: Float32
    levels: Float32 | None = None
    language: Language | None = None

    @cached_property
    def sound(self) -> Float32:
        """The samples as they are best listened to, see `level`: the same array every time."""
        return level(self.samples)


def cut(sound: Sound, *, start: float = 0.0) -> Iterator[Chunk]:
    """Cut a recording into chunks that follow on one another without a gap.

    Args:
        sound: the whole recording; a minute of it is asked for at a time.
        start: seconds; 0 or the end of an earlier chunk, to go on from there.
    """
    first = round(start * SAMPLE_RATE)
    # One sample more than a chunk may hold, to see whether the recording goes on after it.
    while len(ahead := sound.read(first, first + LONGEST * SAMPLE_RATE + 1)):
        last = first + _size(ahead)
        yield chunk_of(sound, first / SAMPLE_RATE, last / SAMPLE_RATE)
        first = last


def chunk_of(sound: Sound, start: float, end: float) -> Chunk:
    """The stretch of a recording between two times in seconds."""
    first, last = round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)
    return Chunk(start, end, to_float(sound.read(first, last)), sound.levels(first, last))


def _size(ahead: Int16) -> int:
    """How many of the samples that lie ahead make the next chunk."""
    if len(ahead) <= LONGEST * SAMPLE_RATE:
        return len(ahead)
    shortest = SHORTEST * SAMPLE_RATE
    loudness = _loudness(ahead[shortest:])
    centres = np.arange(len(loudness)) / 100 + PAUSE / 200  # seconds after `shortest`
    late = np.maximum(centres - (PREFERRED - SHORTEST), 0)
    best = int(np.argmin(loudness + HASTE * late))
    return shortest + best * FRAME + PAUSE * FRAME // 2


def _loudness(samples: Int16) -> npt.NDArray[np.float64]:
    """Decibels in the half second that starts at each 10 ms frame; 0 is digital silence."""
    frames = samples[: len(samples) // FRAME * FRAME].astype(np.float64).reshape(-1, FRAME)
    power = np.square(frames).mean(axis=1)
    smooth = np.convolve(power, np.full(PAUSE, 1 / PAUSE), mode="valid")
    decibels: npt.NDArray[np.float64] = 10 * np.log10(smooth + 1)
    return decibels
