"""recording -> transcript: decoded, transcribed and told apart by voices, chunk by chunk.

A chunk flows from the decoder through the engine into the database while the recording is still
being decoded: nothing waits for the whole file, and memory does not grow with it. What is kept of
a chunk is its segments, in the database, and what its voices are like, in the work folder. Who is
who is decided over the whole recording, at the end, so that it does not depend on the chunks.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from talktotext import media
from talktotext.errors import StorageMissing
from talktotext.jobs import engines
from talktotext.jobs.base import Inputs, Report, span
from talktotext.jobs.notices import NO_SPEAKERS
from talktotext.jobs.options import Options
from talktotext.jobs.scanning import Scanned, scanned
from talktotext.jobs.shown import read_transcript
from talktotext.jobs.voices import Listener, listening
from talktotext.models import Segment
from talktotext.schema import Notice
from talktotext.schema import Segment as PlainSegment
from talktotext.speech import Transcriber
from talktotext.speech.base import Language
from talktotext.speech.cut import Chunk
from talktotext.speech.pipeline import transcribe

log = logging.getLogger(__name__)
Source = media.Decoding | media.SoundFile  # while it is being decoded, and afterwards

# How much of the bar each stage gets; transcribing is where the time goes.
EXTRACTED, TRANSCRIBED = 0.02, 0.92
DECODE_TIMEOUT = 900.0  # seconds; an hour of sound takes about five
USED = {"engine", "model", "version", "language", "language_probability", "diarizer"}


class Transcribed(Scanned):
    """How far a transcript has come. Times in seconds.

    Attributes:
        duration: of the recording, once all of it is decoded.
        ends: where each chunk that is transcribed ends.
        segments: how many they have, until they are told apart.
        told_apart: whether the segments have their speakers.
        warnings: what went wrong without ruining it.
    """

    duration: float | None = None
    complete: bool = True
    truncated: bool = False
    ends: list[float] = Field([])
    segments: int = 0
    told_apart: bool = False
    language: str = "und"
    language_probability: float | None = None
    engine: str = ""
    model: str = ""
    version: str = ""
    diarizer: str = ""
    warnings: list[Notice] = Field([])

    @property
    def transcribed(self) -> float:
        """Seconds from the start."""
        return self.ends[-1] if self.ends else 0.0

    def transcription(self) -> dict[str, Any]:
        """What was used, as a note keeps it."""
        return self.model_dump(include=USED)


def make_transcript(inputs: Inputs, options: Options, done: Transcribed, report: Report) -> None:
    """Bring the transcript of an upload to its end, from where `done` says it stands.

    Raises:
        EngineUnavailable, EngineFailed, EngineBusy: the speech engine cannot, or not now.
        MediaError, StorageMissing, StorageFull: the recording cannot be read.
        Infected: a virus was found in it; and what else `scanned` raises.
    """
    if done.told_apart:
        return
    report(0.0, "extracting")
    with _sound(inputs, options, done) as sound, listening(inputs) as voices:
        work = _Work(inputs, options, done, report, sound, voices)
        if done.duration is None or done.transcribed < done.duration:
            work.transcribe()
        work.tell_apart()


@contextmanager
def _sound(inputs: Inputs, options: Options, done: Transcribed) -> Iterator[Source]:
    """The recording, being decoded; an attempt on another machine decodes again, which is quick."""
    path, settings = inputs.work / "sound.wav", inputs.settings
    # Killed after the samples were moved into place and before the checkpoint: do it again.
    if done.duration is not None and path.exists():
        with media.SoundFile(path) as sound:
            yield sound
        return
    log.info("job %s: decoding", inputs.job_id)
    if not inputs.upload["file_path"]:
        raise StorageMissing
    with inputs.storage.fetch(inputs.upload["file_path"], inputs.work) as recording:
        done.scanned = done.scanned or scanned(inputs, recording)
        with media.Decoding(
            recording,
            path,
            max_duration=settings.MAX_DURATION_HOURS * 3600,
            timeout=DECODE_TIMEOUT,
            limit=options.extract_duration or None,
            ffmpeg=settings.FFMPEG or None,
        ) as decoding:
            yield decoding


@dataclass
class _Work:
    """What an attempt does."""

    inputs: Inputs
    options: Options
    done: Transcribed
    report: Report
    sound: Source
    voices: Listener

    def transcribe(self) -> None:
        """Add the segments chunk by chunk; each chunk is kept as soon as it is there."""
        done, options = self.done, self.options
        self._measure()
        # What an earlier attempt found out holds for this one.
        language = done.language if options.language == "auto" else options.language
        language = "auto" if language == "und" else language
        with engines.transcribers(self.inputs.settings, language, options.engine) as transcribers:
            done.engine, done.model = transcribers[0].name, transcribers[0].model
            done.version = transcribers[0].version
            heard = transcribe(
                transcribers,
                self.sound,
                language=language,
                vocabulary=options.vocabulary,
                start=done.transcribed,
                index=done.segments,
                listen=self.voices.listen,
            )
            with closing(heard):
                for chunk, segments in heard:
                    self._learn_language(transcribers[0], language, chunk.language)
                    self._keep(chunk, segments)
        self._measure()

    def _keep(self, chunk: Chunk, segments: Sequence[PlainSegment]) -> None:
        self.done.ends.append(chunk.end)
        self.done.segments += len(segments)
        self.inputs.keep(self.done, self._rows(segments))
        span_ = f"{chunk.start:.2f} to {chunk.end:.2f}"
        log.info("job %s: transcribed %s s", self.inputs.job_id, span_)
        self._measure()

    def _measure(self) -> None:
        """Say how far it has come, once it is known how far it is."""
        progress = span(self.report, EXTRACTED, TRANSCRIBED, "transcribing")
        if isinstance(self.sound, media.Decoding) and (decoded := self.sound.decoded):
            self.done.duration, self.done.complete = decoded.duration, decoded.complete
            self.done.truncated = decoded.truncated
        if (duration := self.done.duration) is None:
            progress(0.0)
        else:
            self.inputs.allow(duration)
            progress(self.done.transcribed / duration)

    def _learn_language(self, transcriber: Transcriber, asked: str, found: Language | None) -> None:
        """What the person says is spoken, else what the engine is sure of, else all it knows."""
        known = transcriber.languages or frozenset()
        self.done.language = asked
        if asked == "auto":
            self.done.language = next(iter(known)) if len(known) == 1 else "und"
        if asked == "auto" and found and found.is_sure:
            self.done.language, self.done.language_probability = found.tag, found.probability

    def tell_apart(self) -> None:
        """Give the segments their speakers, over the whole recording; more of them, if a speaker
        changed inside one."""
        found = read_transcript(self.inputs.upload["id"], self.options.take)
        told = self.voices.tell_apart(found, self.sound, self.done.ends)
        self.done.told_apart, self.done.diarizer = True, self.voices.name
        if self.voices.failed:
            self.done.warnings.append(NO_SPEAKERS)
        self.inputs.keep(self.done, self._rows(told or ()))

    def _rows(self, segments: Sequence[PlainSegment]) -> list[Segment]:
        upload_id, take = self.inputs.upload["id"], self.options.take
        return [Segment.of(upload_id, segment, take) for segment in segments]
