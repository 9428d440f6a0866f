"""Quiet recordings are brought up, others are left alone."""

import numpy as np
import pytest

from talktotext.speech.level import is_silent, level


def noise(rms: float, seconds: float = 2) -> np.ndarray:
    random = np.random.default_rng(1)
    return random.normal(0, rms, int(seconds * 16000)).astype(np.float32)


def rms(samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


@pytest.mark.parametrize("quiet", [0.006, 0.01, 0.03])
def test_quiet_sound_is_brought_up(quiet):
    assert rms(level(noise(quiet))) == pytest.approx(0.1, rel=0.1)


def test_pauses_do_not_make_speech_quiet():
    samples = np.concatenate([noise(0.06), np.zeros(16000, dtype=np.float32)])
    assert level(samples) is samples


def test_hiss_is_brought_up_only_so_far():
    assert rms(level(noise(0.001))) == pytest.approx(0.02, rel=0.1)


def test_peaks_stay_below_full_scale_and_keep_their_sign():
    samples = noise(0.01)
    samples[::1000] = -0.9
    louder = level(samples)
    assert np.abs(louder).max() <= 1
    assert (louder[::1000] < -0.9).all()
    assert louder.dtype == np.float32


@pytest.mark.parametrize("length", [0, 1, 100, 801])
def test_the_shortest_sounds_pass(length):
    assert len(level(np.full(length, 0.01, dtype=np.float32))) == length


def test_silence_is_known():
    assert is_silent(np.zeros(0, dtype=np.float32))
    assert is_silent(np.full(100, 0.0005, dtype=np.float32))
    assert not is_silent(noise(0.005))
