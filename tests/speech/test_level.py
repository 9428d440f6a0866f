"""Quiet voices are brought up, each for itself; what is loud enough is left alone."""

import numpy as np
import pytest

from talktotext.speech.base import to_float
from talktotext.speech.level import is_silent, level

SECOND = 16000


def noise(rms: float, seconds: float = 2) -> np.ndarray:
    random = np.random.default_rng(1)
    return random.normal(0, rms, int(seconds * SECOND)).astype(np.float32)


def talk(rms: float, seconds: float = 8) -> np.ndarray:
    """Noise in syllables of a quarter of a second, with gaps between them."""
    times = np.arange(int(seconds * SECOND)) / SECOND
    return (noise(rms, seconds) * (times % 0.25 < 0.15)).astype(np.float32)


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def decibels(after: np.ndarray, before: np.ndarray) -> float:
    return 20 * np.log10(rms(after) / rms(before))


@pytest.mark.parametrize("quiet", [0.003, 0.006, 0.01])
def test_quiet_speech_is_brought_up(quiet):
    assert rms(level(talk(quiet))) == pytest.approx(0.065, rel=0.15)


def test_what_is_loud_enough_is_left_alone():
    loud = talk(0.1)
    assert level(loud) is loud


def test_pauses_do_not_make_speech_quiet():
    samples = np.concatenate([talk(0.1), np.zeros(20 * SECOND, dtype=np.float32)])
    assert level(samples) is samples


def test_a_quiet_voice_among_loud_ones_comes_out_about_as_loud():
    samples = np.concatenate([talk(0.1), talk(0.004), talk(0.1)])
    near, far, again = np.split(level(samples), 3)
    assert decibels(near, talk(0.1)) == pytest.approx(0, abs=4)
    assert decibels(again, talk(0.1)) == pytest.approx(0, abs=4)
    # It starts and ends where the loud ones end and start.
    assert decibels(near, far) < 8
    assert decibels(near[-SECOND:], far[:SECOND]) < 15
    assert decibels(near[:SECOND], far[-SECOND:]) < 15


def test_noise_does_not_swell_in_a_pause():
    """Around a pause of ten seconds the gain is that of the speech on both sides."""
    hiss = noise(0.0005, 26)
    samples = np.concatenate([talk(0.01), np.zeros(10 * SECOND, "f4"), talk(0.01)]) + hiss
    louder = level(samples)
    pause, spoken = slice(9 * SECOND, 17 * SECOND), slice(2 * SECOND, 6 * SECOND)
    swell = decibels(louder[pause], samples[pause]) - decibels(louder[spoken], samples[spoken])
    assert swell == pytest.approx(0, abs=1)


def test_hiss_is_brought_up_only_so_far():
    assert decibels(level(noise(0.0005, 8)), noise(0.0005, 8)) < 30.5


def test_rumble_hides_no_voice_and_is_not_brought_up():
    times = np.arange(8 * SECOND) / SECOND
    rumble = (0.03 + 0.1 * np.sin(2 * np.pi * 30 * times)).astype(np.float32)
    assert rms(level(talk(0.01) + rumble)) == pytest.approx(0.065, rel=0.15)


def test_peaks_stay_below_full_scale_and_keep_their_sign():
    samples = talk(0.004)
    samples[4 * SECOND :: SECOND] = -0.9
    louder = level(samples)
    assert np.abs(louder).max() <= 1
    assert (louder[4 * SECOND :: SECOND] < -0.5).all()
    assert louder.dtype == np.float32


def test_sound_stays_in_time(meeting):
    quiet = to_float(meeting[: 20 * SECOND]) * 0.03
    louder = level(quiet)
    assert len(louder) == len(quiet)
    shifts = [float(np.dot(quiet[100:-100], np.roll(louder, n)[100:-100])) for n in range(-8, 9)]
    assert int(np.argmax(shifts)) == 8


@pytest.mark.parametrize("length", [0, 1, 100, 801, 40000])
def test_the_shortest_sounds_pass(length):
    assert len(level(np.full(length, 0.01, dtype=np.float32))) == length


def test_silence_is_known():
    assert is_silent(np.zeros(0, dtype=np.float32))
    assert is_silent(np.full(100, 0.0005, dtype=np.float32))
    assert not is_silent(noise(0.005))
