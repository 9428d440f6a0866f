"""link -> file: streamed, within bounds, going on where an earlier attempt was cut off."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpcore2

from talktotext.errors import (
    LinkError,
    LinkRefused,
    LinkSlow,
    LinkTooLarge,
    LinkUnreachable,
)
from talktotext.fetch.addresses import Policy
from talktotext.fetch.answers import (
    headers_of,
    length_in,
    place_in,
    refuse_failures,
    validator_in,
)
from talktotext.fetch.connect import Clock, open_pool
from talktotext.fetch.kinds import HEAD, refuse_other_kinds
from talktotext.fetch.link import Link, parse
from talktotext.fetch.partial import Origin, Partial

MAX_REDIRECTS = 5
MAX_CUTS = 20  # connections that may break off in one attempt, each having brought something
REDIRECTS = (301, 302, 303, 307, 308)

# Of the bytes, once it is known how many there are; may raise to stop.
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Bounds:
    """How much of a link is fetched.

    Attributes:
        max_bytes: of the file.
        seconds: for all of it, in one attempt.
        answer_seconds: until all headers are there.
        silence_seconds: until the next bytes are.
        min_rate: bytes a second, over `rate_seconds` of them.
    """

    max_bytes: int
    seconds: float = 900.0
    answer_seconds: float = 30.0
    silence_seconds: float = 15.0
    min_rate: float = 4_000.0
    rate_seconds: float = 30.0


@dataclass(frozen=True)
class Way:
    """How links are fetched here.

    Attributes:
        ca_file: certificates to trust besides the usual ones.
    """

    policy: Policy
    bounds: Bounds
    ca_file: Path | None = None


def download(url: str, path: Path, way: Way, progress: Progress) -> None:
    """Fetch the file behind a link to `path`, from where an earlier call was cut off.

    Raises:
        LinkError: why it cannot be had. Of what is refused for good nothing is left.
        OSError: the disk is full.
    """
    link, clock = parse(url), Clock(way.bounds.seconds)
    pool = open_pool(way.policy, clock, way.ca_file)
    with Partial.at(path) as part, pool:
        fetch = _Fetch(link, part, way.bounds, pool, clock, progress)
        try:
            fetch.whole()
        except LinkError as error:
            if not error.retryable:
                part.clear()
            raise


@dataclass
class _Fetch:
    """One call of `download`."""

    link: Link
    part: Partial
    bounds: Bounds
    pool: httpcore2.ConnectionPool
    clock: Clock
    progress: Progress
    rate: "_Rate | None" = None  # over all answers, from the first bytes on

    def whole(self) -> None:
        """Ask, and ask for the rest, as long as each answer brings something."""
        if self.part.origin.url != str(self.link):
            self.part.clear()
        cuts = 0
        while not self.part.is_whole:
            before = self.part.size
            try:
                self._ask(self.link, MAX_REDIRECTS)
            except LinkUnreachable:
                cuts += 1
                if cuts == MAX_CUTS or self.part.size <= before or not self.part.can_go_on:
                    raise
            else:
                if self.part.origin.size is None:
                    break  # it ended where the server let it end
                if self.part.size <= before:
                    raise LinkUnreachable("The server of the link does not send the rest")
        refuse_other_kinds(self.part.head(HEAD))

    def _ask(self, link: Link, redirects: int) -> None:
        self.clock.expect(self.bounds.answer_seconds)
        with (
            _as_link_errors(),
            self.pool.stream("GET", _url(link), headers=self._headers(link)) as answer,
        ):
            headers = headers_of(answer)
            location = headers.get("location")
            if answer.status not in REDIRECTS or location is None:
                return self._take(answer, headers)
        if redirects == 0:
            raise LinkRefused(f"The link leads on more than {MAX_REDIRECTS} times")
        further = link.redirected(location)
        if (link.scheme, further.scheme) == ("https", "http"):
            raise LinkRefused("The link leads on from https to http, where anybody may change it")
        return self._ask(further, redirects - 1)

    def _headers(self, link: Link) -> dict[bytes | str, bytes | str]:
        """Identity only, so that bytes counted are bytes stored: no bomb unfolds here."""
        headers: dict[bytes | str, bytes | str] = {
            "Host": link.place,
            "User-Agent": "TalkToText",
            "Accept": "audio/*, video/*;q=0.9, */*;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if self.part.size and self.part.can_go_on:
            validator = self.part.origin.validator
            headers |= {"Range": f"bytes={self.part.size}-", "If-Range": validator}
        return headers

    def _take(self, answer: httpcore2.Response, headers: dict[str, str]) -> None:
        refuse_failures(answer.status)
        if headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            raise LinkRefused("The server of the link sends the file packed, though asked not to")
        end = length_in(headers)
        if answer.status == 206:
            end = self._go_on(headers)
        elif answer.status == 200:
            self.part.start(Origin(str(self.link), validator_in(headers), end))
        else:  # 416 for one: it has changed; from the start, then
            self.part.clear()
            raise LinkUnreachable("The server of the link gave an answer that makes no sense")
        self._refuse_size(self.part.origin.size or 0)
        self._receive(answer, end)

    def _go_on(self, headers: dict[str, str]) -> int:
        """See that the bytes to come are those after the ones that are here; where they end."""
        place, origin = place_in(headers), self.part.origin
        if (
            place is None
            or place.first != self.part.size
            or place.whole not in (None, origin.size)
            or place.end > (origin.size or 0)
            or (validator_in(headers) or origin.validator) != origin.validator
        ):
            self.part.clear()
            raise LinkUnreachable("The file behind the link changed while it was fetched")
        return place.end

    def _receive(self, answer: httpcore2.Response, end: int | None) -> None:
        rate = self.rate = self.rate or _Rate(self.bounds)
        looked_at = self.part.size >= HEAD
        for data in self._patiently(answer):
            self._refuse_size(self.part.size + len(data), end)
            self.part.write(data)
            if not looked_at and self.part.size >= HEAD:
                refuse_other_kinds(self.part.head(HEAD))
                looked_at = True
            rate.count(len(data))
            self.progress(self.part.size / self.part.origin.size if self.part.origin.size else 0.0)

    def _patiently(self, answer: httpcore2.Response) -> Iterator[bytes]:
        """The bytes of an answer, each lot within its time."""
        self.clock.expect(self.bounds.silence_seconds)
        for data in answer.iter_stream():
            yield data
            self.clock.expect(self.bounds.silence_seconds)

    def _refuse_size(self, size: int, end: int | None = None) -> None:
        if size > self.bounds.max_bytes:
            raise LinkTooLarge
        if end is not None and size > end:
            self.part.clear()
            raise LinkUnreachable("The server of the link sends more than it announced")


class _Rate:
    """Sees that bytes come fast enough."""

    def __init__(self, bounds: Bounds):
        self.bounds, self.began, self.bytes = bounds, time.monotonic(), 0

    def count(self, size: int) -> None:
        """Raises LinkSlow."""
        self.bytes += size
        seconds = time.monotonic() - self.began
        if seconds < self.bounds.rate_seconds:
            return
        if self.bytes < self.bounds.min_rate * seconds:
            raise LinkSlow
        self.began, self.bytes = time.monotonic(), 0


def _url(link: Link) -> httpcore2.URL:
    return httpcore2.URL(scheme=link.scheme, host=link.host, port=link.port, target=link.target)


@contextmanager
def _as_link_errors() -> Iterator[None]:
    """Give what goes wrong on the way the name it has with us."""
    try:
        yield
    except httpcore2.ReadTimeout as error:
        raise LinkSlow from error
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        if any(isinstance(each, ssl.SSLCertVerificationError) for each in error.args):
            raise LinkRefused("The server of the link has no valid certificate") from error
        raise LinkUnreachable from error
