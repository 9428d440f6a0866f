"""A server that speaks OpenAI's transcription protocol, and fails as it is told to.

It hears one thing, the pitch of a tone, so that a transcript can be told by its recording. Real
HTTP on a real port: engines and whole installations may be pointed at it.
"""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import imageio_ffmpeg
import numpy as np
from werkzeug import Request, Response
from werkzeug.serving import make_server

MODEL = "whisper-1"
STRETCH = 5  # seconds of sound for one segment
SILENCE = 33  # of 16 bits


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call: an answer of its own, or none until the server closes."""

    status: int = 200
    body: bytes = b'{"error": {"message": "as told"}}'
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False

    @property
    def name(self) -> str:
        return "hang" if self.hang else str(self.status)


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


class OpenAIServer:
    """The server, in a thread of this process.

    Attributes:
        key: the only API key it takes; any, or none, if empty.
        plain: it is one of those that know no segments and refuse to be asked for them.
        calls: what was asked, in order.
    """

    def __init__(self) -> None:
        self.key, self.plain = "", False
        self.calls: list[Call] = []
        self._spells: list[Spell] = []
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/v1"

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

    def _serve(self, environ: Any, start_response: Any) -> Any:
        with Request(environ) as request:  # which closes the files that were sent
            return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path != "/v1/audio/transcriptions":
            return refusal(404, f"Invalid URL {request.path}")
        sound, fault = read_sound(request), self._fault()
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(time.monotonic(), fault, request.form.to_dict(), key, sound))
        if fault is None:
            return self._transcribe(request.form.to_dict(), key, sound)
        if fault.hang:
            self._closing.wait()
        return Response(fault.body, fault.status, fault.headers, content_type="application/json")

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


def refusal(status: int, message: str) -> Response:
    """An error in OpenAI's shape."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return Response(json.dumps({"error": error}), status, content_type="application/json")


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
