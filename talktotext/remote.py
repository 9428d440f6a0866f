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
        model_setting: the setting that names its model; so with key_setting and address_setting.

    Attributes:
        client: the official client, for requests.

    Raises:
        EngineUnavailable: it cannot be used with this key or address.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        api_key: str,
        base_url: str,
        timeout: float,
        called: str,
        model_setting: str,
        key_setting: str = "OPENAI_API_KEY",
        address_setting: str = "OPENAI_BASE_URL",
    ) -> None:
        self._called, self._model_setting = called, model_setting
        self._key_setting, self._address_setting = key_setting, address_setting
        self._key = self._checked_key(api_key.strip(), base_url)
        self.client = openai.OpenAI(
            api_key=self._key or "none",  # the package wants one, a server of one's own may not
            base_url=self._checked_address(base_url or OPENAI),
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
            return "does not accept the key", f"Check {self._key_setting}."
        if status == 403:
            hint = f"Check {self._key_setting} and what it may do."
            return "does not allow this key to do that", hint
        if status == 404:
            address = f"{self._address_setting}, which usually ends in /v1"
            hint = f"Check {self._model_setting}, and {address}."
            return "does not know the model or the address", hint
        return "refuses this request", "The worker's log has the server's own words."

    def _checked_key(self, key: str, base_url: str) -> str:
        if not key and not base_url:
            hint = f"Set {self._key_setting}, or {self._address_setting} for a server without keys."
            raise EngineUnavailable("There is no key for OpenAI's server", hint=hint)
        if not (key.isascii() and key.isprintable()):
            what = f"{self._key_setting} has letters that no key has"
            raise EngineUnavailable(what, hint="Copy it once more.")
        return key

    def _checked_address(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            what = f"{self._address_setting} is no address"
            raise EngineUnavailable(what, hint="It must look like https://example.com/v1.")
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
