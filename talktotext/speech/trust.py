"""How far what an engine wrote may be trusted: by its own figures, by the text, by the sound.

Speech engines invent (Radford et al. 2022, section 6; Koenecke et al. 2024, "Careless Whisper").
What looks invented is flagged, never dropped: now and then somebody did say it.
"""

import math
import zlib
from collections.abc import Iterator, Sequence

from talktotext.schema import Segment
from talktotext.speech import vad
from talktotext.speech.base import SAMPLE_RATE, Float32

# Where Whisper itself doubts (the defaults of transcribe() in openai/whisper's transcribe.py).
NO_SPEECH, UNLIKELY, REPETITIVE = 0.6, -1.0, 2.4
AUDIBLE = 0.8  # probability of speech that some frame under a segment must reach
ROUGHLY = 0.3  # seconds by which the times of a segment may be wrong
# A loop is a phrase that comes at least so often in a row, and makes so many words in all. "I don't
# know, I don't know, I don't know" is none; of a longer phrase three times are enough.
ROUNDS, LOOP_WORDS = 4, 8
LONG_PHRASE, LONG_ROUNDS = 5, 3
LONGEST_PHRASE = 12  # words
# Share of the words in loops from which on the rest is not worth much either. Of 45 s of English,
# read or in meetings, none; of nine other languages given to Moonshine, from 19 % in three.
MUCH = 0.15
# Mean confidence below which an engine did not know the language. Moonshine was given 14 languages
# in two voices each, at most 0.42, and 33 recordings of English: voices from Scotland to the
# Caribbean, meetings 0.67 and up, noise and distance down to 0.47, where two words in three were
# wrong.
MISUNDERSTOOD = 0.45
ENOUGH_WORDS = 20


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


def doubts(segment: Segment, sound: Float32) -> tuple[str, ...]:
    """The flags of a segment, with those that its text and its sound give away, whatever engine.

    Args:
        sound: what the segment's times count from, levelled.

    Raises:
        EngineUnavailable: see `vad.speech_probability`.
    """
    found = list(segment.flags)
    if is_loop(segment.text):
        found.append("repetition")
    if not _is_spoken(segment, sound):
        found.append("no_speech")
    return tuple(dict.fromkeys(found))


def _is_spoken(segment: Segment, sound: Float32) -> bool:
    """Whether anybody speaks while the segment lasts, as engines tell times: roughly."""
    frames = SAMPLE_RATE / vad.FRAME
    first = max(0, math.floor((segment.start - ROUGHLY) * frames))
    last = math.ceil((segment.end + ROUGHLY) * frames)
    return bool((vad.speech_probability(sound)[first:last] >= AUDIBLE).any())


def is_mostly_invented(segments: Sequence[Segment]) -> bool:
    """Whether so much loops that the engine did not understand what it heard: noise, music, or a
    language that it does not know."""
    looped = sum(len(s.text.split()) for s in segments if "repetition" in s.flags)
    return looped > MUCH * sum(len(segment.text.split()) for segment in segments)


def is_misunderstood(segments: Sequence[Segment]) -> bool:
    """Whether the engine was unsure throughout: of a language that it does not know, or of sound
    in which hardly a word can be made out.

    What it was sure of is weighed by its words; where there are few of them it is not judged.
    """
    known = [
        (math.log(max(s.confidence, 0.001)), len(s.text.split()))
        for s in segments
        if s.confidence is not None
    ]
    words = sum(count for _, count in known)
    total = sum(logarithm * count for logarithm, count in known)
    return words >= ENOUGH_WORDS and total / words < math.log(MISUNDERSTOOD)


def is_loop(text: str) -> bool:
    """Whether a text goes round in circles: a phrase over and over, or far too easy to compress."""
    data = text.encode()
    if len(data) / len(zlib.compress(data)) > REPETITIVE:
        return True
    words = [word.strip(".,;:!?…") for word in text.lower().split()]
    return any(_goes_round(words, size) for size in range(1, LONGEST_PHRASE + 1))


def _goes_round(words: list[str], size: int) -> bool:
    """Whether a phrase of `size` words is said over and over somewhere."""
    rounds = ROUNDS if size < LONG_PHRASE else LONG_ROUNDS
    same = 0  # words in a row that equal the one `size` before
    for word, before in zip(words[size:], words, strict=False):
        same = same + 1 if word == before else 0
        if same >= max((rounds - 1) * size, LOOP_WORDS - size):
            return True
    return False
