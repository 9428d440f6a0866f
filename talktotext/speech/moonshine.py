"""Moonshine tiny: English on a plain CPU, its weights inside the wheel; nothing is ever fetched.

https://github.com/moonshine-ai/moonshine. Pinned to moonshine-voice 0.0.49, the last line whose
wheel carries weights. Of the package only the files are used: see `moonshine_model`. The modules
for microphones, which need PortAudio, are never imported.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import ClassVar, Self

import numpy as np
from moonshine_voice.utils import get_model_path
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.schema import Segment
from talktotext.speech import vad
from talktotext.speech.base import SAMPLE_RATE, Float32, Language, check_language
from talktotext.speech.heard import Heard, segments
from talktotext.speech.moonshine_model import MoonshineModel
from talktotext.speech.utterances import sentences, utterances

# ONNX Runtime's errors have no base of their own.
ORT_ERRORS = (
    *(ort.Fail, ort.InvalidArgument, ort.InvalidGraph, ort.InvalidProtobuf, ort.NoSuchFile),
    *(ort.NotImplemented, ort.RuntimeException),
)


class MoonshineTranscriber:
    """The default engine.

    Args:
        model: shared with other transcribers; a new one if None.

    Raises:
        EngineUnavailable: the weights cannot be read.
    """

    name: ClassVar[str] = "moonshine"
    model: ClassVar[str] = "tiny-en"
    languages: ClassVar[frozenset[str] | None] = frozenset({"en"})

    def __init__(self, model: MoonshineModel | None = None) -> None:
        self.version = f"moonshine-voice {version('moonshine-voice')}"
        self._model: MoonshineModel | None = model or _load()

    @classmethod
    def load(cls, threads: int) -> list[Self]:
        """One for each thread, all on one model."""
        model = _load()
        return [cls(model) for _ in range(threads)]

    def detect(self, samples: Float32) -> Language | None:
        """None: it takes whatever it hears for English."""
        return None

    def transcribe(
        self, samples: Float32, *, language: str = "auto", vocabulary: Sequence[str] = ()
    ) -> Iterator[Segment]:
        """See `Transcriber.transcribe`. It cannot be told a vocabulary."""
        check_language(self, language)
        if self._model is None:
            raise EngineFailed("The speech engine 'moonshine' is closed")
        sound = np.ascontiguousarray(samples, dtype=np.float32)
        if vad.has_speech(sound):
            with _failures():
                yield from segments(_hear(self._model, sound), len(sound) / SAMPLE_RATE)

    def close(self) -> None:
        """Let go of the model."""
        self._model = None


def _load() -> MoonshineModel:
    try:
        return MoonshineModel(get_model_path(MoonshineTranscriber.model))
    except (OSError, *ORT_ERRORS) as error:
        raise EngineUnavailable(
            f"The speech engine 'moonshine' could not be loaded: {error}",
            hint="Run `pip install --force-reinstall moonshine-voice==0.0.49`.",
        ) from error


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ORT_ERRORS as error:
        raise EngineFailed(f"Moonshine failed: {error}") from error


def _hear(model: MoonshineModel, sound: Float32) -> Iterator[Heard]:
    """Sentence by sentence."""
    for utterance in utterances(vad.spans(sound)):
        text, logprob = model.hear(utterance.samples(sound))
        for start, end, sentence in sentences(_tidy(text), utterance):
            yield Heard(start, end, sentence, avg_logprob=logprob)


def _tidy(text: str) -> str:
    """The model writes ",," now and then, and starts sentences within a line in lower case."""
    text = re.sub(r"([,.?!])\1+", r"\1", text)
    return re.sub(r"(?:^|[.?!] )[a-z]", lambda start: start[0].upper(), text)
