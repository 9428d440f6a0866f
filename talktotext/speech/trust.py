"""How far the words of a Whisper model may be trusted, by the figures it gives with them."""

import math
from collections.abc import Iterator

# Where Whisper itself doubts (the defaults of transcribe() in openai/whisper's transcribe.py).
NO_SPEECH, UNLIKELY, REPETITIVE = 0.6, -1.0, 2.4


def confidence(avg_logprob: float | None) -> float | None:
    """The mean probability of a word piece, 0 to 1; None where it is not known."""
    if avg_logprob is None or math.isnan(avg_logprob):
        return None
    return math.exp(min(avg_logprob, 0.0))


def flags(
    avg_logprob: float | None, no_speech_prob: float | None, compression_ratio: float | None
) -> Iterator[str]:
    """Why the words may be invented: "no_speech", "low_confidence", "repetition".

    Args:
        avg_logprob: the mean logarithm of a word piece's probability.
        no_speech_prob: how likely it is that nobody speaks, 0 to 1.
        compression_ratio: how much shorter zlib makes the text; that of a loop is high.
    """
    if no_speech_prob is not None and no_speech_prob > NO_SPEECH:
        yield "no_speech"
    if avg_logprob is not None and avg_logprob < UNLIKELY:
        yield "low_confidence"
    if compression_ratio is not None and compression_ratio > REPETITIVE:
        yield "repetition"
