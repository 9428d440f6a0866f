"""A recording of any length -> its segments, chunk by chunk, so that a job can checkpoint each."""

from collections.abc import Iterator, Sequence
from functools import partial

from talktotext.schema import Segment, Word
from talktotext.speech import trust
from talktotext.speech.base import Float32, Int16, Transcriber, to_float
from talktotext.speech.cut import Chunk, cut
from talktotext.speech.level import is_silent, level
from talktotext.speech.speakers import Speakers


def transcribe(
    transcriber: Transcriber,
    samples: Int16,
    *,
    language: str = "auto",
    start: float = 0.0,
    before: Sequence[Segment] = (),
) -> Iterator[tuple[Chunk, list[Segment]]]:
    """Yield each chunk with its segments; an empty list for a chunk without speech.

    Args:
        samples: the whole recording, int16, mono, 16 kHz, shape (n,).
        start: seconds; where to go on: the end of the last chunk that was kept.
        before: the segments kept from the chunks before `start`. Numbers go on from theirs, and
            the engine hears each of their speakers once more, to give a voice the same label.

    Yields:
        Chunks in order, and segments with times in seconds from the start of the recording,
        numbered throughout, their speakers "Speaker 1", "Speaker 2"… in order of appearance.

    Raises:
        EngineUnavailable, EngineFailed: see `Transcriber.transcribe`.
    """
    hear = partial(_hear, transcriber, language)
    speakers = Speakers()
    speakers.remind(before, samples, lambda excerpt: hear(to_float(excerpt)))
    index = before[-1].index + 1 if before else 0
    for chunk in cut(samples, start=start):
        segments = [
            _place(heard, chunk, place, speakers)
            for place, heard in enumerate(hear(chunk.samples), index)
        ]
        index += len(segments)
        yield chunk, segments


def _hear(transcriber: Transcriber, language: str, sound: Float32) -> Iterator[Segment]:
    """What the engine makes of a sound, brought up if it is quiet; silence is not even tried."""
    return iter(()) if is_silent(sound) else transcriber.transcribe(level(sound), language=language)


def _place(heard: Segment, chunk: Chunk, index: int, speakers: Speakers) -> Segment:
    """A segment of a chunk as a segment of the recording."""
    return heard.model_copy(
        update={
            "index": index,
            "start": chunk.start + heard.start,
            "end": min(chunk.start + heard.end, chunk.end),
            "speaker": speakers.label(heard.speaker),
            "words": tuple(_shift(word, chunk.start) for word in heard.words),
            "flags": trust.doubts(heard, chunk.samples),
        }
    )


def _shift(word: Word, by: float) -> Word:
    return word.model_copy(update={"start": word.start + by, "end": word.end + by})
