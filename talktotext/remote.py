"""A server that speaks OpenAI's protocols: how it is reached, and what its refusals mean to us.

The package's own retries are off, so that whoever asked decides: a server that is busy, away or
silent is EngineBusy, with the pause it asked for. The key never gets into a log or an error, also
where the server quotes it.
"""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import openai

from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable, TalkToTextError

OPENAI = "https://api.openai.com/v1"
CONNECT_SECONDS = 5.0
LONGEST_WAIT = 3600.0  # seconds: whatever Retry-After says, asking once an hour hurts nobody
PASSING = (408, 409, 425, 429)  # and every 5xx
LINE = 300  # characters of a server's words in the log


class Remote:
    """The way to one server.

    Args:
        api_key: may be empty where the server is one's own.
        base_url: of the server, up to and including its `/v1`; OpenAI's if empty.
        timeout: seconds without a byte from the server after which it counts as busy.
        called: what messages call it: "The transcription server".
        model_setting: the setting that names its model.

    Attributes:
        client: the official client, for requests.

    Raises:
        EngineUnavailable: it cannot be used with this key or address.
    """

    def __init__(
        self, *, api_key: str, base_url: str, timeout: float, called: str, model_setting: str
    ) -> None:
        self._key = _checked_key(api_key.strip(), base_url)
        self._called, self._model_setting = called, model_setting
        self.client = openai.OpenAI(
            api_key=self._key or "none",  # the package wants one, a server of one's own may not
            base_url=_checked_address(base_url or OPENAI),
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            max_retries=0,
        )

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def redacted(self, text: str) -> str:
        """One line for the log, without the key, which servers like to quote."""
        line = " ".join(text.split())
        return (line.replace(self._key, "[key]") if self._key else line)[:LINE]

    def as_ours(self, error: openai.OpenAIError) -> TalkToTextError:
        """The package's error as one of ours, without the server's words: they may hold the key.

        Raise it `from None`, for tracebacks are logged.
        """
        if isinstance(error, openai.APIConnectionError):  # a timeout is one of these
            return EngineBusy(f"{self._called} does not answer")
        if not isinstance(error, openai.APIStatusError):
            return EngineFailed(f"{self._called} could not be asked")
        status = error.status_code
        if status in PASSING or status >= 500:
            asked = _seconds(error.response.headers.get("Retry-After", ""))
            return EngineBusy(f"{self._called} answered {status}", retry_after=asked)
        if 400 <= status < 500:
            what, hint = self._refusal(status)
            return EngineUnavailable(f"{self._called} {what} ({status})", hint=hint)
        return EngineFailed(f"{self._called} answered {status}")

    def _refusal(self, status: int) -> tuple[str, str]:
        """What a refusal means and its remedy: the same request would get the same answer."""
        if status == 401:
            return "does not accept the key", "Check OPENAI_API_KEY."
        if status == 403:
            return "does not allow this key to do that", "Check OPENAI_API_KEY and what it may do."
        if status == 404:
            address = "OPENAI_BASE_URL, which usually ends in /v1"
            hint = f"Check {self._model_setting}, and {address}."
            return "does not know the model or the address", hint
        return "refuses this request", "The worker's log has the server's own words."


def _checked_key(key: str, base_url: str) -> str:
    if not key and not base_url:
        raise EngineUnavailable(
            "There is no key for OpenAI's server",
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
