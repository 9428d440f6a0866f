"""Connections to what was judged and to nothing else, each read within its time.

`httpcore2` asks a `NetworkBackend` for its connections: the one place in which a name becomes an
address. The name is not resolved again, so it cannot mean something else by then (DNS rebinding);
TLS is still told the name and verifies it. No proxies: httpcore2 knows those it is given only.
"""

import ssl
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import certifi
import httpcore2

from talktotext.fetch.addresses import Policy

MAX_ADDRESSES = 4  # of a host that are tried
CONNECT_SECONDS = 10.0


class Clock:
    """The time that is left: for all of it, and until something has to have come.

    Args:
        seconds: for all of it.
    """

    def __init__(self, seconds: float):
        self.end = time.monotonic() + seconds
        self.next = self.end

    def expect(self, seconds: float) -> None:
        """Something has to come within so many seconds from now."""
        self.next = min(self.end, time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds until then.

        Raises:
            httpcore2.ReadTimeout: none.
        """
        seconds = self.next - time.monotonic()
        if seconds <= 0:
            raise httpcore2.ReadTimeout
        return seconds


class Stream(httpcore2.NetworkStream):
    """A connection whose reads end with the clock, however many bytes trickle in before."""

    def __init__(self, stream: httpcore2.NetworkStream, clock: Clock):
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        tls = self._stream.start_tls(ssl_context, server_hostname, self._clock.left())
        return Stream(tls, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Backend(httpcore2.NetworkBackend):
    """Connects to what the policy allows."""

    def __init__(self, policy: Policy, clock: Clock):
        self._policy, self._clock, self._system = policy, clock, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of a host that answers. Raises as `Policy.addresses`."""
        failure: Exception = httpcore2.ConnectError("no address")
        for address in self._policy.addresses(host, port)[:MAX_ADDRESSES]:
            seconds = min(CONNECT_SECONDS, self._clock.left())
            try:
                stream = self._system.connect_tcp(address, port, seconds, None, socket_options)
                return Stream(stream, self._clock)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


def open_pool(
    policy: Policy, clock: Clock, ca_file: Path | None = None
) -> httpcore2.ConnectionPool:
    """What requests are made with: a connection for each, HTTP/1.1 only.

    Args:
        ca_file: certificates to trust besides the system's and Mozilla's.
    """
    return httpcore2.ConnectionPool(
        ssl_context=_trusting(ca_file),
        max_keepalive_connections=0,
        network_backend=Backend(policy, clock),
    )


@lru_cache(1)
def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    trusted = ssl.create_default_context()
    trusted.load_verify_locations(certifi.where())
    if ca_file:
        trusted.load_verify_locations(ca_file)
    return trusted
