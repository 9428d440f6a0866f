"""Speech is told from silence and noise, the same in one piece and in stretches side by side."""

import numpy as np
import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech import embedded, vad
from tests.speech.recordings import read


@pytest.fixture
def cities() -> np.ndarray:
    return read("two_cities")


def test_a_probability_for_every_frame_begun(cities):
    assert vad.speech_probability(cities[:0]).shape == (0,)
    assert vad.speech_probability(cities[:1]).shape == (1,)
    assert vad.speech_probability(cities[:513]).shape == (2,)
    assert vad.speech_probability(cities).shape == (-(-len(cities) // 512),)


def test_speech_is_found_between_silence(cities):
    quiet = np.zeros(16000 * 3, dtype=np.float32)
    said = cities[: 16000 * 4]
    alone = vad.spans(said)
    found = vad.spans(np.concatenate([quiet, said, quiet]))
    assert 1 < alone[0][0] < 1.5, "he draws breath first"
    assert found[0][0] == pytest.approx(3 + alone[0][0], abs=0.15)
    assert found[-1][1] == pytest.approx(7, abs=0.3)


def test_silence_noise_and_a_tone_are_no_speech():
    noise = np.random.default_rng(1).normal(0, 0.1, 160000).astype(np.float32)
    tone = 0.3 * np.sin(np.arange(160000) * (2 * np.pi * 440 / 16000)).astype(np.float32)
    for sound in (np.zeros(160000, dtype=np.float32), noise, tone):
        assert vad.spans(sound) == []


def test_stretches_side_by_side_find_what_one_finds(cities, monkeypatch):
    divided = vad.speech_probability(cities)
    monkeypatch.setattr(vad, "SHORT", 1 << 30)
    whole = vad.speech_probability(cities.copy())  # what it remembers is the array
    assert not np.array_equal(divided, whole)
    assert np.mean((divided > 0.5) == (whole > 0.5)) > 0.99


def test_frames_become_spans_with_hysteresis():
    def spans(*frames: float) -> list[tuple[int, int]]:
        found = vad.group(np.array(frames, dtype=np.float32), len(frames) * 0.032)
        return [(round(start / 0.032), round(end / 0.032)) for start, end in found]

    assert spans(0, 0.4, 0.6, 0.6, 0.4, 0.4, 0.2) == [(2, 6)]
    assert spans(0.4, 0.4, 0.4, 0.4, 0.4) == []
    assert spans(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1) == [(0, 13)], "a short pause is none"
    assert spans(1, 1, 1, 1, *[0] * 7, 1, 1, 1, 1) == [(0, 4), (11, 15)]
    assert spans(0, 1, 1, 1, 0) == [], "a click"


def test_nothing_ends_after_the_sound():
    assert vad.group(np.ones(10, dtype=np.float32), 0.3) == [(0, 0.3)]


def test_a_library_without_the_model_is_told_in_a_sentence(monkeypatch):
    other = embedded._Symbols("no_such_model", "silero_vad_onnx_len", embedded.ctypes.c_uint32)
    monkeypatch.setitem(embedded.MODELS, "other", other)
    with pytest.raises(EngineUnavailable, match="no_such_model"):
        embedded.session("other")
