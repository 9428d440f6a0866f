"""file -> the name of the virus in it, as ClamAV's daemon finds it.

clamd is sent the bytes (INSTREAM), so that it may run anywhere and read nobody's files. The
protocol is a command, chunks with their lengths before them, and one line for an answer:
https://docs.clamav.net/manual/Usage/Scanning.html#clamd, `man 8 clamd`.
"""

import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from talktotext.errors import ScannerFailed, ScannerUnavailable, TooLargeToScan

PORT = 3310
CHUNK = 256 * 1024  # bytes
CONNECT = 5.0  # seconds
SEND = 30.0  # seconds without progress; clamd itself gives up after as long (CommandReadTimeout)
ANSWER = 300.0  # seconds; clamd is to give up after 120 (MaxScanTime)
ANSWER_BYTES = 4096
LOOK = 0.5  # seconds in which clamd refuses what it is not going to read
LIMITS = "Heuristics.Limits.Exceeded"  # what it calls a file that it gave up on (AlertExceedsMax)


@dataclass(frozen=True)
class Clamd:
    """A virus scanner.

    Attributes:
        host: a name or an address, where it is reached over the network.
        path: of its socket, where it runs on this machine.
    """

    host: str = ""
    port: int = PORT
    path: str = ""

    @classmethod
    def at(cls, url: str) -> "Clamd":
        """The one at `tcp://host:3310` or `unix:/path`. Raises ValueError if it is neither."""
        parts = urlsplit(url)
        if parts.scheme == "tcp" and parts.hostname and not parts.path.strip("/"):
            return cls(parts.hostname, parts.port or PORT)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return cls(path=unquote(parts.path))
        raise ValueError("is not like tcp://host:3310 or unix:/run/clamav/clamd.ctl")

    def virus_in(self, path: Path) -> str | None:
        """What it calls the virus in a file; None if it finds none.

        Raises:
            ScannerUnavailable: nobody answers there.
            ScannerFailed: it came to no result.
            TooLargeToScan: it does not read files of that size whole.
        """
        with path.open("rb") as file, self._connected() as connection:
            with suppress(OSError):  # why it hangs up is in its answer
                _send(connection, file)
            return _virus(_answer(connection))

    def ping(self) -> None:
        """Raises ScannerUnavailable or ScannerFailed unless it is there and well."""
        with self._connected() as connection:
            with suppress(OSError):
                connection.sendall(b"zPING\0")
            if _answer(connection) != "PONG":
                raise ScannerFailed

    def takes(self, size: int) -> bool:
        """Whether a stream of so many bytes, 4 GB at most, is within its StreamMaxLength.

        Asked by announcing them: what is too much is refused at once, and the rest is never sent.

        Raises:
            ScannerUnavailable: nobody answers there.
        """
        with self._connected() as connection:
            connection.sendall(b"zINSTREAM\0" + struct.pack("!I", min(size, 2**32 - 1)))
            return not select.select([connection], [], [], LOOK)[0]

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            connection = self._connect()
        except OSError as error:
            raise ScannerUnavailable from error
        with connection:
            yield connection

    def _connect(self) -> socket.socket:
        if self.host:
            return socket.create_connection((self.host, self.port), CONNECT)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(CONNECT)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection


def _send(connection: socket.socket, file: IO[bytes]) -> None:
    """Send a file chunk by chunk, unless the answer comes before its end."""
    connection.settimeout(SEND)
    connection.sendall(b"zINSTREAM\0")
    for chunk in iter(partial(file.read, CHUNK), b""):
        if select.select([connection], [], [], 0)[0]:
            return
        connection.sendall(struct.pack("!I", len(chunk)) + chunk)
    connection.sendall(struct.pack("!I", 0))


def _answer(connection: socket.socket) -> str:
    """What it says, up to a NUL. Raises ScannerFailed if it hangs up or takes too long."""
    connection.settimeout(ANSWER)
    said = b""
    try:
        while b"\0" not in said and len(said) < ANSWER_BYTES:
            if not (more := connection.recv(ANSWER_BYTES)):
                break
            said += more
    except OSError as error:
        raise ScannerFailed from error
    answer, end, _ = said.partition(b"\0")
    if not end:
        raise ScannerFailed
    return answer.decode(errors="replace").removeprefix("stream: ")


def _virus(answer: str) -> str | None:
    if answer == "OK":
        return None
    if answer.endswith(" FOUND"):
        name = answer.removesuffix(" FOUND")
        if not name.startswith(LIMITS):
            return name
    if "size limit exceeded" in answer or LIMITS in answer:
        raise TooLargeToScan
    raise ScannerFailed
