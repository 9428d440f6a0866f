"""The two real voices that come with moonshine-voice: LibriVox readers, public domain."""

import wave
from functools import cache
from pathlib import Path

import moonshine_voice
import numpy as np

ASSETS = Path(moonshine_voice.__file__).parent / "assets"


@cache
def read(name: str) -> np.ndarray:
    """ "beckett" (10 s) or "two_cities" (44 s): float32, mono, 16 kHz; not to be written to."""
    with wave.open(str(ASSETS / f"{name}.wav")) as file:
        times = file.getframerate() // 16000
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32768)
    samples = sound[: len(sound) // times * times].reshape(-1, times).mean(axis=1)
    samples.flags.writeable = False
    return samples
