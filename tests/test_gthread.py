"""gunicorn's worker as we have it, with small applications: how answers leave."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from talktotext.gthread import BRIEF, BRIEFLY, Worker

PIECE, PIECES = b"0123456789abcdef" * 4096, 100
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Body:
    """A long answer that tells whether it was closed, and by which threads it was made."""

    def __init__(self, pieces: int = PIECES, *, broken: bool = False):
        self.pieces, self.broken = pieces, broken
        self.closed, self.threads = threading.Event(), set[int]()

    def __call__(self, _environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(self.pieces * len(PIECE)))])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            self.threads.add(threading.get_ident())
            yield PIECE
            if self.broken:
                raise RuntimeError("no more of it")

    def close(self) -> None:
        self.closed.set()


class Serving:
    """A worker in a thread of this process, with two threads for requests."""

    def __init__(self, app: Any, beside: "Serving | None" = None):
        cfg = Config()
        cfg.set("threads", 2)
        cfg.set("keepalive", 5)
        self.listener = beside.listener if beside else socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.worker = Worker(0, os.getppid(), [self.listener], None, 30, cfg, Logger(cfg))
        self.worker.tpool, self.worker.poller = self.worker.get_thread_pool(), DefaultSelector()
        self.worker.method_queue.init()
        self.worker.wsgi = app
        self.thread = threading.Thread(target=self.worker.run)

    def __enter__(self) -> "Serving":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.alive = False
        self.worker.method_queue.defer(lambda: None)
        self.thread.join(30)
        self.worker.closers.shutdown()
        self.worker.brief.shutdown()
        self.worker.tmp.close()

    def asked(self, what: bytes = ASKED) -> socket.socket:
        """A client with little room for the answer."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(20)
        client.connect(self.listener.getsockname())
        client.sendall(what)
        return client


def read(client: socket.socket) -> bytes:
    """All there is, to the end of the connection."""
    data = b""
    while more := client.recv(65536):
        data += more
    return data


