"""gunicorn's threaded worker, for clients that take their time.

As it comes, a thread waits for whoever has begun to say something: a few connections that send a
byte a minute hold all of them, and so do a few that read nothing. Here a request gets a thread when
its head and, if that is small, its body have arrived, for which the poller waits; and a body that
comes slower than it may is cut off. An answer has a thread while its client takes it, and waits in
the poller for room. What is left to wait in threads are large bodies, of which `api/gate.py` lets
in so many. What is asked for all the time, and soon done, has a few threads of its own.
"""

import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import takewhile
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from talktotext import config
from talktotext.api.refusals import Refusal
from talktotext.errors import TooSlow
from talktotext.outgoing import Answer, Outgoing

ARRIVAL = 15.0  # seconds in which a head, and a small body, have to be there
SMALL = 16_384  # bytes of a body that is waited for without a thread
LOOK = 65_536  # bytes; no head is longer, gunicorn sees to that
SILENCE = 20.0  # seconds without a byte of a body
UNREAD = 60.0  # seconds in which a client reads nothing of its answer
REST = 0.3  # seconds for the rest of a body that nobody wanted
FEW, MOMENT = 4, 0.0005  # connections, and seconds in which another process may take the next
CLOSERS, MOST_CLOSING = 4, 100  # threads, and connections that wait for them
MOST = 262_144  # bytes read at once
MORE = object()  # than the client took of its answer
WINDOW = 10.0  # seconds of waiting over which the rate of a body is measured
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
# What is asked for all the time, and only reads a row or a page of them.
BRIEF = re.compile(rb"GET /api/(?:status/[^/? ]+|notes(?:/[^/? ]+)?)[? ]")
BRIEFLY = 6  # threads for that
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
        self.leaving: dict[TConn, float] = {}  # that have to read first, and until when; likewise
        # Python computes in one thread at a time. With dozens at it, each does a little and waits
        # for all others, again and again: one request in a hundred took far longer than most.
        self.brief = ThreadPoolExecutor(BRIEFLY)
        self.closers, self.closing = ThreadPoolExecutor(CLOSERS), threading.Semaphore(MOST_CLOSING)

    def accept(self, listener: Any) -> None:
        """Take a connection. Whoever is awake would take all that come at once, and the other
        processes none: who has some leaves them a moment."""
        if self.nr_conns > FEW:
            time.sleep(MOMENT)
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection a thread, once there is something to do for one."""
        there = _waiting(conn)
        data = _buffered(conn) + (there or b"")
        more = missing(data) if there is not None else 0
        grown = conn not in self.seen or len(there or b"") > self.seen[conn]
        if more and grown and len(there or b"") < LOOK:
            self._await(conn, len(there or b""), more)
            return
        self._forget(conn)
        conn.data_ready = True
        self._submit(self.brief if BRIEF.match(data) else self.tpool, self.handle, conn)

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[TConn], Any], conn: TConn) -> None:
        done = partial(self.method_queue.defer, self.finish_request, conn)
        pool.submit(work, conn).add_done_callback(done)

    def handle(self, conn: TConn) -> Any:
        """Serve a request, in a thread."""
        conn.sock.setblocking(True)
        conn.init()
        unreader = conn.parser.unreader
        if not isinstance(unreader.sock, Paced):
            unreader.sock = Paced(unreader.sock, self.least)
            conn.close = partial(self._close, conn, conn.close)
        return self._send(conn) if super().handle(conn) is True else False

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Have the application answer a request. Whether there is an answer to send."""
        out = Outgoing(conn.sock)
        response, environ = wsgi.create(req, out, conn.client, conn.server, self.cfg)
        environ["wsgi.multithread"] = True
        if not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
            response.force_close()
        conn.answer = Answer(self.wsgi, environ, response, out)
        return True

    def finish_request(self, conn: TConn, future: Future[Any]) -> None:
        """See to a connection that a thread is done with."""
        error = None if future.cancelled() else future.exception()
        if error and not isinstance(error, ConnectionError | TimeoutError):  # the client's doing
            self.log.error("An answer broke off", exc_info=error)
        if not error and not future.cancelled() and future.result() is MORE:
            self.leaving[conn] = time.monotonic() + UNREAD
            self.poller.register(conn.sock, EVENT_WRITE, partial(self._on_room, conn))
        else:
            super().finish_request(conn, future)

    def _on_room(self, conn: TConn, client: socket.socket) -> None:
        self.poller.unregister(client)
        del self.leaving[conn]
        self._submit(self.tpool, self._send, conn)

    def _send(self, conn: TConn) -> Any:
        """Send what the client takes of its answer, in a thread. MORE if that was not all, else
        whether there may be another request: the rest of this one has been read, for which there
        is little time, as a thread does that."""
        if not conn.answer.go_on():
            return MORE
        response, conn.answer = conn.answer.response, None
        in_time = time.monotonic() + REST
        return not response.should_close() and bool(conn.parser.finish_body(deadline=in_time))

    def handle_error(self, _req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Refuse what is no request; or say that there was an error, if it is one."""
        refusal = Refusal(exc)
        with suppress(OSError):
            client.setblocking(False)
            client.sendall(refusal.answer())
        of = f"address={addr[0] if addr else None} request={refusal.request_id}"
        if refusal.status == 500:
            self.log.error("Error handling a request %s", of, exc_info=exc)
        else:
            self.log.warning("Refused: %.200s %s", exc, of)

    def _close(self, conn: TConn, close: Callable[..., None], graceful: bool = False) -> None:
        """Close a connection. Gracefully means to read on for up to two seconds, so that the client
        sees the answer; gunicorn does that where it polls, and nobody else is served meanwhile."""
        if graceful and self.closing.acquire(blocking=False):
            closed = self.closers.submit(close, graceful=True)
            closed.add_done_callback(lambda _: self.closing.release())
        else:
            close()

    def _keepalive_after(self, _conn: TConn, answered: bool) -> bool:
        """Nothing yet: its answer is still to be sent."""
        return answered

    def murder_pending(self) -> None:
        """Close what takes too long to arrive, or to leave."""
        super().murder_pending()
        for conn in _overdue(self.arriving):
            self._forget(conn)
            self._drop(conn)
        for conn in _overdue(self.leaving):
            del self.leaving[conn]
            conn.answer.give_up()
            self._drop(conn)

    def _drop(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
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


def _overdue(until: dict[TConn, float]) -> list[TConn]:
    now = time.monotonic()
    return list(takewhile(lambda conn: until[conn] <= now, until))


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
