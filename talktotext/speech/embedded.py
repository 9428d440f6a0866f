"""The small models inside moonshine-voice's native library: voice activity, and voices.

The library brings two ONNX models for its own use, and exports their bytes as data. Run in ONNX
Runtime (https://onnxruntime.ai) they serve every engine, with nothing to fetch:

* Silero VAD 5 (https://github.com/snakers4/silero-vad, MIT): where somebody speaks;
* pyannote/embedding (https://huggingface.co/pyannote/embedding, MIT): an x-vector for a voice.

ONNX Runtime starts threads as it loads, so a process must not fork after the first call here.
"""

import ctypes
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from talktotext.errors import EngineUnavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


@dataclass(frozen=True)
class _Symbols:
    """What the library calls a model's bytes and their number, and the type of the number."""

    bytes: str
    count: str
    integer: type[ctypes.c_uint32] | type[ctypes.c_uint64]


MODELS = {
    "silero-vad": _Symbols("silero_vad_onnx", "silero_vad_onnx_len", ctypes.c_uint32),
    "x-vector": _Symbols(
        "speaker_embedding_model_ort_bytes",
        "speaker_embedding_model_ort_byte_count",
        ctypes.c_uint64,
    ),
}


_loading = Lock()  # the library is not made for two threads that load it at once


def session(name: str) -> "InferenceSession":
    """The model, loaded once in a process; any number of threads may run it at once.

    Each run stays on the thread that asks for it: these models are too small to share out.

    Args:
        name: a key of `MODELS`.

    Raises:
        EngineUnavailable: the library or ONNX Runtime is missing, or has another form.
    """
    with _loading:
        return _session(name)


@cache
def _session(name: str) -> "InferenceSession":
    try:
        from onnxruntime import InferenceSession, SessionOptions
    except ImportError as error:
        raise EngineUnavailable(
            f"ONNX Runtime could not be loaded: {error}",
            hint="Run `pip install -r requirements.txt`.",
        ) from error
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # which keeps for ever what one call in thousands needed
    return InferenceSession(_model(MODELS[name]), options, providers=["CPUExecutionProvider"])


def _model(symbols: _Symbols) -> bytes:
    """The model's file, copied out of the library."""
    from moonshine_voice.errors import MoonshineError
    from moonshine_voice.moonshine_api import _MoonshineLib

    try:
        library = _MoonshineLib().lib
        count = symbols.integer.in_dll(library, symbols.count).value
        first = ctypes.c_ubyte.in_dll(library, symbols.bytes)
    except (MoonshineError, ValueError) as error:
        raise EngineUnavailable(
            f"The library of moonshine-voice has no {symbols.bytes}: {error}",
            hint="Run `pip install --force-reinstall moonshine-voice==0.0.49`.",
        ) from error
    return ctypes.string_at(ctypes.addressof(first), count)
