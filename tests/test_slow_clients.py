"""Clients that take their time starve nobody; those that take too much are cut off."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from talktotext.api.gate import AWAITED
from talktotext.errors import TooSlow
from talktotext.gthread import SMALL, Paced, missing
from tests.api.helpers import HEAD, MULTIPART
from tests.conftest import tone
from tests.stack import Stack

SOUND = tone()


@pytest.mark.parametrize(
    ("data", "more"),
    [
        (b"", 1),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 1),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 5),
        (b"POST / HTTP/1.1\r\ncontent-length:5\r\n\r\nabc", 2),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (SMALL + 1), 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n", 0),
    ],
)
def test_when_a_thread_has_something_to_do(data: bytes, more: int) -> None:
    assert missing(data) == more


def test_who_sends_slower_than_they_may_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talktotext.gthread.WINDOW", 0.3)
    near, far = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.05):
            far.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    paced = Paced(near, 1000)
    began = time.monotonic()
    with pytest.raises(TooSlow):
        while True:
            assert paced.recv(100)
    stop.set()
    thread.join()
    assert 0.2 < time.monotonic() - began < 2
    near.close(), far.close()


def test_who_says_nothing_more_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talktotext.gthread.SILENCE", 0.2)
    near, far = socket.socketpair()
    with pytest.raises(TooSlow):
        Paced(near, 0).recv(10)
    far.send(b"words")
    assert Paced(near, 0).recv(10) == b"words"
    near.close(), far.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """With few threads, so that few clients could hold them all."""
    folder = tmp_path_factory.mktemp("slow")
    with Stack(folder, TRANSCRIBER="fake", WEB_THREADS="4", UPLOADS_AT_ONCE="9") as running:
        yield running


def connected(server: Stack) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def assert_quick(server: Stack) -> None:
    for _ in range(5):
        began = time.monotonic()
        assert requests.get(f"{server.url}/health", timeout=10).status_code == 200
        assert time.monotonic() - began < 1


def test_heads_and_small_bodies_that_never_end_hold_no_thread(server: Stack) -> None:
    letter = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n"
    letter += b"Content-Type: application/json\r\n\r\n{"
    begins = [b"", b"G", b"GET /health HTTP/1.1\r\nX: "] * 10 + [letter] * 10
    clients = [connected(server) for _ in begins]
    for client, begin in zip(clients, begins, strict=True):
        client.sendall(begin)
    time.sleep(0.3)
    assert_quick(server)
    for client in clients[:3]:  # and whoever goes on is served
        client.close()
    clients[5].sendall(b"1\r\nHost: x\r\n\r\n")
    assert clients[5].recv(100).startswith(b"HTTP/1.1 200")
    for client in clients:
        client.close()


def test_a_request_that_arrives_byte_by_byte_is_answered(server: Stack) -> None:
    with connected(server) as client:
        body = b'{"email": "a@example.com", "password": "x"}'
        whole = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        whole += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        for byte in whole:
            client.sendall(bytes([byte]))
        assert client.recv(100).startswith(b"HTTP/1.1 401")
        # The connection is kept, and two requests at once are two answers.
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        found = b""
        while found.count(b"HTTP/1.1 200") < 2:
            found += client.recv(1000)


def test_slow_uploads_leave_threads_for_others(server: Stack) -> None:
    alice = server.person()
    token = alice.session.headers["Authorization"]
    head = f"POST /api/upload HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
    head += f"Content-Type: {MULTIPART['Content-Type']}\r\nContent-Length: 400000\r\n\r\n"
    clients = [connected(server) for _ in range(8)]
    try:
        for client in clients:
            client.sendall(head.encode() + HEAD + SOUND[:5000])
        time.sleep(1)
        assert_quick(server)
        answer = alice.send(SOUND)
        assert (answer.status_code, answer.json()["code"]) == (503, "too_many_uploads")
        assert int(answer.headers["Retry-After"]) > 0
    finally:
        for client in clients:
            client.close()
    time.sleep(0.5)
    assert alice.send(SOUND).status_code == 200


def test_slow_uploads_that_are_refused_leave_threads_for_others(server: Stack) -> None:
    """What was refused is still read to its end, and holds a thread no less."""
    token = server.person().session.headers["Authorization"]
    head = f"POST /api/files/ HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
    head += "Tus-Resumable: 1.0.0\r\nUpload-Length: 600000000\r\n"
    head += "Content-Type: application/offset+octet-stream\r\nContent-Length: 900000\r\n\r\n"
    clients = [connected(server) for _ in range(8)]
    try:
        for client in clients:
            client.sendall(head.encode() + SOUND[:5000])
        time.sleep(1)
        assert_quick(server)
    finally:
        for client in clients:
            client.close()


def test_other_slow_bodies_leave_threads_for_others(server: Stack) -> None:
    """However they hide how long they are."""
    token = server.person().session.headers["Authorization"]
    head = f"PATCH /auth/me HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
    head += "Content-Type: application/json\r\n"
    chunked = "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
    begins = [
        f"{head}Content-Length: {SMALL + 1}\r\n\r\n{{",
        f"{head}Content-Length: 500\r\nExpect: 100-continue\r\n\r\n{{",
        head + chunked,
        f"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{chunked}",
    ]
    clients = [connected(server) for _ in begins * 3]
    try:
        for client, begin in zip(clients, begins * 3, strict=True):
            client.sendall(begin.encode())
        time.sleep(6)  # those that are let in wait for 20
        assert_quick(server)
        refused = requests.patch(
            f"{server.url}/auth/me",
            json={"name": "x" * SMALL},
            headers={"Authorization": str(token)},
            timeout=10,
        )
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) > 0
    finally:
        for client in clients:
            client.close()
    time.sleep(0.5)
    assert (
        requests.post(f"{server.url}/auth/login", data=iter([b"{}"]), timeout=10).status_code < 429
    )


def test_one_who_waits_and_one_who_counts_agree() -> None:
    assert AWAITED == SMALL


def test_a_letter_from_nobody_is_short(server: Stack) -> None:
    for size in (20_000, 5_000_000):
        answer = requests.post(f"{server.url}/auth/login", json={"email": "x" * size}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")

    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    sent = requests.post(
        f"{server.url}/auth/login",
        data=chunks(),
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert sent.status_code == 413


def test_what_was_left_unsaid_is_logged_nowhere(server: Stack, tmp_path: Path) -> None:
    assert "Traceback" not in server.log(), server.log()[-3000:]
