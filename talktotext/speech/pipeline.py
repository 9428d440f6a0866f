"""A recording of any length -> its segments, chunk by chunk, so that a job can checkpoint each."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from queue import SimpleQueue
from typing import TypeVar

from talktotext.schema import Segment, Word
from talktotext.speech import trust
from talktotext.speech.base import Language, Sound, Transcriber
from talktotext.speech.cut import Chunk, cut
from talktotext.speech.level import is_silent

Task = TypeVar("Task")
Result = TypeVar("Result")
AHEAD = 2  # chunks under way for each thread, so that none waits for the slowest


def transcribe(  # noqa: PLR0913 -- all of them by name
    transcribers: Sequence[Transcriber],
    sound: Sound,
    *,
    language: str = "auto",
    vocabulary: Sequence[str] = (),
    start: float = 0.0,
    index: int = 0,
    listen: Callable[[Chunk], None] | None = None,
) -> Generator[tuple[Chunk, list[Segment]], None, None]:
    """Yield each chunk with its segments, in order; an empty list for a chunk without speech.

    Chunks are transcribed side by side, a thread for each transcriber, and only a few ahead of
    what was asked for. Closing the iterator waits for those that are being transcribed.

    Args:
        transcribers: of one engine, see `speech.load`.
        sound: the whole recording.
        language: BCP 47 tag, or "auto" to find out from the first chunks with speech.
        vocabulary: see `Transcriber.transcribe`.
        start: seconds; where to go on: the end of the last chunk that was kept.
        index: the number of the first segment.
        listen: called once with each chunk, on those threads, so several times at once.

    Yields:
        Chunks with the language made out so far, and segments with times in seconds from the
        start of the recording, numbered throughout.

    Raises:
        EngineUnavailable, EngineFailed: see `Transcriber.transcribe`.
    """
    hear, spoken = _Hearing(transcribers, vocabulary, listen), _Spoken(language)
    chunks = ((chunk, spoken.tag) for chunk in cut(sound, start=start))
    with closing(_side_by_side(hear, chunks, len(transcribers))) as heard:
        for chunk, segments in heard:
            spoken.learn(chunk.language)
            numbered = [
                segment.model_copy(update={"index": place})
                for place, segment in enumerate(segments, index)
            ]
            index += len(numbered)
            yield replace(chunk, language=spoken.language), numbered


def _side_by_side(
    work: Callable[[Task], Result], tasks: Iterable[Task], threads: int
) -> Generator[Result, None, None]:
    """The result of each task, in order; a task is drawn only once it can be begun soon."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="speech")
    under_way: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            under_way.append(pool.submit(work, task))
            if len(under_way) > AHEAD * threads:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Spoken:
    """The language of a recording: told, or made out by and by."""

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self.language: Language | None = None

    @property
    def tag(self) -> str:
        """What to tell the engine for the next chunk."""
        if self._asked == "auto" and self.language is not None and self.language.is_sure:
            return self.language.tag
        return self._asked

    def learn(self, found: Language | None) -> None:
        """What is sure stays; else the likeliest counts."""
        best = self.language
        if best is None or (
            found is not None and not best.is_sure and found.probability > best.probability
        ):
            self.language = found


class _Hearing:
    """What is done with a chunk, on whatever thread. See `transcribe` for the arguments."""

    def __init__(
        self,
        transcribers: Sequence[Transcriber],
        vocabulary: Sequence[str],
        listen: Callable[[Chunk], None] | None,
    ) -> None:
        self._free: SimpleQueue[Transcriber] = SimpleQueue()
        for transcriber in transcribers:
            self._free.put(transcriber)
        self._vocabulary = vocabulary
        self._listen = listen

    def __call__(self, task: tuple[Chunk, str]) -> tuple[Chunk, list[Segment]]:
        """The chunk with the language that was made out, and its segments, numbered from 0."""
        transcriber = self._free.get()  # there are as many as threads
        try:
            chunk, segments = self._transcribe(transcriber, *task)
        finally:
            self._free.put(transcriber)
        if self._listen is not None:
            self._listen(task[0])  # its sound is there already
        return chunk, segments

    def _transcribe(
        self, transcriber: Transcriber, chunk: Chunk, language: str
    ) -> tuple[Chunk, list[Segment]]:
        """Brought up if it is quiet; silence is not even tried."""
        if is_silent(chunk.samples):
            return chunk, []
        sound = chunk.sound
        if language == "auto" and (found := transcriber.detect(sound)) is not None:
            chunk, language = replace(chunk, language=found), found.tag
        heard = transcriber.transcribe(sound, language=language, vocabulary=self._vocabulary)
        placed = [_place(segment, trust.doubts(segment, sound), chunk) for segment in heard]
        return chunk, placed


def _place(heard: Segment, flags: tuple[str, ...], chunk: Chunk) -> Segment:
    """A segment of a chunk, with its times in the recording."""
    return heard.model_copy(
        update={
            "start": chunk.start + heard.start,
            "end": min(chunk.start + heard.end, chunk.end),
            "words": tuple(_shift(word, chunk.start) for word in heard.words),
            "flags": flags,
        }
    )


def _shift(word: Word, by: float) -> Word:
    return word.model_copy(update={"start": word.start + by, "end": word.end + by})
