"""Recordings to be lost or not: seeded, each different, made when asked for."""

import io
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from talktotext.jobs.shown import transcript_text
from talktotext.speech.base import SAMPLE_RATE, Int16, Samples
from talktotext.speech.fake import FakeTranscriber
from talktotext.speech.pipeline import transcribe

SHORTEST, LONGEST = 60.0, 240.0  # seconds


@dataclass(frozen=True)
class Sound:
    """A tone in noise, loud enough that nobody brings it up."""

    name: str
    seed: int
    seconds: float

    def samples(self) -> Int16:
        """int16, mono, 16 kHz, shape (n,)."""
        made = np.random.default_rng(self.seed)
        times = np.arange(int(self.seconds * SAMPLE_RATE)) / SAMPLE_RATE
        tone = 0.3 * np.sin(2 * np.pi * made.uniform(200, 2000) * times)
        noise = made.uniform(-0.2, 0.2, len(times))
        return ((tone + noise) * 32767).astype("<i2")

    def wav(self) -> bytes:
        """As a WAV file."""
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(self.samples().tobytes())
        return out.getvalue()


@dataclass(frozen=True)
class Truth:
    """What the fake engine makes of a recording when nothing goes wrong.

    Attributes:
        heard: parts of sound that the engine had to hear for it.
    """

    transcript: str
    heard: int


def sounds(count: int, seed: int) -> list[Sound]:
    """So many recordings of one to four minutes."""
    draw = Random(seed)
    return [
        Sound(f"recording-{number:03}.wav", draw.getrandbits(32), draw.uniform(SHORTEST, LONGEST))
        for number in range(count)
    ]


def truth(sound: Sound) -> Truth:
    """Transcribe in this process, without haste, queue or faults."""
    with tempfile.NamedTemporaryFile() as journal:
        chunks = transcribe([FakeTranscriber(journal=journal.name)], Samples(sound.samples()))
        segments = [segment for _, found in chunks for segment in found]
        return Truth(transcript_text(segments, {}), lines(Path(journal.name)))


def lines(path: Path) -> int:
    """How many lines a file has; none if there is no such file."""
    return path.read_bytes().count(b"\n") if path.exists() else 0
