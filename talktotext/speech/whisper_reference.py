"""Whisper by its authors' own package, openai-whisper, on PyTorch.

https://github.com/openai/whisper. Slower than faster-whisper on a CPU by several times, and it
has no voice activity detection: used only where faster-whisper is not installed.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import whisper

from talktotext.errors import EngineUnavailable
from talktotext.schema import Word
from talktotext.speech.base import Float32, Language
from talktotext.speech.heard import Heard
from talktotext.speech.whisper import Manner


class ReferenceWhisper:
    """See `whisper.Backend`.

    Args:
        checkpoint: a `.pt` file: a path, so that the package fetches nothing.
        device: see `WhisperTranscriber`.

    Raises:
        EngineUnavailable: it cannot be loaded, or not on that device.
    """

    def __init__(self, checkpoint: Path, device: str) -> None:
        self.version = f"openai-whisper {version('openai-whisper')}"
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._model = whisper.load_model(str(checkpoint.absolute()), device=device)
            # Which heads follow the sound it knows of its own models only, and by their names.
            if heads := getattr(whisper, "_ALIGNMENT_HEADS", {}).get(checkpoint.stem):
                self._model.set_alignment_heads(heads)
        except (UnpicklingError, EOFError, KeyError) as error:
            # PyTorch's words advise to load it all the same, and so to run what is in it.
            raise EngineUnavailable(
                f"{checkpoint.name} is damaged or no model of Whisper's",
                hint="Fetch the file again.",
            ) from error
        except (RuntimeError, OSError) as error:
            why = str(error).replace(str(checkpoint.absolute()), checkpoint.name)
            raise EngineUnavailable(
                f"The Whisper model {checkpoint.stem!r} could not be loaded on {device}: {why}",
                hint="Check WHISPER_DEVICE, or fetch the file again.",
            ) from error

    def detect(self, samples: Float32, manner: Manner) -> Language | None:
        """See `whisper.Backend.detect`. Silence too is in some language: there is no VAD."""
        if not self._model.is_multilingual:
            return Language("en", 1.0)
        sound = whisper.pad_or_trim(samples)
        mel = whisper.log_mel_spectrogram(sound, self._model.dims.n_mels).to(self._model.device)
        _, probabilities = self._model.detect_language(mel)
        code = max(probabilities, key=probabilities.__getitem__)
        return Language(code, probabilities[code])

    def hear(
        self, samples: Float32, language: str | None, prompt: str, manner: Manner
    ) -> Iterator[Heard]:
        """See `whisper.Backend.hear`. All is heard before the first word comes."""
        answer = self._model.transcribe(
            samples,
            language=language,
            beam_size=manner.beams,
            temperature=manner.temperatures,
            initial_prompt=prompt or None,
            carry_initial_prompt=bool(prompt),
            word_timestamps=True,
            condition_on_previous_text=False,
            no_speech_threshold=None,
            fp16=self._model.device.type == "cuda",
        )
        return map(_heard, answer["segments"])

    def close(self) -> None:
        """Free the model."""
        del self._model


def _heard(segment: Mapping[str, Any]) -> Heard:
    return Heard(
        segment["start"],
        segment["end"],
        segment["text"],
        segment["avg_logprob"],
        segment["no_speech_prob"],
        segment["compression_ratio"],
        tuple(
            Word(start=w["start"], end=w["end"], text=w["word"], confidence=w["probability"])
            for w in segment.get("words", ())
        ),
    )
