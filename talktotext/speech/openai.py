"""Any server that speaks OpenAI's transcription protocol: theirs, or one of your own.

https://platform.openai.com/docs/api-reference/audio/createTranscription. The sound is sent as
FLAC, which loses nothing, at some 1 MB a minute: the pipeline's chunks, cut at silence, are far
below the 25 MB that OpenAI takes. What its errors mean to us is in `remote.py`.
"""

import logging
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import imageio_ffmpeg
import numpy as np
import openai
from pydantic import BaseModel, FiniteFloat, ValidationError

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.remote import Remote
from talktotext.schema import Segment
from talktotext.speech.base import SAMPLE_RATE, Float32, Language, check_language, primary_language
from talktotext.speech.heard import Heard, clean, segments
from talktotext.speech.level import is_silent
from talktotext.speech.vad import has_speech

log = logging.getLogger(__name__)

SHORTEST = SAMPLE_RATE // 2  # samples; OpenAI refuses less than 0.1 s, so we add silence
PACKING_SECONDS = 60.0  # for a chunk it takes a twentieth of one
PROMPT_BYTES = 448  # of names in most languages within the 224 tokens that Whisper takes


class OpenAITranscriber:
    """A remote engine.

    Args:
        api_key: may be empty where the server is one's own.
        base_url: of the server, up to and including its `/v1`; OpenAI's if empty.
        model: as the server calls it.
        timeout: seconds without a byte from the server after which it counts as busy.
        languages: the only ones its model knows, as primary subtags; None for all.
        only_speech: send nothing in which nobody speaks.
        ffmpeg: packs the sound; imageio-ffmpeg's if empty.

    Raises:
        EngineUnavailable: it cannot work with this key or address, or there is no ffmpeg.
    """

    name: ClassVar[str] = "openai"
    version: ClassVar[str] = f"openai {openai.__version__}"

    def __init__(  # noqa: PLR0913 -- all of them by name
        self,
        *,
        api_key: str = "",
        base_url: str = "",
        model: str = "whisper-1",
        timeout: float = 120.0,
        languages: Iterable[str] | None = None,
        only_speech: bool = True,
        ffmpeg: str = "",
    ) -> None:
        self._ffmpeg = ffmpeg or _ffmpeg()
        self.languages = None if languages is None else frozenset(languages)
        self.model = model
        self._only_speech = only_speech
        self._plain = False  # whether this server was found to give no segments
        self._remote = Remote(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            called="The transcription server",
            model_setting="OPENAI_TRANSCRIPTION_MODEL",
        )

    @classmethod
    def load(cls, threads: int, **options: Any) -> list[Self]:
        """As many as requests may be under way at once."""
        return [cls(**options) for _ in range(threads)]

    def detect(self, samples: Float32) -> Language | None:
        """None: to ask would cost as much as to transcribe, and servers answer in words of their
        own, without a probability."""
        return None

    def transcribe(
        self, samples: Float32, *, language: str = "auto", vocabulary: Sequence[str] = ()
    ) -> Iterator[Segment]:
        """See `Transcriber.transcribe`. One request; silence is not sent, as it would be paid for.

        Raises:
            EngineBusy: the server is busy, cannot be reached or does not answer in time.
            EngineUnavailable: it refuses the key, the model or the request.
            EngineFailed: its answer makes no sense.
        """
        check_language(self, language)
        if is_silent(samples) or (self._only_speech and not has_speech(samples)):
            return
        try:
            request = _Request(self._flac(samples), language, _prompt(vocabulary))
            answer = _Answer.model_validate_json(self._ask(request))
        except ValidationError as error:
            log.warning("not understood: %s", self._remote.redacted(str(error)))
            raise EngineFailed(
                "The transcription server's answer could not be understood",
                hint="Check OPENAI_BASE_URL, which usually ends in /v1.",
            ) from None
        except openai.OpenAIError as error:
            log.warning("the transcription server: %s", self._remote.redacted(str(error)))
            # From None: what the server said may hold the key, and tracebacks are logged.
            raise self._remote.as_ours(error) from None
        yield from _segments(answer, len(samples) / SAMPLE_RATE)

    def close(self) -> None:
        """Close the connection."""
        self._remote.close()

    def _flac(self, samples: Float32) -> bytes:
        """The sound, packed without loss."""
        padded = np.pad(samples, (0, max(0, SHORTEST - len(samples))))
        sound = (np.clip(padded, -1, 1) * 32767).astype("<i2").tobytes()
        raw = ("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0")
        command = [self._ffmpeg, "-v", "error", *raw, "-f", "flac", "pipe:1"]
        try:
            packed = subprocess.run(
                command, input=sound, capture_output=True, check=True, timeout=PACKING_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineFailed(
                "The sound could not be packed for the transcription server"
            ) from error
        return packed.stdout

    def _ask(self, request: "_Request") -> bytes:
        """The answer as it came, with segments if this server gives them.

        Servers and models without segments (gpt-4o-transcribe, Voxtral) answer 400, in words of
        their own; so any 400 is asked again without them, once for a server.
        """
        if not self._plain:
            try:
                return self._post(request, segments=True)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                log.info("asking again without segments: %s", self._remote.redacted(str(error)))
        answer = self._post(request, segments=False)
        self._plain = True
        return answer

    def _post(self, request: "_Request", *, segments: bool) -> bytes:
        primary = primary_language(request.language)
        answer = self._remote.client.audio.transcriptions.with_raw_response.create(
            file=("sound.flac", request.flac, "audio/flac"),
            model=self.model,
            language=openai.omit if primary == "auto" else primary,
            prompt=request.prompt or openai.omit,
            response_format="verbose_json" if segments else "json",
            timestamp_granularities=["segment"] if segments else openai.omit,
        )
        return answer.content


class _Request(NamedTuple):
    flac: bytes
    language: str
    prompt: str


class _Heard(BaseModel):
    """A segment as servers give it; the figures are left out by many."""

    start: FiniteFloat
    end: FiniteFloat
    text: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None


class _Answer(BaseModel):
    text: str
    segments: list[_Heard] | None = None


def _ffmpeg() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EngineUnavailable(
            "The speech engine 'openai' needs ffmpeg, which was not found",
            hint="Install ffmpeg, or `pip install imageio-ffmpeg`.",
        ) from error


def _prompt(vocabulary: Iterable[str]) -> str:
    """The terms that fit, the first ones first: Whisper reads only the end of a longer prompt."""
    prompt = ""
    for term in vocabulary:
        longer = f"{prompt}, {term}" if prompt else term
        if len(longer.encode()) > PROMPT_BYTES:
            break
        prompt = longer
    return prompt


def _segments(answer: _Answer, duration: float) -> Iterator[Segment]:
    """What was heard; without segments the whole text is one."""
    heard = [Heard(**one.model_dump()) for one in answer.segments or () if clean(one.text)]
    return segments(heard or [Heard(0, duration, answer.text)], duration)
