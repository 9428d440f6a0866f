"""Whisper by faster-whisper: CTranslate2, no PyTorch. https://github.com/SYSTRAN/faster-whisper"""

import logging
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment, restore_speech_timestamps
from faster_whisper.vad import collect_chunks, get_speech_timestamps

from talktotext.errors import EngineUnavailable
from talktotext.schema import Word
from talktotext.speech.base import SAMPLE_RATE, Float32, Language
from talktotext.speech.heard import Heard
from talktotext.speech.whisper import Manner

logging.getLogger("faster_whisper").setLevel(logging.WARNING)  # else two lines for every chunk


class FasterWhisper:
    """See `whisper.Backend`.

    Args:
        folder: the model in CTranslate2's format, whole: what it lacks, the package would fetch.
        device, compute, threads: see `WhisperTranscriber`.

    Raises:
        EngineUnavailable: it cannot be loaded, or not on that device.
    """

    def __init__(self, folder: Path, device: str, compute: str, threads: int) -> None:
        self.version = f"faster-whisper {version('faster-whisper')}"
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        if compute == "auto" and device == "cpu":
            compute = "int8"
        try:
            self._model = WhisperModel(
                str(folder),
                device=device,
                compute_type=compute,
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            why = str(error).replace(str(folder), folder.name)  # users need not know where
            raise EngineUnavailable(
                f"The Whisper model {folder.name!r} could not be loaded on {device}: {why}",
                hint="Check WHISPER_DEVICE and WHISPER_COMPUTE, or fetch the model again.",
            ) from error

    def detect(self, samples: Float32, manner: Manner) -> Language | None:
        """See `whisper.Backend.detect`."""
        if manner.only_speech:
            samples, _ = _speech(samples)
        if not len(samples):
            return None
        if not self._model.model.is_multilingual:
            return Language("en", 1.0)
        code, probability, _ = self._model.detect_language(samples)
        return Language(code, float(probability))

    def hear(
        self, samples: Float32, language: str | None, prompt: str, manner: Manner
    ) -> Iterator[Heard]:
        """See `whisper.Backend.hear`. What is heard comes window by window."""
        parts: list[dict[str, int]] = []
        if manner.only_speech:
            samples, parts = _speech(samples)
            if not parts:
                return iter(())
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=manner.beams,
            temperature=list(manner.temperatures),
            hotwords=prompt or None,
            word_timestamps=True,
            # What went before talks the model into loops; a chunk is two windows at the most.
            condition_on_previous_text=False,
            # The package would drop what its model takes for silence. We flag it.
            no_speech_threshold=None,
        )
        if parts:
            segments = restore_speech_timestamps(segments, parts, SAMPLE_RATE)
        return _heard(segments)

    def close(self) -> None:
        """Free the model."""
        self._model.model.unload_model()


def _speech(samples: Float32) -> tuple[Float32, list[dict[str, int]]]:
    """What Silero VAD takes for speech, joined, and the samples at which each part begins and
    ends."""
    parts = get_speech_timestamps(samples)
    return np.concatenate(collect_chunks(samples, parts)[0]), parts


def _heard(segments: Iterable[Segment]) -> Iterator[Heard]:
    for segment in segments:
        words = (
            Word(start=w.start, end=w.end, text=w.word, confidence=min(max(w.probability, 0), 1))
            for w in segment.words or ()
        )
        yield Heard(
            segment.start,
            segment.end,
            segment.text,
            segment.avg_logprob,
            segment.no_speech_prob,
            segment.compression_ratio,
            tuple(words),
        )
