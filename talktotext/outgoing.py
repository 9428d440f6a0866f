"""Answers on their way to clients, who read as fast as they like: no thread waits for them.

An answer is sent as far as the client takes it, and put aside. Its next piece is made when the last
one is gone, so that one piece of each is in memory.
"""

import os
import socket
import struct
from collections.abc import Callable, Generator, Iterable
from contextvars import copy_context
from typing import Any

from gunicorn.http.wsgi import FileWrapper, Response

# Bytes that the system keeps for a client beyond those on their way to it; half of them have to be
# gone before it tells that there is room. As it comes, that could be a third of some megabytes, for
# which an honest client on a poor line takes minutes.
KEPT = 262_144
AT_ONCE = struct.pack("ii", 1, 0)  # man 7 socket, SO_LINGER


class Outgoing:
    """A socket as gunicorn's Response writes to it. What is written waits until it is flushed."""

    def __init__(self, sock: socket.socket):
        self.sock, self._data = sock, bytearray()
        self._file, self._at, self._end = -1, 0, 0
        self.send = sock.send  # "100 Continue", for which a client waits
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KEPT)

    def sendall(self, data: bytes) -> None:
        """See socket.sendall."""
        self._data += data

    def sendfile(self, file: Any, offset: int, count: int) -> None:
        """See socket.sendfile. Goes out after what was written before, and is the last."""
        self._file, self._at, self._end = file.fileno(), offset, offset + count

    def flush(self) -> bool:
        """Send what the client takes of what was written; whether that was all.

        Raises:
            OSError: the client is gone.
            EOFError: the file is shorter than it was.
        """
        try:
            while self._data:
                del self._data[: self.sock.send(self._data)]
            while self._at < self._end:
                self._send_file()
        except BlockingIOError:
            return False
        return True

    def _send_file(self) -> None:
        sent = os.sendfile(self.sock.fileno(), self._file, self._at, self._end - self._at)
        if not sent:
            raise EOFError
        self._at += sent


class Answer:
    """What a request is answered with, by whichever threads; they see the context it began in.

    Args:
        app: a WSGI application.
        response: writes to `out`.
    """

    def __init__(
        self, app: Callable[..., Any], environ: Any, response: Response, out: Outgoing
    ) -> None:
        self.response, self._out = response, out
        self._context = copy_context()
        body = self._context.run(app, environ, response.start_response)
        self._steps = _steps(response, body, out)

    def go_on(self) -> bool:
        """Send what the client takes; whether that was all.

        Raises:
            Exception: what the body does, and see Outgoing.flush. There will be no more of it.
        """
        self._out.sock.setblocking(False)
        done = self._context.run(next, self._steps, True)
        self._out.sock.setblocking(True)
        return done

    def give_up(self) -> None:
        """There will be no more of it. Nor is the system to keep what it has for the client."""
        self._out.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._context.run(self._steps.close)


def _steps(response: Response, body: Iterable[bytes], out: Outgoing) -> Generator[bool, None, None]:
    """Send an answer; yields whenever the client has to read first."""
    try:
        is_file = isinstance(body, FileWrapper) and not response.chunked
        for piece in () if is_file and response.sendfile(body) else body:
            response.write(piece)
            while not out.flush():
                yield False
        response.close()
        while not out.flush():
            yield False
    finally:
        if hasattr(body, "close"):
            body.close()
