"""Recordings of any length whose words and speakers are known.

`reading` repeats the recording in moonshine-voice's wheel (LibriVox, public domain), with pauses;
`meeting` is spoken by Debian's flite: three voices that take turns.
"""

import io
import re
import shutil
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from moonshine_voice.utils import get_assets_path

from talktotext import media
from talktotext.config import ROOT
from talktotext.speech.base import SAMPLE_RATE, Int16

VOICES = ("slt", "rms", "awb")
PAUSES = (0.3, 1.5)  # seconds between two stretches
HISS = 3  # of 16 bits, RMS: a pause in a recording is never digital silence

# What is read in two_cities.wav (Charles Dickens, "A Tale of Two Cities", 1859).
TWO_CITIES = """\
It was the best of times, it was the worst of times, it was the age of wisdom, it was
the age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the
season of Light, it was the season of Darkness, it was the spring of hope, it was the winter of
despair, we had everything before us, we had nothing before us, we were all going direct to Heaven,
we were all going direct the other way – in short, the period was so far like the present period,
that some of its noisiest authorities insisted on its being received, for good or for evil, in the
superlative degree of comparison only."""


class Spoken(NamedTuple):
    """A stretch of speech: seconds from the start, who speaks, and the words."""

    start: float
    end: float
    voice: str
    words: str


@dataclass(frozen=True)
class Made:
    """A recording, int16, mono, 16 kHz, and what is said in it."""

    samples: Int16
    spoken: list[Spoken]

    @property
    def words(self) -> str:
        """All words."""
        return " ".join(spoken.words for spoken in self.spoken)

    def wav(self) -> bytes:
        """As a WAV file."""
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(self.samples.tobytes())
        return out.getvalue()


def reading(minutes: float, seed: int = 1) -> Made:
    """One reader, the same page again and again, for at least so many minutes."""
    with TemporaryDirectory() as folder:
        decoded = Path(folder) / "page"
        media.decode(get_assets_path() / "two_cities.wav", decoded, max_duration=60, timeout=60)
        page = media.open_samples(decoded)
    return _joined(((page, "reader", TWO_CITIES) for _ in iter(int, 1)), minutes, seed)


def meeting(minutes: float, seed: int = 1) -> Made:
    """Three voices that take turns, for at least so many minutes.

    Raises:
        FileNotFoundError: flite is not installed.
    """
    if shutil.which("flite") is None:
        raise FileNotFoundError("flite is not installed: apt install flite")
    return _joined(_turns(Random(seed)), minutes, seed)


def _turns(draw: Random) -> Iterator[tuple[Int16, str, str]]:
    """One to three sentences, then another voice."""
    lines, voice = _lines(), ""
    while True:
        voice = draw.choice([other for other in VOICES if other != voice])
        for _ in range(draw.randint(1, 3)):
            words = draw.choice(lines)
            yield _say(voice, words), voice, words


def _say(voice: str, words: str) -> Int16:
    command = ["flite", "-voice", voice, "-t", words, "-o", "/dev/stdout"]
    return _resampled(subprocess.run(command, check=True, capture_output=True).stdout)


def _lines() -> list[str]:
    """Sentences of the sample meeting, and of a tale."""
    script = (ROOT / "samples" / "meeting.txt").read_text().partition("\n---")[0]
    said = re.findall(r"^\w+: (.+)$", script, re.MULTILINE)
    return [*said, *TWO_CITIES.replace("\n", " ").split(", ")]


def _joined(stretches: Iterator[tuple[Int16, str, str]], minutes: float, seed: int) -> Made:
    draw, noise = Random(seed), np.random.default_rng(seed)
    parts: list[Int16] = []
    spoken: list[Spoken] = []
    at = 0
    for samples, voice, words in stretches:
        spoken.append(Spoken(at / SAMPLE_RATE, (at + len(samples)) / SAMPLE_RATE, voice, words))
        pause = int(draw.uniform(*PAUSES) * SAMPLE_RATE)
        parts += [samples, noise.normal(0, HISS, pause).astype(np.int16)]
        at += len(samples) + pause
        if at >= minutes * 60 * SAMPLE_RATE:
            return Made(np.concatenate(parts), spoken)
    raise AssertionError("the stretches do not end")


def _resampled(wav: bytes) -> Int16:
    """16-bit mono WAV at 16 kHz, linearly interpolated: good enough for speech."""
    with wave.open(io.BytesIO(wav)) as file:
        rate, data = file.getframerate(), file.readframes(2**31 - 1)
    samples = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")
    if rate == SAMPLE_RATE:
        return samples
    places = np.arange(0, len(samples), rate / SAMPLE_RATE)
    return np.interp(places, np.arange(len(samples)), samples).astype(np.int16)
