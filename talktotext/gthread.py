"""gunicorn's threaded worker, for clients that take their time.

As it comes, a thread waits for whoever has begun to say something: a few connections that send a
byte a minute hold all of them. Here a request gets a thread when its head and, if that is small,
its body have arrived, for which the poller waits; and a body that comes slower than it may is cut
off. What is left to wait in threads are large bodies, of which `api/gate.py` lets in so many.
"""

import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from talktotext import config
from talktotext.errors import TooSlow

ARRIVAL = 15.0  # seconds in which a head, and a small body, have to be there
SMALL = 16_384  # bytes of a body that is waited for without a thread
LOOK = 65_536  # bytes; no head is longer, gunicorn sees to that
SILENCE = 20.0  # seconds without a byte of a body
REST = 0.3  # seconds for the rest of a body that nobody wanted
CLOSERS, MOST_CLOSING = 4, 100  # threads, and connections that wait for them
MOST = 262_144  # bytes read at once
WINDOW = 10.0  # seconds of waiting over which the rate of a body is measured
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


def missing(data: bytes) -> int:
    """At least so many bytes are missing before a thread has something to do; 0: none."""
    end = data.find(b"\r\n\r\n") + 4
    if end < 4:
        return 1
    head = data[:end]
    found = LENGTH.search(head)
    size = int(found[1]) if found else 0
    if size > SMALL or CONTINUE.search(head):  # which sends a body when it is asked to
        return 0
    return max(0, end + size - len(data))


class Paced:
    """A socket from which is read at a rate, or no more.

    Only time spent waiting for bytes counts, not what is done with them in between.

    Args:
        least: bytes a second.
    """

    def __init__(self, inner: socket.socket, least: int):
        self._inner, self._least = inner, least
        self._waited, self._got = 0.0, 0

    def recv(self, size: int) -> bytes:
        """See socket.recv. Raises TooSlow."""
        size = min(size, MOST)  # it is allocated before there is anything to read
        if self._inner.gettimeout() is not None:  # somebody else minds the time
            return self._inner.recv(size)
        began = time.monotonic()
        self._inner.settimeout(SILENCE)
        try:
            data = self._inner.recv(size)
        except TimeoutError:
            raise TooSlow from None
        finally:
            self._inner.settimeout(None)
        self._measure(time.monotonic() - began, len(data))
        return data

    def _measure(self, seconds: float, size: int) -> None:
        self._waited, self._got = self._waited + seconds, self._got + size
        if self._waited >= WINDOW:
            if self._got < self._least * self._waited:
                raise TooSlow
            self._waited, self._got = 0.0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Worker(ThreadWorker):  # type: ignore[misc]
    """See above."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.least = int(config.load().UPLOAD_LEAST_RATE)
        self.arriving: dict[TConn, float] = {}  # and until when; in that order
        self.seen: dict[TConn, int] = {}
        self.closers, self.closing = ThreadPoolExecutor(CLOSERS), threading.Semaphore(MOST_CLOSING)

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection a thread, once there is something to do for one."""
        there = _waiting(conn)
        more = missing(_buffered(conn) + there) if there is not None else 0
        grown = conn not in self.seen or len(there or b"") > self.seen[conn]
        if more and grown and len(there or b"") < LOOK:
            self._await(conn, len(there or b""), more)
            return
        self._forget(conn)
        conn.data_ready = True
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """Serve a request, in a thread."""
        conn.sock.setblocking(True)
        conn.init()
        unreader = conn.parser.unreader
        if not isinstance(unreader.sock, Paced):
            unreader.sock = Paced(unreader.sock, self.least)
            conn.close = partial(self._close, conn, conn.close)
        return super().handle(conn)

    def _close(self, conn: TConn, close: Callable[..., None], graceful: bool = False) -> None:
        """Close a connection. Gracefully means to read on for up to two seconds, so that the client
        sees the answer; gunicorn does that where it polls, and nobody else is served meanwhile."""
        if graceful and self.closing.acquire(blocking=False):
            closed = self.closers.submit(close, graceful=True)
            closed.add_done_callback(lambda _: self.closing.release())
        else:
            close()

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Whether there may be another request, the rest of this one having been read: as a thread
        does that, it is given little time."""
        return keepalive and bool(conn.parser.finish_body(deadline=time.monotonic() + REST))

    def murder_pending(self) -> None:
        """Close what took too long to arrive."""
        super().murder_pending()
        for conn, until in list(self.arriving.items()):
            if until > time.monotonic():
                break
            self.poller.unregister(conn.sock)
            self._forget(conn)
            self.nr_conns -= 1
            conn.close()

    def _await(self, conn: TConn, there: int, more: int) -> None:
        """Let the poller tell when there is so much more."""
        self.seen[conn] = there
        self.arriving.setdefault(conn, time.monotonic() + ARRIVAL)
        # The poller would tell of what is there already, again and again.
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, there + more)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_more, conn))

    def _on_more(self, conn: TConn, client: socket.socket) -> None:
        self.poller.unregister(client)
        self.enqueue_req(conn)

    def _forget(self, conn: TConn) -> None:
        if self.seen.pop(conn, None) is not None:
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        self.arriving.pop(conn, None)


def _waiting(conn: TConn) -> bytes | None:
    """What lies in the socket and is left there; None if there will be no more."""
    try:
        return conn.sock.recv(LOOK, socket.MSG_PEEK | socket.MSG_DONTWAIT) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def _buffered(conn: TConn) -> bytes:
    """What was read from the socket together with the request before."""
    return bytes(conn.parser.unreader.buf.getvalue()) if conn.parser else b""
