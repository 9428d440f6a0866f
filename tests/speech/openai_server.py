"""A server that speaks OpenAI's transcription protocol, and fails as it is told to.

It hears one thing, the pitch of a tone, so that a transcript can be told by its recording.
"""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import imageio_ffmpeg
import numpy as np
from werkzeug import Request, Response

from tests.servers import Fault, Server, key_of, refusal

MODEL = "whisper-1"
STRETCH = 5  # seconds of sound for one segment
SILENCE = 33  # of 16 bits


@dataclass(frozen=True)
class Call:
    """A call that was answered, or was not."""

    at: float  # monotonic
    fault: Fault | None
    form: dict[str, str]
    key: str
    sound: np.ndarray


@dataclass
class Spell:
    """A fault that lasts: for so many calls, or until a time (monotonic)."""

    fault: Fault
    calls: float
    until: float


class OpenAIServer(Server):
    """The server.

    Attributes:
        key: the only API key it takes; any, or none, if empty.
        plain: it is one of those that know no segments and refuse to be asked for them.
        calls: what was asked, in order.
    """

    path = "audio/transcriptions"

    def __init__(self) -> None:
        super().__init__()
        self.key, self.plain = "", False
        self.calls: list[Call] = []
        self._spells: list[Spell] = []
        self._lock = threading.Lock()

    def fail(self, fault: Fault, *, calls: float = 1, seconds: float | None = None) -> None:
        """Be faulty for so many calls, or seconds, once the faults before this one are over."""
        with self._lock:
            now = time.monotonic()
            begins = max([now, *(s.until for s in self._spells if s.until < float("inf"))])
            until = float("inf") if seconds is None else begins + seconds
            calls = calls if seconds is None else float("inf")
            self._spells.append(Spell(fault, calls, until))

    def _fault(self) -> Fault | None:
        with self._lock:
            now = time.monotonic()
            self._spells = [s for s in self._spells if s.calls > 0 and s.until > now]
            if not self._spells:
                return None
            self._spells[0].calls -= 1
            return self._spells[0].fault

    def answer(self, request: Request) -> Response:
        sound, fault, key = read_sound(request), self._fault(), key_of(request)
        self.calls.append(Call(time.monotonic(), fault, request.form.to_dict(), key, sound))
        if fault is None:
            return self._transcribe(request.form.to_dict(), key, sound)
        return self.faulty(fault)

    def _transcribe(self, form: dict[str, str], key: str, sound: np.ndarray) -> Response:
        if self.key and key != self.key:
            return refusal(401, f"Incorrect API key provided: {key}")
        if form["model"] != MODEL:
            return refusal(404, f"The model {form['model']} does not exist")
        if len(sound) < 1600:
            return refusal(400, "Audio file is too short. Minimum audio length is 0.1 seconds.")
        verbose = form.get("response_format") == "verbose_json"
        if self.plain and verbose:
            return refusal(400, "response_format 'verbose_json' is not compatible with the model")
        segments = list(hear(sound))
        answer: dict[str, Any] = {"text": "".join(segment["text"] for segment in segments).strip()}
        if verbose:
            answer |= {"task": "transcribe", "language": "english", "segments": segments}
        return Response(json.dumps(answer), content_type="application/json")


def read_sound(request: Request) -> np.ndarray:
    """The FLAC that was sent, as int16, 16 kHz, mono."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "flac", "-i", "pipe:0"]
    command += ["-f", "s16le", "-ar", "16000", "-ac", "1", "pipe:1"]
    packed = request.files["file"].stream.read()
    unpacked = subprocess.run(command, input=packed, capture_output=True, check=True)
    return np.frombuffer(unpacked.stdout, dtype="<i2")


def hear(sound: np.ndarray) -> Iterator[dict[str, Any]]:
    """Segments as Whisper's, for every stretch that is not silent."""
    size = STRETCH * 16_000
    for first in range(0, len(sound), size):
        part = sound[first : first + size]
        if np.abs(part.astype(np.int32)).max() >= SILENCE:
            yield {
                "id": first // size,
                "start": first / 16_000,
                "end": (first + len(part)) / 16_000,
                "text": f" I hear a tone of {pitch(part)} hertz.",
                "avg_logprob": -0.25,
                "no_speech_prob": 0.01,
                "compression_ratio": 1.1,
            }


def pitch(part: np.ndarray) -> int:
    """The loudest frequency, to the nearest 10 Hz."""
    spectrum = np.abs(np.fft.rfft(part, n=16_000 * STRETCH))
    return round(float(np.argmax(spectrum)) / STRETCH / 10) * 10
