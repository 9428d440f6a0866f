"""What tells speakers apart is to the rest of TalkToText."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, Protocol, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from talktotext.speech.cut import Chunk

Times = npt.NDArray[np.float64]  # (start, end), seconds from the start of the recording; (n, 2)
Float16 = npt.NDArray[np.float16]


class Turn(NamedTuple):
    """A stretch in which one speaker has the floor; seconds from the start of the recording."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True, eq=False)
class Voices:
    """What was heard of the voices in one chunk: some 2 kB a second of speech, to be kept until
    the whole recording is heard.

    Attributes:
        start, end: seconds; the chunk's.
        speech: where somebody speaks, in order, shape (m, 2).
        times: the stretches that were listened to, by their starts, shape (n, 2); they may overlap.
        embeddings: what the voice in each is like: unit vectors, shape (n, d). All of one
            diarizer's can be compared.
        loudness: RMS, 0 to 1, for each 100 ms from `start` on, of the left and the right channel,
            shape (frames, 2), or of the only one, shape (frames, 1).
    """

    start: float
    end: float
    speech: Times
    times: Times
    embeddings: Float16
    loudness: Float16

    def to_bytes(self) -> bytes:
        """As NumPy's .npz, for a checkpoint."""
        out = io.BytesIO()
        np.savez(out, **{field.name: getattr(self, field.name) for field in fields(self)})
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` gave.

        Raises:
            ValueError: it is something else.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                values = {field.name: arrays[field.name] for field in fields(cls)}
        except (KeyError, EOFError, BadZipFile) as error:
            raise ValueError(f"These are no Voices: {error}") from error
        return cls(**{**values, "start": float(values["start"]), "end": float(values["end"])})


class Diarizer(Protocol):
    """Tells speakers apart. It remembers nothing from call to call, and several threads may call
    it at once."""

    @property
    def name(self) -> str:
        """Its key in `DIARIZERS`."""

    @property
    def version(self) -> str:
        """The package that runs the model, and its version: "pyannote.audio 4.0.7"."""

    def listen(self, chunk: Chunk) -> Voices:
        """The voices of one chunk: all that `turns` will want to know of it.

        Raises:
            EngineUnavailable: its model is not there.
            EngineFailed: it could not do it; another try may help.
        """

    def turns(self, heard: Sequence[Voices]) -> list[Turn]:
        """Who speaks when, over the whole recording.

        Args:
            heard: what `listen` gave for each chunk, in order.

        Returns:
            Turns in order, none over another; "Speaker 1", "Speaker 2"… in order of appearance.
        """

    def close(self) -> None:
        """Free what it holds. It cannot be used afterwards; closing twice does no harm."""