def split(data: bytes) -> tuple[bytes, bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def answer(client: socket.socket, size: int) -> tuple[bytes, bytes]:
    """Head and body of one answer, and no more; the body is so long."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += client.recv(1)
    body = b""
    while len(body) < size:
        body += client.recv(size - len(body))
    return head, body


def test_who_does_not_read_holds_no_thread_and_gets_all_of_it_later() -> None:
    body = Body()
    with Serving(body) as serving:
        clients = [serving.asked() for _ in range(10)]
        time.sleep(0.3)
        assert not body.closed.is_set()
        began = time.monotonic()
        with serving.asked(ASKED.replace(b"GET", b"HEAD")) as other:
            assert other.recv(1000).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 1
        for client in clients:
            assert answer(client, PIECES * len(PIECE))[1] == PIECE * PIECES
            client.close()
    assert body.closed.is_set()


def test_who_reads_nothing_for_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talktotext.gthread.UNREAD", 0.5)
    body = Body()
    with Serving(body) as serving, serving.asked() as client:
        assert body.closed.wait(5)
        with pytest.raises(ConnectionResetError):
            assert len(read(client)) < PIECES * len(PIECE)
            client.send(b"GET")
        assert serving.worker.nr_conns == 0


def test_who_reads_a_byte_now_and_then_is_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talktotext.gthread.UNREAD", 0.5)
    body = Body()
    with Serving(body) as serving, serving.asked() as client:
        until = time.monotonic() + 5
        while not body.closed.wait(0.1) and time.monotonic() < until:
            client.recv(1)
        assert body.closed.is_set()


def test_who_reads_slowly_all_the_time_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talktotext.gthread.UNREAD", 1.0)
    body = Body(pieces=20)
    with Serving(body) as serving, serving.asked() as client:
        began, data = time.monotonic(), b""
        while len(split(data)[1]) < 20 * len(PIECE):
            data += client.recv(10_000)
            time.sleep(0.005)
        assert time.monotonic() - began > 1.5
    assert split(data)[1] == PIECE * 20


def test_who_went_away_is_forgotten() -> None:
    body = Body()
    with Serving(body) as serving:
        serving.asked().close()
        assert body.closed.wait(5)
        time.sleep(0.1)
        assert serving.worker.nr_conns == 0


def test_an_answer_that_breaks_off_ends_the_connection_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = Body(broken=True)
    logging.getLogger("gunicorn.error").propagate = True
    with Serving(body) as serving, serving.asked() as client:
        data = read(client)
        assert split(data)[1] == PIECE
        assert data.count(b"HTTP/1.1") == 1
    assert body.closed.is_set()
    assert "An answer broke off" in caplog.text


def test_a_connection_is_kept_after_a_long_answer_and_answers_keep_their_order() -> None:
    with Serving(Body(pieces=8)) as serving, serving.asked(ASKED * 3) as client:
        time.sleep(0.3)
        for _ in range(3):
            head, body = answer(client, 8 * len(PIECE))
            assert b"Connection: keep-alive" in head
            assert body == PIECE * 8
        client.sendall(ASKED)
        assert client.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("length", [True, False])
def test_a_file_is_sent_as_it_is(tmp_path: Path, length: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(PIECE * PIECES)

    def app(environ: Any, start_response: Callable[..., Any]) -> Any:
        headers = [("Content-Length", str(PIECES * len(PIECE)))] if length else []
        start_response("200 OK", headers)
        return environ["wsgi.file_wrapper"](path.open("rb"))

    asked = ASKED.replace(b"1.1", b"1.0")  # to its end, then, where no length is told
    with Serving(app) as serving, serving.asked(asked) as client:
        time.sleep(0.3)
        assert split(read(client))[1] == PIECE * PIECES


def test_a_piece_of_unknown_length_is_marked_as_such() -> None:
    def app(_environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [b"one", b"", b"two"]

    with Serving(app) as serving, serving.asked() as client:
        chunks = b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
        assert answer(client, len(chunks))[1] == chunks


def test_what_the_application_fails_with_is_an_error_like_any_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def app(_environ: Any, _start_response: Any) -> list[bytes]:
        raise RuntimeError("secret")

    logging.getLogger("gunicorn.error").propagate = True
    with Serving(app) as serving, serving.asked() as client:
        data = read(client)
    assert data.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b'"code":"internal_error"' in data
    assert b"secret" not in data
    assert "secret" in caplog.text


def test_workers_share_the_connections() -> None:
    with Serving(Body(1)) as one, Serving(Body(1), beside=one) as other:
        clients = [socket.create_connection(one.listener.getsockname()) for _ in range(60)]
        while (taken := one.worker.nr_conns + other.worker.nr_conns) < len(clients):
            time.sleep(0.01)
        assert taken == 60 and min(one.worker.nr_conns, other.worker.nr_conns) > 12
        for client in clients:
            client.close()


def test_what_is_soon_done_has_threads_of_its_own_and_no_more() -> None:
    go_on, lock, inside, most = threading.Event(), threading.Lock(), 0, 0

    def app(environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
        nonlocal inside, most
        if environ["PATH_INFO"] == "/slow":
            go_on.wait(20)
        else:
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.05)
            with lock:
                inside -= 1
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with Serving(app) as serving:
        slow = [serving.asked(ASKED.replace(b"/", b"/slow", 1)) for _ in range(4)]
        try:
            brief = ASKED.replace(b"/", b"/api/notes?limit=25", 1)
            clients = [serving.asked(brief) for _ in range(3 * BRIEFLY)]
            assert all(answer(client, 2)[1] == b"ok" for client in clients)
            clients[0].sendall(brief)  # and again, over the same connection
            assert answer(clients[0], 2)[1] == b"ok"
        finally:
            go_on.set()
        assert all(answer(client, 2)[1] == b"ok" for client in slow)
        for client in (*slow, *clients):
            client.close()
    assert most == BRIEFLY


@pytest.mark.parametrize(
    "asked", ["/api/status/7", "/api/notes", "/api/notes?limit=2", "/api/notes/7"]
)
def test_what_only_reads_rows_is_soon_done(asked: str) -> None:
    assert BRIEF.match(f"GET {asked} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "GET /health",
            "GET /api/notes/7/transcript",
            "GET /api/history?q=x",
            "POST /api/notes/7",
        ),
        *("GET /api/download/pdf/7", "DELETE /api/notes/7", "GET /x?GET /api/notes"),
    ],
)
def test_what_may_take_longer_is_not(asked: str) -> None:
    assert not BRIEF.match(f"{asked} HTTP/1.1\r\n".encode())
