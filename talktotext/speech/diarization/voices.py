"""The default diarizer: voice activity, and an x-vector for every second and a half of speech.

Its models are in moonshine's library (see `speech.embedded`). Of a chunk it keeps the vectors; who
is who is found out at the end, so that labels do not depend on where the recording was cut. See
Snyder et al., X-vectors: robust DNN embeddings for speaker recognition, 2018.
"""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import ClassVar

import numpy as np

from talktotext.speech import embedded, vad
from talktotext.speech.base import SAMPLE_RATE, Float32
from talktotext.speech.cut import Chunk
from talktotext.speech.diarization import channels
from talktotext.speech.diarization.base import Float16, Times, Turn, Voices
from talktotext.speech.diarization.timeline import timeline
from talktotext.speech.level import is_silent

WINDOW = 1.5  # seconds: less tells voices apart badly, more often holds two of them
SHORTEST = 0.4  # seconds; of shorter speech nothing is known but when it was
SIZE = 512  # numbers in an embedding


class VoiceDiarizer:
    """See `Diarizer`. Its models are loaded on first use, and shared by the whole process."""

    name: ClassVar[str] = "moonshine"

    def __init__(self) -> None:
        self.version = f"moonshine-voice {version('moonshine-voice')}"

    def listen(self, chunk: Chunk) -> Voices:
        """See `Diarizer.listen`. It costs some 0.9 % of the chunk's length in CPU time."""
        speech, sound = [], chunk.sound
        if not is_silent(chunk.samples):
            speech = vad.spans(sound)
        times = windows(speech)
        return Voices(
            start=chunk.start,
            end=chunk.end,
            speech=chunk.start + np.array(speech, dtype=np.float64).reshape(-1, 2),
            times=chunk.start + times,
            embeddings=_embed(sound, times),
            loudness=channels.loudness(chunk),
        )

    def turns(self, heard: Sequence[Voices]) -> list[Turn]:
        """See `Diarizer.turns`: from the channels if they are the speakers', else from voices."""
        by_channel = channels.turns(heard)
        return timeline(heard) if by_channel is None else by_channel

    def close(self) -> None:
        """Nothing to free: the models stay for the next recording."""


def windows(speech: Iterable[tuple[float, float]]) -> Times:
    """Windows side by side that cover all speech but the shortest, over one another if need be."""
    times: list[tuple[float, float]] = []
    for start, end in speech:
        size = min(WINDOW, end - start)
        if size >= SHORTEST:
            count = int(np.ceil((end - start) / WINDOW))
            times += [(first, first + size) for first in np.linspace(start, end - size, count)]
    return np.array(times, dtype=np.float64).reshape(-1, 2)


def _embed(sound: Float32, times: Times) -> Float16:
    """A unit vector for each window, shape (n, SIZE). The model takes one at a time."""
    model = embedded.session("x-vector")
    vectors = np.empty((len(times), SIZE), dtype=np.float32)
    for i, (first, last) in enumerate((times * SAMPLE_RATE).astype(np.int64)):
        vectors[i] = model.run(None, {"waveform": sound[None, first:last]})[0][0]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Float16 = (vectors / lengths).astype(np.float16)
    return unit
