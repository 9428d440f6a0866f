"""Decoded sound on disk: 16-bit samples, 16 000 a second, in one channel or two, mixed when read.

A WAV file as ffmpeg streams it (http://soundfile.sapp.org/doc/WaveFormat/): 44 bytes of header,
whose sizes say "unknown", then the samples. Both channels are kept, as who speaks may be a matter
of the channel; ffmpeg writes two as fast as one.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000  # what speech engines are trained on
HEADER = 44  # bytes
CHANNELS_AT = 22  # in the header
FRAME = SAMPLE_RATE // 100  # samples in 10 ms
BLOCK = SAMPLE_RATE  # samples that are mixed in one way: a second
OPPOSED = 0.05  # power of the sum over that of the difference, where a channel is turned over
ALIKE = 0.001  # power of the weaker over that of the stronger of the two: channels 30 dB alike

Int16 = npt.NDArray[np.int16]
Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Decoded:
    """A decoded recording.

    Attributes:
        path: its sound, for `SoundFile` or `open_samples`.
        duration: seconds, counted from the samples and not taken from a header.
        complete: whether this is the whole recording; False when `limit` cut it.
        truncated: whether the recording seems damaged or cut short: ffmpeg complained, yet gave
            samples, or the file holds less than it says itself.
    """

    path: Path
    duration: float
    complete: bool
    truncated: bool


class SoundFile:
    """Sound that was decoded, or is still being decoded, into a file. Threads may share it.

    Args:
        path: what `decode` or `Decoding` wrote.
    """

    def __init__(self, path: str | Path):
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115 -- see `close`

    def __len__(self) -> int:
        """Samples there are by now, a channel's."""
        if not (channels := self.channels):
            return 0
        return (os.fstat(self._file.fileno()).st_size - HEADER) // (2 * channels)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def channels(self) -> int:
        """1 or 2; 0 as long as the header is not there."""
        header = os.pread(self._file.fileno(), HEADER, 0)
        return struct.unpack_from("<H", header, CHANNELS_AT)[0] if len(header) == HEADER else 0

    def read(self, first: int, last: int) -> Int16:
        """Samples `first` up to `last`, mono, shape (n,): fewer where the file ends before.

        They are the mean of two channels; where those cancel each other out, because one was
        recorded the wrong way round, of one and the other turned over.
        """
        start = first // BLOCK * BLOCK
        return _mix(self._frames(start, whole_blocks(last)))[first - start : last - start]

    def levels(self, first: int, last: int) -> Float32 | None:
        """RMS of left and right, 0 to 1, in each whole 10 ms of samples `first` up to `last`.

        Returns:
            Shape (frames, 2); None where both channels hold the same, or there is only one.
        """
        frames = self._frames(first, last)
        if _are_alike(frames):
            return None
        whole = frames[: len(frames) // FRAME * FRAME]
        levels: Float32 = np.sqrt(_energy(whole, FRAME) / np.float32(FRAME)) / np.float32(32768)
        return levels

    def close(self) -> None:
        """It cannot be read afterwards; closing twice does no harm."""
        self._file.close()

    def _frames(self, first: int, last: int) -> Int16:
        """What is there of samples `first` up to `last`, shape (n, channels)."""
        channels = self.channels or 1
        last = min(last, len(self))
        size, offset = max(0, last - first) * 2 * channels, HEADER + first * 2 * channels
        data = os.pread(self._file.fileno(), size, offset)
        return np.frombuffer(data, dtype="<i2").reshape(-1, channels)


def file_bytes(samples: int, channels: int = 2) -> int:
    """How large a file of so many samples a channel is."""
    return HEADER + samples * 2 * channels


def whole_blocks(samples: int) -> int:
    """That many samples, rounded up to a full second: what must be there to mix them."""
    return -(-samples // BLOCK) * BLOCK


def open_samples(path: str | Path) -> Int16:
    """All samples of a decoded recording in memory, mono, shape (n,)."""
    with SoundFile(path) as sound:
        return sound.read(0, len(sound))


def _mix(frames: Int16) -> Int16:
    """One channel out of one or two, second by second; `frames` begin at a full second."""
    if frames.shape[1] == 1 or np.array_equal(frames[:, 0], frames[:, 1]):
        return np.ascontiguousarray(frames[:, 0])
    together, apart = _sum_and_difference(frames)
    turned = _energy(together, BLOCK) < OPPOSED * _energy(apart, BLOCK)
    turned = np.repeat(turned, BLOCK)[: len(frames)]
    return (np.where(turned, apart, together) >> 1).astype(np.int16)


def _are_alike(frames: Int16) -> bool:
    """Whether one channel says all, up to its sign."""
    if frames.shape[1] == 1 or np.array_equal(frames[:, 0], frames[:, 1]):
        return True
    energies = [_energy(signal, BLOCK).sum() for signal in _sum_and_difference(frames)]
    return bool(min(energies) <= ALIKE * max(energies))


def _sum_and_difference(frames: Int16) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    left, right = frames.astype(np.int32).T
    return left + right, left - right


def _energy(signal: npt.NDArray[np.int16 | np.int32], size: int) -> Float32:
    """Sum of the squares in each stretch of `size` samples, the last of them perhaps shorter."""
    starts = np.arange(0, len(signal), size)
    energy: Float32 = np.add.reduceat(np.square(signal, dtype=np.float32), starts)
    return energy
