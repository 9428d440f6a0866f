"""Recordings of many kinds, made by the very ffmpeg that is to read them."""

import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from talktotext.media import find_ffmpeg

SECONDS = 3
Make = Callable[..., Path]


@pytest.fixture(scope="session")
def tone(tmp_path_factory) -> Path:
    """Three seconds of a 440 Hz tone, 16 kHz mono, as a WAV file."""
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    times = np.arange(SECONDS * 16000) / 16000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((8000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes())
    return path


@pytest.fixture
def make(tmp_path) -> Make:
    """make("name.ext", *arguments): run ffmpeg with them; the file, renamed to have no ending."""

    def run(name: str, *arguments: str | Path) -> Path:
        path = tmp_path / name
        command = [find_ffmpeg(), "-nostdin", "-v", "error", "-y", *map(str, arguments), str(path)]
        subprocess.run(command, check=True)
        return path.rename(tmp_path / "upload")

    return run


@pytest.fixture
def out(tmp_path) -> Path:
    """Where to decode to, in a folder with nothing else in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "sound"


@pytest.fixture(scope="session")
def day(tmp_path_factory) -> Path:
    """A day of silence in a FLAC of some hundred kilobytes."""
    path = tmp_path_factory.mktemp("day") / "day.flac"
    silence = ("-f", "lavfi", "-i", "anullsrc=r=1000:cl=mono:nb_samples=65535", "-t", "86400")
    flac = ("-frame_size", "65535", "-strict", "-2", str(path))
    subprocess.run([find_ffmpeg(), "-nostdin", "-v", "error", *silence, *flac], check=True)
    return path
