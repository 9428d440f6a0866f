"""What an engine like Whisper makes of a stretch of sound, and the segments that come of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from talktotext.schema import Segment, Word
from talktotext.speech import trust

INSTANT = 0.01  # seconds: the least a segment lasts


@dataclass(frozen=True)
class Heard:
    """A stretch of speech as the engine gives it; times in seconds, figures None where it has
    none."""

    start: float
    end: float
    text: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    words: tuple[Word, ...] = ()


def segments(heard: Iterable[Heard], duration: float) -> Iterator[Segment]:
    """What was heard, numbered, in order and within a sound of `duration` seconds, whatever times
    the engine gave."""
    earliest, instant = 0.0, min(INSTANT, duration / 2)
    said = (one for one in heard if clean(one.text))
    for index, one in enumerate(_joined(said, duration)):
        start = min(max(one.start, earliest), duration - instant)
        earliest = min(max(one.end, start + instant), duration)
        yield Segment(
            index=index,
            start=start,
            end=earliest,
            text=clean(one.text),
            confidence=trust.confidence(one.avg_logprob),
            words=tuple(_within(one.words, start, earliest)),
            flags=tuple(trust.flags(one.avg_logprob, one.no_speech_prob, one.compression_ratio)),
        )


def clean(text: str) -> str:
    """On one line, without NUL, which PostgreSQL does not store."""
    return " ".join(text.replace("\0", " ").split())


def _joined(heard: Iterable[Heard], duration: float) -> Iterator[Heard]:
    """Put what follows the end of the sound to what came before: there is no time left for it.

    Whisper's windows are 30 s whatever the sound, so that times may lie beyond its end.
    """
    last: Heard | None = None
    for one in heard:
        if last is not None and max(one.start, last.end) >= duration - INSTANT:
            last = _as_one(last, one)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _as_one(first: Heard, then: Heard) -> Heard:
    """Both together, as doubtful as the more doubtful of them."""
    return replace(
        first,
        text=f"{first.text} {then.text}",
        words=first.words + then.words,
        avg_logprob=min(_known(first.avg_logprob, then.avg_logprob), default=None),
        no_speech_prob=max(_known(first.no_speech_prob, then.no_speech_prob), default=None),
        compression_ratio=max(
            _known(first.compression_ratio, then.compression_ratio), default=None
        ),
    )


def _known(*figures: float | None) -> list[float]:
    return [figure for figure in figures if figure is not None]


def _within(words: Sequence[Word], start: float, end: float) -> Iterator[Word]:
    """The words with their times between `start` and `end`, and without the spaces around."""
    for word in words:
        if text := clean(word.text):
            first = min(max(word.start, start), end)
            last = min(max(word.end, first), end)
            yield word.model_copy(update={"start": first, "end": last, "text": text})
