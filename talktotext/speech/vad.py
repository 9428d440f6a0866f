"""Where somebody speaks: Silero VAD 5, for every engine.

https://github.com/snakers4/silero-vad. The model reads 32 ms at a time, after the 4 ms before
them, and carries a state from frame to frame. Long sound is read in a few stretches side by side,
each with a second of run-up, in which the state settles: half the CPU time, and 99.6 % of the
frames of real speech fall on the same side.
"""

import threading
import weakref

import numpy as np
import numpy.typing as npt

from talktotext.speech import embedded
from talktotext.speech.base import SAMPLE_RATE, Float32

FRAME = 512  # samples, 32 ms: what the model was trained on
CONTEXT = 64  # samples before each frame
STRETCHES = 4  # read side by side…
RUN_UP = 32  # …each after so many frames of the one before
SHORT = 8 * RUN_UP  # frames of sound that is not worth dividing

SPEECH = 0.5  # speech starts at this probability…
SILENCE = 0.35  # …and ends below this one,
PAUSE = 0.2  # seconds long; a shorter pause is none
SHORTEST = 0.1  # seconds; what is shorter is a click or a cough
# Whatever is said has a frame of at least this probability: a single word 0.99, distant speech in
# noise 0.99 a minute. Noise stays below 0.5, made music and tones below 0.86 (0.94 for one made
# like a voice).
CLEAR = 0.9

_latest = threading.local()


def speech_probability(samples: Float32) -> Float32:
    """How likely it is that somebody speaks, 0 to 1, in each 32 ms, shape (ceil(n / 512),).

    It is a tenth of the work of the default engine, and asked for by engine, judge and diarizer in
    turn: what was found in the sound that this thread listened to last is remembered.

    Args:
        samples: mono, 16 kHz, from -1 to 1, shape (n,). Quiet sound is to be levelled before.

    Raises:
        EngineUnavailable: see `embedded.session`.
    """
    latest = getattr(_latest, "found", None)
    if latest is None or latest[0]() is not samples:
        latest = _latest.found = weakref.ref(samples), _listen(samples)
    found: Float32 = latest[1]
    return found


def has_speech(samples: Float32) -> bool:
    """Whether anybody says anything: false for silence, noise and nearly all music.

    Args, Raises: see `speech_probability`.
    """
    return bool((speech_probability(samples) >= CLEAR).any())


def _listen(samples: Float32) -> Float32:
    frames = -(-len(samples) // FRAME)
    if frames == 0:
        return np.zeros(0, dtype=np.float32)
    stretches = STRETCHES if frames > SHORT else 1
    each = -(-frames // stretches)
    run_up = RUN_UP if stretches > 1 else 0
    padded = np.zeros(CONTEXT + (run_up + stretches * each) * FRAME, dtype=np.float32)
    padded[CONTEXT + run_up * FRAME :][: len(samples)] = samples
    firsts = np.arange(stretches) * each * FRAME
    found = _run(padded, firsts, run_up + each)
    return found[run_up:].T.reshape(-1)[:frames]


def _run(padded: Float32, firsts: npt.NDArray[np.int64], count: int) -> Float32:
    """Probabilities of `count` frames from each of `firsts`, shape (count, stretches)."""
    model = embedded.session("silero-vad")
    state = np.zeros((2, len(firsts), 128), dtype=np.float32)
    rate = np.array(SAMPLE_RATE, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT + FRAME)
    found = np.empty((count, len(firsts)), dtype=np.float32)
    for i in range(count):
        feed = {"input": windows[firsts + i * FRAME], "state": state, "sr": rate}
        probability, state = model.run(None, feed)
        found[i] = probability[:, 0]
    return found


def spans(samples: Float32) -> list[tuple[float, float]]:
    """The stretches of speech as (start, end), in seconds from the first sample, in order.

    Raises:
        EngineUnavailable: see `embedded.session`.
    """
    return group(speech_probability(samples), len(samples) / SAMPLE_RATE)


def group(probability: Float32, duration: float) -> list[tuple[float, float]]:
    """Frames -> stretches of speech: with hysteresis, over short pauses, without clicks.

    Args:
        probability: from `speech_probability`.
        duration: seconds of sound; nothing ends later.
    """
    seconds = FRAME / SAMPLE_RATE
    found: list[tuple[float, float]] = []
    for first, last in _runs(probability >= SILENCE):
        likely = np.flatnonzero(probability[first:last] >= SPEECH)
        if len(likely) == 0:
            continue
        span = ((first + int(likely[0])) * seconds, min(last * seconds, duration))
        if found and span[0] - found[-1][1] < PAUSE:
            span = (found.pop()[0], span[1])
        found.append(span)
    return [(start, end) for start, end in found if end - start >= SHORTEST]


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first frame of each run of True, and the first after it."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
