"""Bring quiet recordings up to the level at which speech engines hear them.

Of far-field meetings recorded at an RMS of 0.01, the default engine hears nothing; at 0.1 it does.
"""

import numpy as np

from talktotext.speech.base import SAMPLE_RATE, Float32

SILENCE = 0.001  # peak, of full scale: some three steps of 16 bits times ten; nobody speaks here
QUIET = 0.05  # RMS of the louder half below which sound is brought up…
TARGET = 0.1  # …to this
MOST = 20.0  # times (26 dB): more would only bring up the noise of the microphone
FRAME = SAMPLE_RATE // 20  # samples in 50 ms


def is_silent(samples: Float32) -> bool:
    """Whether there is nothing to hear."""
    return len(samples) == 0 or float(np.abs(samples).max()) < SILENCE


def level(samples: Float32) -> Float32:
    """The samples, louder where they are quiet, with the peaks rounded off below full scale."""
    loudness = _loudness(samples)
    if loudness >= QUIET or loudness == 0:
        return samples
    louder = samples * np.float32(min(TARGET / loudness, MOST))
    return np.where(np.abs(louder) < 0.5, louder, _rounded(louder)).astype(np.float32)


def _rounded(samples: Float32) -> Float32:
    """Beyond half of full scale bend towards it, smoothly, instead of clipping."""
    beyond = np.abs(samples) - np.float32(0.5)
    return np.copysign(0.5 + 0.5 * np.tanh(2 * beyond), samples)


def _loudness(samples: Float32) -> float:
    """RMS of the louder half of the 50 ms frames: pauses do not count as quiet speech."""
    if len(samples) < FRAME:
        return 0.0
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.sort(np.square(frames, dtype=np.float32).mean(axis=1))
    return float(np.sqrt(power[len(power) // 2 :].mean()))
