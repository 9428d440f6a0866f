"""Any server that speaks OpenAI's transcription protocol: theirs, or one of your own.

https://platform.openai.com/docs/api-reference/audio/createTranscription. The sound is sent as a
16-bit WAV, 2 MB a minute: with the pipeline's chunks far below the 25 MB that OpenAI takes. The
package's own retries are off, so that whoever asked decides: a server that is busy, away or
silent is EngineBusy, with the pause it asked for.
"""

import io
import logging
import math
import wave
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, NamedTuple, Self
from urllib.parse import urlsplit

import numpy as np
import openai
from pydantic import BaseModel, FiniteFloat, ValidationError

from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable, TalkToTextError
from talktotext.schema import Segment
from talktotext.speech.base import SAMPLE_RATE, Float32, Language, check_language, primary_language
from talktotext.speech.heard import Heard, clean, segments
from talktotext.speech.level import is_silent

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
CONNECT_SECONDS = 5.0
SHORTEST = SAMPLE_RATE // 2  # samples; OpenAI refuses less than 0.1 s, so we add silence
PROMPT_BYTES = 448  # of names in most languages within the 224 tokens that Whisper takes
LONGEST_WAIT = 3600.0  # seconds: whatever Retry-After says, asking once an hour hurts nobody
PASSING = (408, 409, 425, 429)  # and every 5xx

# The same request would get the same answer, so these are permanent until somebody acts.
REFUSALS = {
    401: ("does not accept the key", "Check OPENAI_API_KEY."),
    403: ("does not allow this key to transcribe", "Check OPENAI_API_KEY and what it may do."),
    404: (
        "does not know the model or the address",
        "Check OPENAI_TRANSCRIPTION_MODEL, and OPENAI_BASE_URL, which usually ends in /v1.",
    ),
}
REFUSED = ("refuses this request", "The worker's log has the server's own words.")


class OpenAITranscriber:
    """A remote engine.

    Args:
        api_key: may be empty where the server is one's own.
        base_url: of the server, up to and including its `/v1`; OpenAI's if empty.
        model: as the server calls it.
        timeout: seconds without a byte from the server after which it counts as busy.
        languages: the only ones its model knows, as primary subtags; None for all.

    Raises:
        EngineUnavailable: it cannot work with this key or address.
    """

    name: ClassVar[str] = "openai"
    version: ClassVar[str] = f"openai {openai.__version__}"

    def __init__(
        self,
        *,
        api_key: str = "",
        base_url: str = "",
        model: str = "whisper-1",
        timeout: float = 120.0,
        languages: Iterable[str] | None = None,
    ) -> None:
        self.languages = None if languages is None else frozenset(languages)
        self._key = _checked_key(api_key.strip(), base_url)
        self.model = model
        self._plain = False  # whether this server was found to give no segments
        self._client = openai.OpenAI(
            api_key=self._key or "none",  # the package wants one, a server of one's own may not
            base_url=_checked_address(base_url or OPENAI),
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            max_retries=0,
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
        if is_silent(samples):
            return
        try:
            request = _Request(_wav(samples), language, _prompt(vocabulary))
            answer = _Answer.model_validate_json(self._ask(request))
        except ValidationError as error:
            log.warning("not understood: %s", self._redacted(str(error)))
            raise EngineFailed(
                "The transcription server's answer could not be understood",
                hint="Check OPENAI_BASE_URL, which usually ends in /v1.",
            ) from None
        except openai.OpenAIError as error:
            log.warning("the transcription server: %s", self._redacted(str(error)))
            # From None: what the server said may hold the key, and tracebacks are logged.
            raise _as_ours(error) from None
        yield from _segments(answer, len(samples) / SAMPLE_RATE)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _ask(self, request: "_Request") -> bytes:
        """The answer as it came, with segments if this server gives them.

        Servers and models without segments (gpt-4o-transcribe, Voxtral) answer 400, in words of
        their own; so any 400 is asked again without them, once for a server.
        """
        if not self._plain:
            try:
                return self._post(request, segments=True)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                log.info("asking again without segments: %s", self._redacted(str(error)))
        answer = self._post(request, segments=False)
        self._plain = True
        return answer

    def _post(self, request: "_Request", *, segments: bool) -> bytes:
        primary = primary_language(request.language)
        answer = self._client.audio.transcriptions.with_raw_response.create(
            file=("sound.wav", request.wav, "audio/wav"),
            model=self.model,
            language=openai.omit if primary == "auto" else primary,
            prompt=request.prompt or openai.omit,
            response_format="verbose_json" if segments else "json",
            timestamp_granularities=["segment"] if segments else openai.omit,
        )
        return answer.content

    def _redacted(self, text: str) -> str:
        """One line for the log, without the key, which servers like to quote."""
        line = " ".join(text.split())
        return (line.replace(self._key, "[key]") if self._key else line)[:300]


class _Request(NamedTuple):
    wav: bytes
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


def _checked_key(key: str, base_url: str) -> str:
    if not key and not base_url:
        raise EngineUnavailable(
            "The speech engine 'openai' has no key",
            hint="Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that needs none.",
        )
    if not (key.isascii() and key.isprintable()):
        raise EngineUnavailable(
            "OPENAI_API_KEY has letters that no key has", hint="Copy it once more."
        )
    return key


def _checked_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise EngineUnavailable(
            "OPENAI_BASE_URL is no address", hint="It must look like https://example.com/v1."
        )
    return url


def _wav(samples: Float32) -> bytes:
    padded = np.pad(samples, (0, max(0, SHORTEST - len(samples))))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(padded, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


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


def _as_ours(error: openai.OpenAIError) -> TalkToTextError:
    """The package's error as one of ours, without the server's words: they may hold the key."""
    if isinstance(error, openai.APIConnectionError):  # a timeout is one of these
        return EngineBusy("The transcription server does not answer")
    if not isinstance(error, openai.APIStatusError):
        return EngineFailed("The transcription server could not be asked")
    status = error.status_code
    if status in PASSING or status >= 500:
        asked = _seconds(error.response.headers.get("Retry-After", ""))
        return EngineBusy(f"The transcription server answered {status}", retry_after=asked)
    if 400 <= status < 500:
        what, hint = REFUSALS.get(status, REFUSED)
        return EngineUnavailable(f"The transcription server {what} ({status})", hint=hint)
    return EngineFailed(f"The transcription server answered {status}")


def _seconds(told: str) -> float | None:
    """Retry-After, seconds or an HTTP date (RFC 9110, 10.2.3), in seconds from now; None if it
    is neither."""
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):  # no date; a date without a zone
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_WAIT)
