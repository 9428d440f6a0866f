"""The adapter to pyannote.audio, on a small package with its interface (4.0.7): no PyTorch here."""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.speech.cut import Chunk
from talktotext.speech.diarization import get_diarizer

MODULE = "talktotext.speech.diarization.pyannote"


@dataclass
class Annotation:
    """pyannote.core's, as far as it is used."""

    tracks: list[tuple[float, float, str]]

    def labels(self) -> list[str]:
        return sorted({label for *_, label in self.tracks})

    def itertracks(self, yield_label: bool):
        assert yield_label
        for start, end, label in self.tracks:
            yield SimpleNamespace(start=start, end=end), "_", label


class Pipeline:
    """Hears a voice in each second that is loud, and takes its loudness for what it is like."""

    loaded: str
    telemetry = True

    @classmethod
    def from_pretrained(cls, folder: str) -> "Pipeline":
        if "damaged" in Path(folder, "config.yaml").read_text():
            raise ValueError("cannot be read")
        cls.loaded = folder
        return cls()

    def to(self, device: str) -> "Pipeline":
        assert device == "the cpu"
        return self

    def __call__(self, sound: dict) -> SimpleNamespace:
        assert not Pipeline.telemetry
        (samples,), rate = sound["waveform"], sound["sample_rate"]
        levels = [
            round(float(samples[i : i + rate].mean()), 1) for i in range(0, len(samples), rate)
        ]
        if max(levels, default=0) > 0.8:
            raise RuntimeError("out of memory")
        tracks = [(i, i + 1.0, f"SPEAKER_{x}") for i, x in enumerate(levels) if x]
        heard = Annotation(tracks)
        return SimpleNamespace(
            speaker_diarization=heard,
            exclusive_speaker_diarization=heard,
            speaker_embeddings=np.array(
                [[3, 0, 0.2] if label == "SPEAKER_0.1" else [0, 5, 0.2] for label in heard.labels()]
            ).reshape(-1, 3),
        )


@pytest.fixture
def package(monkeypatch) -> None:
    """What `import pyannote.audio` and `import torch` find."""
    audio, telemetry, torch = (
        ModuleType(name) for name in ("pyannote.audio", "pyannote.audio.telemetry", "torch")
    )
    audio.Pipeline, audio.__version__ = Pipeline, "4.0.7"
    telemetry.set_telemetry_metrics = lambda on: setattr(Pipeline, "telemetry", on)
    torch.device, torch.from_numpy = lambda name: f"the {name}", lambda array: array
    torch.cuda = SimpleNamespace(is_available=lambda: False)
    for module in (ModuleType("pyannote"), audio, telemetry, torch):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setattr(Pipeline, "telemetry", True)


@pytest.fixture
def folder(tmp_path) -> str:
    (tmp_path / "config.yaml").write_text("pipeline: whole")
    return str(tmp_path)


def chunk(start: int, *levels: float) -> Chunk:
    samples = np.repeat(np.array(levels, dtype=np.float32), 16000)
    return Chunk(start, start + len(levels), samples)


def test_turns_of_chunks_are_put_together_by_embeddings(package, folder):
    diarizer = get_diarizer("pyannote", folder=folder)
    heard = [diarizer.listen(chunk(0, 0.1, 0.1, 0.5)), diarizer.listen(chunk(3, 0, 0.5, 0.1))]
    assert Pipeline.loaded == folder
    assert (diarizer.name, diarizer.version) == ("pyannote", "pyannote.audio 4.0.7")
    assert [turn.speaker for turn in diarizer.turns(heard)] == [
        "Speaker 1",
        "Speaker 2",
        "Speaker 2",
        "Speaker 1",
    ]
    assert [round(turn.start) for turn in diarizer.turns(heard)] == [0, 2, 4, 5]
    diarizer.close()


def test_a_chunk_or_recording_without_voices_has_no_turns(package, folder):
    diarizer = get_diarizer("pyannote", folder=folder)
    assert diarizer.turns([diarizer.listen(chunk(0, 0, 0))]) == []
    assert diarizer.turns([]) == []


def test_what_fails_in_it_is_a_failure_of_the_engine(package, folder):
    with pytest.raises(EngineFailed, match="out of memory"):
        get_diarizer("pyannote", folder=folder).listen(chunk(0, 0.9))


def test_a_folder_without_a_pipeline_is_told_with_what_helps(package, tmp_path):
    with pytest.raises(EngineUnavailable, match="no pipeline") as error:
        get_diarizer("pyannote", folder=str(tmp_path))
    assert "hf download" in (error.value.hint or "")


def test_a_damaged_pipeline_is_told(package, folder):
    Path(folder, "config.yaml").write_text("damaged")
    with pytest.raises(EngineUnavailable, match="cannot be read"):
        get_diarizer("pyannote", folder=folder)


def test_without_the_package_it_is_told_how_to_install_it(monkeypatch):
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EngineUnavailable, match="not installed") as error:
        get_diarizer("pyannote", folder="anywhere")
    assert "requirements/pyannote.txt" in (error.value.hint or "")
