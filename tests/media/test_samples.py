"""One channel out of two, and how loud each of them is."""

import wave

import numpy as np
import pytest

from talktotext.media import SoundFile, decode, open_samples

RATE = 16_000


def sine(pitch, seconds=3.0, peak=8000):
    return peak * np.sin(2 * np.pi * pitch * np.arange(int(seconds * RATE)) / RATE)


def noise(seconds=3.0, rms=2000):
    return np.random.default_rng(1).normal(0, rms, int(seconds * RATE))


@pytest.fixture
def save(tmp_path):
    """save(left, right): a file of those channels, as 16-bit samples."""

    def write(*channels):
        path = tmp_path / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((len(channels), 2, RATE, 0, "NONE", ""))
            file.writeframes(np.stack(channels, axis=1).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def sound(save):
    """sound(left, right): the same, opened."""
    opened = []

    def make(*channels):
        opened.append(SoundFile(save(*channels)))
        return opened[-1]

    yield make
    for file in opened:
        file.close()


def test_one_channel_is_itself(sound):
    mono = sine(440).astype(np.int16)
    file = sound(mono)
    assert (len(file), file.channels) == (48_000, 1)
    assert np.array_equal(file.read(0, 48_000), mono)
    assert file.levels(0, 48_000) is None


def test_two_channels_are_averaged(sound):
    left, right = noise().astype(np.int16), sine(300).astype(np.int16)
    mixed = sound(left, right).read(0, 48_000)
    assert mixed.dtype == np.int16
    assert np.abs(mixed - (left.astype(float) + right) / 2).max() <= 0.5


def test_the_loudest_there_is_does_not_overflow(sound):
    most, least = np.full(RATE, 32767), np.full(RATE, -32768)
    assert set(sound(most, most).read(0, RATE)) == {32767}
    assert set(sound(least, least).read(0, RATE)) == {-32768}
    assert set(sound(most, least).read(0, RATE)) == {32767}
    assert set(sound(least, most).read(0, RATE)) == {-32768}


def test_the_same_in_both_channels_is_one(sound):
    mono = noise().astype(np.int16)
    file = sound(mono, mono)
    assert np.array_equal(file.read(0, 48_000), mono)
    assert file.levels(0, 48_000) is None


def test_channels_that_hardly_differ_are_one(sound):
    assert sound(sine(440), 0.99 * sine(440) + noise(rms=20)).levels(0, 48_000) is None


@pytest.mark.parametrize("strength", [1.0, 0.9, 0.7])
def test_a_channel_the_wrong_way_round_does_not_cancel_the_other(strength, sound):
    left = noise()
    file = sound(left, -strength * left)
    mixed = file.read(0, 48_000).astype(float)
    assert np.corrcoef(mixed, left)[0, 1] > 0.999
    assert mixed.std() > 0.8 * left.std()


def test_exactly_the_wrong_way_round_is_one_channel(sound):
    assert sound(noise(), -noise()).levels(0, 48_000) is None


def test_only_the_seconds_that_cancel_out_are_mixed_otherwise(sound):
    left, right = noise().astype(np.int16), noise().astype(np.int16)
    right[RATE : 2 * RATE] *= -1
    assert np.array_equal(sound(left, right).read(0, 48_000), left)


@pytest.mark.parametrize("pair", ["alike", "opposed", "apart"])
def test_what_is_read_does_not_depend_on_where_reading_begins(pair, sound):
    left = noise(3.3)
    right = {"alike": left, "opposed": -0.9 * left, "apart": sine(200, 3.3)}[pair]
    right = np.concatenate([right[:20_000], left[20_000:]])
    file = sound(left, right)
    whole = file.read(0, 60_000)
    assert len(whole) == 52_800
    for first, last in [(0, 1), (5, 40_000), (15_999, 16_001), (31_000, 52_800), (52_000, 99_999)]:
        assert np.array_equal(file.read(first, last), whole[first:last])


def test_past_the_end_there_is_nothing(sound):
    file = sound(noise(), sine(200))
    assert len(file.read(48_000, 60_000)) == 0
    assert file.levels(48_000, 60_000) is None


def test_levels_are_those_of_each_channel(sound):
    quiet = np.zeros(RATE)
    file = sound(np.append(sine(400, 1), quiet), np.append(quiet, sine(400, 1, peak=16384)))
    levels = file.levels(0, 32_000)
    assert levels.dtype == np.float32
    assert levels.shape == (200, 2)
    loud, louder = 8000 / 32768 / np.sqrt(2), 0.5 / np.sqrt(2)
    assert levels[:100, 0] == pytest.approx(loud, rel=0.01)
    assert levels[100:, 1] == pytest.approx(louder, rel=0.01)
    assert not levels[:100, 1].any()
    assert not levels[100:, 0].any()
    assert np.array_equal(file.levels(8_000, 24_079), levels[50:150]), "whole frames only"
    assert file.levels(0, 159).shape == (0, 2)


def test_one_who_speaks_alone_in_a_channel_has_levels(sound):
    levels = sound(sine(400), np.zeros(48_000)).levels(0, 48_000)
    assert (levels[:, 0] > levels[:, 1]).all()


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "webm"])
def test_both_channels_of_a_recording_are_kept(kind, save, make, out):
    quiet = np.zeros(RATE * 2)
    path = save(np.append(sine(400, 2), quiet), np.append(quiet, sine(700, 2)))
    recording = make(f"a.{kind}", "-i", path, "-ar", "48000")
    decode(recording, out, max_duration=60, timeout=20)
    with SoundFile(out) as file:
        levels = file.levels(0, 64_000)
        mixed = file.read(0, 64_000)
    assert (levels[20:180, 0] > 10 * levels[20:180, 1]).all()
    assert (levels[220:380, 1] > 10 * levels[220:380, 0]).all()
    assert mixed[8_000:24_000].std() == pytest.approx(sine(400).std() / 2, rel=0.1)


def test_one_channel_keeps_its_level(tone, out):
    decode(tone, out, max_duration=60, timeout=20)
    with SoundFile(out) as file:
        assert file.channels == 1
    with wave.open(str(tone)) as original:
        samples = np.frombuffer(original.readframes(48_000), dtype="<i2")
    assert np.array_equal(open_samples(out), samples)


@pytest.mark.parametrize("layout", ["5.1", "7.1", "quad", "3.0"])
def test_more_channels_become_two(layout, make, tone, out):
    surround = make("a.wav", "-i", tone, "-af", f"pan={layout}|FL=c0|FR=0*c0")
    decode(surround, out, max_duration=60, timeout=20)
    with SoundFile(out) as file:
        levels = file.levels(16_000, 32_000)
    assert (levels[:, 0] > 10 * levels[:, 1]).all()


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_file_that_changes_midway_is_read_to_its_end(order, make, tone, tmp_path, out):
    parts = [make("a.mp3", "-i", tone, "-ac", str(n)).read_bytes() for n in order]
    (tmp_path / "both").write_bytes(b"".join(parts))
    decoded = decode(tmp_path / "both", out, max_duration=60, timeout=20)
    assert decoded.duration == pytest.approx(6, abs=0.2)
    with SoundFile(out) as file:
        assert file.channels == order[0]
