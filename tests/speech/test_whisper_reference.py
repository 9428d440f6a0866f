"""Whisper on its authors' package: by a stand-in of its few functions, as PyTorch takes 2 GB."""

import sys
from pickle import UnpicklingError
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech import weights
from talktotext.speech.base import Language

SEGMENT = {
    "start": 0.5,
    "end": 2.0,
    "text": " Guten Tag.",
    "avg_logprob": -1.5,
    "no_speech_prob": 0.1,
    "compression_ratio": 1.2,
    "words": [
        {"start": 0.5, "end": 1.0, "word": " Guten", "probability": 0.75},
        {"start": 1.0, "end": 2.0, "word": " Tag.", "probability": 0.5},
    ],
}
SOUND = np.full(48_000, 0.1, dtype=np.float32)


class Model:
    """What `whisper.load_model` gives."""

    is_multilingual = True
    device = SimpleNamespace(type="cpu")
    dims = SimpleNamespace(n_mels=80)

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.heads = None

    def transcribe(self, samples: np.ndarray, **how: object) -> dict[str, object]:
        self.asked.append(how)
        return {"segments": [SEGMENT]}

    def detect_language(self, mel: object) -> tuple[None, dict[str, float]]:
        assert mel == (480_000, 80)  # 30 s, whatever the sound
        return None, {"en": 0.2, "de": 0.7, "jw": 0.1}

    def set_alignment_heads(self, heads: bytes) -> None:
        self.heads = heads


class Mel(tuple):
    def to(self, _device: object) -> "Mel":
        return self


@pytest.fixture
def package(monkeypatch):
    """The package's stand-in; `package.model` is what it loads."""
    torch, fake = ModuleType("torch"), ModuleType("whisper")
    torch.cuda = SimpleNamespace(is_available=lambda: False)
    fake.model, fake.loaded = Model(), []
    fake._ALIGNMENT_HEADS = {"small": b"heads"}

    def load_model(path: str, device: str) -> Model:
        fake.loaded.append((path, device))
        return fake.model

    fake.load_model = load_model
    fake.pad_or_trim = lambda samples: np.resize(samples, 480_000)
    fake.log_mel_spectrogram = lambda samples, mels: Mel((len(samples), mels))
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "whisper", fake)
    monkeypatch.delitem(sys.modules, "talktotext.speech.whisper_reference", raising=False)
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"of {name}")
    monkeypatch.setattr(weights, "find_spec", lambda name: name == "whisper" or None)
    yield fake
    sys.modules.pop("talktotext.speech.whisper_reference", None)


@pytest.fixture
def reference(package, engine, tmp_path):
    """reference(**options): the engine on the stand-in, with the file of "small"."""
    (tmp_path / "small.pt").touch()
    usual = {"model": "small", "folder": tmp_path, "only_speech": False}
    return lambda **options: engine("whisper", **{**usual, **options})


def test_it_runs_on_the_reference_package_where_only_that_is_installed(reference, package):
    transcriber = reference()
    [segment] = transcriber.transcribe(SOUND, language="de")
    assert (segment.start, segment.end, segment.text) == (0.5, 2.0, "Guten Tag.")
    assert [(w.text, w.start, w.confidence) for w in segment.words] == [
        ("Guten", 0.5, 0.75),
        ("Tag.", 1.0, 0.5),
    ]
    assert segment.flags == ("low_confidence",)
    assert (transcriber.model, transcriber.version) == ("small", "openai-whisper of openai-whisper")


def test_it_is_given_a_path_so_that_it_fetches_nothing(reference, package, tmp_path):
    reference()
    assert package.loaded == [(str(tmp_path / "small.pt"), "cpu")]
    assert package.model.heads == b"heads"


def test_it_finds_out_the_language(reference, package):
    transcriber = reference()
    assert transcriber.detect(SOUND) == Language("de", 0.7)
    list(transcriber.transcribe(SOUND))
    assert package.model.asked[0]["language"] is None


def test_an_english_model_takes_all_for_english(reference, package):
    package.model.is_multilingual = False
    assert reference().detect(SOUND) == Language("en", 1.0)


def test_vocabulary_and_manner_reach_it(reference, package):
    told = {"language": "en", "vocabulary": ["Kubernetes"]}
    list(reference(beams=2).transcribe(SOUND, **told))
    [asked] = package.model.asked
    assert asked["initial_prompt"] == "Kubernetes"
    assert asked["beam_size"] == 2
    assert asked["fp16"] is False
    assert asked["no_speech_threshold"] is None  # flagged, never dropped


def test_silence_is_not_tried(reference, package):
    assert not list(reference(only_speech=True).transcribe(np.zeros(48_000, dtype=np.float32)))
    assert not package.model.asked


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnpicklingError("set weights_only to False"), "is damaged"),
        (RuntimeError("no CUDA"), "could not be loaded on cpu: no CUDA"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told(error, told, reference, package, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(package, "load_model", refuse)
    with pytest.raises(EngineUnavailable) as caught:
        reference()
    assert told in caught.value.message
    assert "weights_only" not in caught.value.message
