"""What gunicorn says no to by itself, and whom it believes: through gunicorn as it is deployed."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from talktotext.api.headers import ALWAYS
from tests.stack import Stack


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("refusals"), TRANSCRIBER="fake") as running:
        yield running


Answer = tuple[int, dict[str, str], bytes]


def said(server: Stack, request: bytes) -> Answer:
    """Status, headers by small names, and body of what is answered."""
    address = "127.0.0.1", int(server.url.rpartition(":")[2])
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(request)
        head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(first.split()[1]), {name.lower(): value for name, value in headers.items()}, body


def get(path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()


REFUSED = [
    (get("/health?" + "x" * 5000), 414, "address_too_long"),
    (get("/health", "Authorization: Bearer " + "x" * 9000), 431, "headers_too_large"),
    (get("/health", *[f"X-{n}: x" for n in range(200)]), 431, "headers_too_large"),
    (get("/health", "Content-Length: -5"), 400, "bad_request"),
    (get("/health", "Content-Length: 5", "Content-Length: 6") + b"hello", 400, "bad_request"),
    (get("/health", "Transfer-Encoding: gzip"), 400, "bad_request"),
    (get("/health", "no colon"), 400, "bad_request"),
    (get("/health", "X-Null: \0"), 400, "bad_request"),
    (get("/health", "X: <script>\x01"), 400, "bad_request"),
    (get("/\x7f"), 400, "bad_request"),
    (get("/health", "Expect: miracles"), 417, "expectation_failed"),
    (get("/health", "Transfer-Encoding: snake"), 501, "unsupported_transfer_coding"),
    (get("/health").replace(b"1.1", b"9.9"), 400, "bad_request"),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "bad_request"),  # that is TLS
]


@pytest.mark.parametrize(("request_", "status", "code"), REFUSED)
def test_what_is_no_request_is_refused_in_the_one_shape_of_errors(
    server: Stack, request_: bytes, status: int, code: str
) -> None:
    got, headers, body = said(server, request_)
    assert got == status
    problem = json.loads(body)
    assert problem.pop("hint")
    assert problem == {
        "error": problem["detail"],
        "type": f"urn:talktotext:error:{code}",
        "title": problem["title"],
        "status": status,
        "detail": problem["detail"],
        "code": code,
        "retryable": False,
    }
    assert headers["content-type"] == "application/problem+json"
    assert ALWAYS.items() <= {name: headers.get(name.lower()) for name in ALWAYS}.items()
    assert headers["cache-control"] == "no-store"
    assert headers["connection"] == "close"
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
    assert headers["x-request-id"] in server.log()


def test_what_was_refused_is_not_logged_whole(server: Stack) -> None:
    said(server, get("/health", "Authorization Bearer sesame-open-up" + "y" * 500))
    assert "sesame" not in server.log()
    assert "y" * 300 not in server.log()


@pytest.mark.parametrize(
    "headers",
    [
        ["X-Forwarded-Proto: https"],
        ["X-Forwarded-Ssl: on"],
        ["X-Forwarded-Protocol: ssl"],
        ["X-Forwarded-Proto: http", "X-Forwarded-Ssl: on"],
        ["SCRIPT_NAME: /x"],
        ["PATH_INFO: /api/notes"],
        ["X_Forwarded_For: 1.2.3.4"],
    ],
)
def test_nobody_is_believed_what_a_proxy_would_say_where_there_is_none(
    server: Stack, headers: list[str]
) -> None:
    """Not even on this machine, whatever gunicorn has by default."""
    status, answered, _ = said(server, get("/health", *headers))
    assert status == 200
    assert "strict-transport-security" not in answered
    assert said(server, get("/x/health", *headers))[0] == 404


def test_a_proxy_is_believed_where_there_is_one(tmp_path: Path) -> None:
    with Stack(tmp_path, TRANSCRIBER="fake", TRUSTED_PROXIES="1") as behind:
        for proto, told in (("https", True), ("http", False)):
            contradiction = get("/health", f"X-Forwarded-Proto: {proto}", "X-Forwarded-Ssl: on")
            status, headers, _ = said(behind, contradiction)
            assert status == 200
            assert ("strict-transport-security" in headers) is told
