"""Clients that do not read what they asked for starve nobody."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.stack import Stack
from tests.test_slow_clients import assert_quick


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("unread")
    with Stack(folder, TRANSCRIBER="fake", WEB_THREADS="4") as running:
        yield running


def asked(server: Stack, path: str) -> socket.socket:
    """A client that reads nothing of what it asked for."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)  # or buffers hold it all
    client.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return client


@pytest.mark.parametrize("path", ["/docs/swagger-ui-bundle.js", "/openapi.json"])
def test_answers_that_nobody_reads_hold_no_thread(server: Stack, path: str) -> None:
    """A file, and bytes made for the occasion: neither takes an account."""
    clients = [asked(server, path) for _ in range(12)]
    time.sleep(0.5)
    assert_quick(server)
    with clients[0].makefile("rb") as whole:  # and whoever reads after all gets all of it
        assert whole.read().endswith(requests.get(server.url + path, timeout=10).content)
    for client in clients:
        client.close()


def test_there_are_files_for_all_connections(tmp_path: Path) -> None:
    """A worker that has none left dies."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    with ExitStack() as stack:
        try:
            server = stack.enter_context(Stack(tmp_path, TRANSCRIBER="fake", WEB_THREADS="4"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for _ in range(200):
            stack.enter_context(asked(server, "/docs/swagger-ui-bundle.js"))
        time.sleep(1)
        assert_quick(server)
        assert "exited" not in server.log()
