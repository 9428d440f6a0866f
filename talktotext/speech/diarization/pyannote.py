"""pyannote.audio's speaker diarization, from a folder that somebody fetched: the best there is.

https://github.com/pyannote/pyannote-audio, MIT; of its pipelines, speaker-diarization-community-1
is CC BY 4.0. Made for whole recordings; here it tells the voices within each chunk apart,
and the chunks' voices are put together at the end by its own embeddings. So memory stays bounded,
and the work goes on beside transcription; a voice heard in one chunk for a second or two may get
a label of its own, which over the whole recording it might not.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

import numpy as np
import torch
from pyannote.audio import Pipeline, __version__
from pyannote.audio.telemetry import set_telemetry_metrics

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.speech.base import SAMPLE_RATE
from talktotext.speech.cut import Chunk
from talktotext.speech.diarization import channels
from talktotext.speech.diarization.base import Float16, Times, Turn, Voices
from talktotext.speech.diarization.cluster import cluster
from talktotext.speech.diarization.turns import Stretch, named

LIKENESS = 1.0  # `cluster` joins voices at half of it: between the means of seconds of speech
FETCH = "Run `hf download pyannote/speaker-diarization-community-1 --local-dir FOLDER` once."


class PyannoteDiarizer:
    """See `Diarizer`.

    Args:
        folder: of the pipeline, with its config.yaml and its models: nothing is fetched.
        device: "cpu", "cuda", or "auto" for a GPU where there is one.

    Raises:
        EngineUnavailable: there is no pipeline, or it cannot be loaded.
    """

    name: ClassVar[str] = "pyannote"

    def __init__(self, folder: str, device: str = "auto") -> None:
        self.version = f"pyannote.audio {__version__}"
        self._alone = Lock()  # it is not made for several threads
        set_telemetry_metrics(False)  # it would tell its makers of every recording's length
        if not Path(folder, "config.yaml").is_file():
            raise EngineUnavailable(f"{folder} holds no pipeline of pyannote.audio", hint=FETCH)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._pipeline = Pipeline.from_pretrained(folder).to(torch.device(device))
        except (RuntimeError, OSError, ValueError, KeyError) as error:
            raise EngineUnavailable(
                f"The pipeline in {folder} could not be loaded on {device}: {error}", hint=FETCH
            ) from error

    def listen(self, chunk: Chunk) -> Voices:
        """See `Diarizer.listen`: each turn within the chunk, with its speaker's embedding."""
        sound = {"waveform": torch.from_numpy(chunk.samples[None]), "sample_rate": SAMPLE_RATE}
        try:
            with self._alone:
                found = self._pipeline(sound)
        except RuntimeError as error:
            raise EngineFailed(f"pyannote.audio failed: {error}") from error
        times, embeddings = _local(found)
        return Voices(
            start=chunk.start,
            end=chunk.end,
            speech=chunk.start + times,
            times=chunk.start + times,
            embeddings=embeddings,
            loudness=channels.loudness(chunk),
        )

    def turns(self, heard: Sequence[Voices]) -> list[Turn]:
        """See `Diarizer.turns`."""
        by_channel = channels.turns(heard)
        if by_channel is not None or not heard:
            return by_channel or []
        times = np.concatenate([voices.times for voices in heard])
        vectors = np.concatenate([voices.embeddings for voices in heard]).astype(np.float32)
        if len(times) == 0:
            return []
        labels = cluster(vectors, LIKENESS)
        stretches = (
            Stretch(start, end, int(label))
            for (start, end), label in zip(times, labels, strict=True)
        )
        return named(stretches, heard[-1].end)

    def close(self) -> None:
        """Free the models."""
        self._pipeline = None


def _local(found: Any) -> tuple[Times, Float16]:
    """The turns in what the pipeline found in a chunk, and the embedding of each one's speaker.

    Of speech over one another, "exclusive" turns hold the louder: what a transcript can show.
    """
    row = {label: i for i, label in enumerate(found.speaker_diarization.labels())}
    tracks = found.exclusive_speaker_diarization.itertracks(yield_label=True)
    turns = [(turn.start, turn.end, row[label]) for turn, _, label in tracks]
    times = np.array([turn[:2] for turn in turns], dtype=np.float64).reshape(-1, 2)
    vectors = np.nan_to_num(np.asarray(found.speaker_embeddings, dtype=np.float32))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return times, vectors[[speaker for *_, speaker in turns]].astype(np.float16)
