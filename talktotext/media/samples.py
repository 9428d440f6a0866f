"""Decoded sound on disk: raw signed 16-bit little-endian samples, mono, 16 000 a second."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000  # what speech engines are trained on
BYTES_PER_SECOND = SAMPLE_RATE * 2

Int16 = npt.NDArray[np.int16]
Float32 = npt.NDArray[np.float32]


def open_samples(path: str | Path) -> Int16:
    """The samples of a decoded recording, shape (n,), mapped from disk and not read into memory."""
    if Path(path).stat().st_size < 2:  # an empty file cannot be mapped
        return np.zeros(0, dtype=np.int16)
    count = Path(path).stat().st_size // 2
    return np.memmap(path, dtype="<i2", mode="r", shape=(count,))


def to_float(samples: Int16) -> Float32:
    """The same samples as float32 from -1 to 1, shape (n,): a copy, four bytes a sample."""
    return samples.astype(np.float32) / np.float32(32768)
