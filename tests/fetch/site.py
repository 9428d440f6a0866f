"""A web server that misbehaves as told: raw sockets, so that it can say anything at any pace."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Self

Answer = Iterable[bytes]
Serve = Callable[["Asked"], Answer]


class Asked:
    """A request: its target and headers, names in lower case."""

    def __init__(self, text: str):
        first, *lines = text.split("\r\n")
        self.target = first.split(" ")[1] if " " in first else ""
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }

    @property
    def first(self) -> int:
        """The number of the first byte that is wanted."""
        return int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))


class Site:
    """A server in a thread; `serve` makes the answer to each request, piece by piece.

    Attributes:
        asked: the requests so far.
        connections: how many there were, with a request or without.
    """

    def __init__(self, serve: Serve, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"):
        self.serve, self.tls, self.asked, self.connections = serve, tls, [], 0
        self.closing = threading.Event()
        self.sent = 0
        self._socket = socket.create_server((host, 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)

    def pause(self, seconds: float) -> None:
        """Wait, but not past the end of the test."""
        self.closing.wait(seconds)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._answer, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _answer(self, raw: socket.socket) -> None:
        with raw, suppress(OSError):
            raw.settimeout(10)
            connection = self.tls.wrap_socket(raw, server_side=True) if self.tls else raw
            with connection:
                request = b""
                while b"\r\n\r\n" not in request and (data := connection.recv(65536)):
                    request += data
                if request:
                    self.asked.append(Asked(request.decode("latin-1")))
                    self._send(connection)

    def _send(self, connection: socket.socket) -> None:
        for piece in self.serve(self.asked[-1]):
            if self.closing.is_set():
                return
            connection.sendall(piece)
            self.sent += len(piece)


def head(status: str = "200 OK", **headers: object) -> bytes:
    """The beginning of an answer; `_` in names of headers stands for `-`."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""]).encode()


def file(data: bytes, etag: str = '"one"', cut: int | None = None) -> Serve:
    """Serves `data` in ranges, as a good server does; `cut` bytes of it at a time."""

    def serve(asked: Asked) -> Answer:
        whole = len(data)
        start = asked.first if asked.headers.get("if-range") == etag else 0
        rest = data[start:]
        if start:
            place = f"bytes {start}-{whole - 1}/{whole}"
            yield head(
                "206 Partial Content", ETag=etag, Content_Range=place, Content_Length=len(rest)
            )
        else:
            yield head(ETag=etag, Content_Length=whole)
        yield rest[:cut]

    return serve
