"""What resumable uploads refuse, for what it says or for what it is, leaves nothing."""

import base64
import hashlib
from io import BytesIO
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from talktotext.errors import TooSlow
from talktotext.models import Job, PartialUpload
from tests.api.helpers import assert_problem, recordings, rows
from tests.api.test_files import (
    BYTES,
    HALF,
    SOUND,
    TUS,
    begun,
    encoded,
    offset,
    partial_files,
    send,
    stored,
)
from tests.conftest import Person


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "ten"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": "500000001"}, 413),
        ({"Upload-Length": "5", "Upload-Defer-Length": "1"}, 400),
        ({"Upload-Defer-Length": "2"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": f"language {encoded('xx')}"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": f"extractDuration {encoded('-1')}"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "a " + "A" * 9000}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename YQ==,filename YQ=="}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "secret,filename YQ==,secret"}, 400),
        ({"Upload-Length": "5", "Content-Type": "text/plain", "Content-Length": "5"}, 415),
        ({"Upload-Length": "0"}, 415),
    ],
)
def test_a_beginning_that_makes_no_sense(
    app: APIFlask, alice: Person, headers: dict[str, str], status: int
) -> None:
    raw = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    data = b"12345" if "Content-Length" in headers else None
    answer = alice.post("/api/files/", headers={**TUS, **raw}, data=data)
    assert_problem(answer, status)
    assert rows(app, PartialUpload) == rows(app) == [] and partial_files(app) == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Checksum": "crc32 AAAA"}, 400, "invalid_request"),
        ({"Upload-Checksum": "sha1 ???"}, 400, "invalid_request"),
        ({"Upload-Checksum": "sha1 AAAA"}, 460, "wrong_checksum"),
        ({"Upload-Length": "99"}, 413, "file_too_large"),
        ({"Upload-Length": "100"}, 415, "not_media"),
    ],
)
def test_a_beginning_refused_for_its_first_bytes_leaves_nothing(
    app: APIFlask, alice: Person, headers: dict[str, str], status: int, code: str
) -> None:
    """Nobody could name it: there was no Location."""
    more = {**TUS, **BYTES, "Upload-Length": "1000", **headers}
    answer = alice.post("/api/files/", data=bytes(100), headers=more)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert "Location" not in answer.headers
    assert alice.get("/api/usage").json["bytes"]["used"] == 0
    assert rows(app, PartialUpload) == rows(app) == partial_files(app) == []


def test_a_beginning_that_comes_in_too_slowly_leaves_nothing(app: APIFlask, alice: Person) -> None:
    class Slow(BytesIO):
        def readinto(self, buffer: Any) -> int:
            if self.tell():
                raise TooSlow
            return super().readinto(memoryview(buffer)[:HALF])

    headers = {**TUS, **BYTES, "Upload-Length": str(len(SOUND)), **alice.headers}
    environ = EnvironBuilder("/api/files/", method="POST", headers=headers).get_environ()
    came = {"wsgi.input": Slow(SOUND), "CONTENT_LENGTH": str(len(SOUND))}
    _, status, _ = run_wsgi_app(app, {**environ, **came})
    assert status.startswith("408")
    assert rows(app, PartialUpload) == partial_files(app) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Upload-Offset": "-5"}, 400),
        ({"Upload-Offset": "0x0"}, 400),
        ({"Upload-Checksum": "crc32 AAAA"}, 400),
        ({"Upload-Checksum": "sha1 ???"}, 400),
        ({"Upload-Checksum": ""}, 400),
        ({"Upload-Length": "7"}, 400),
    ],
)
def test_bytes_that_make_no_sense(alice: Person, headers: dict[str, str], status: int) -> None:
    place = begun(alice)
    assert_problem(send(alice, place, SOUND[:HALF], 0, **headers), status)
    assert offset(alice, place) == 0


def test_more_bytes_than_announced(app: APIFlask, alice: Person) -> None:
    place = begun(alice, 100)
    assert_problem(send(alice, place, bytes(101), 0), 413)
    assert offset(alice, place) == 0 and rows(app) == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_checksums(app: APIFlask, alice: Person, algorithm: str) -> None:
    place = begun(alice)

    def sums(data: bytes) -> dict[str, str]:
        digest = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
        return {"Upload-Checksum": f"{algorithm} {digest}"}

    assert send(alice, place, SOUND[:HALF], 0, **sums(SOUND[:HALF])).status_code == 204
    damaged = b"x" + SOUND[HALF + 1 :]
    answer = send(alice, place, damaged, HALF, **sums(SOUND[HALF:]))
    assert (answer.status_code, answer.json["code"]) == (460, "wrong_checksum")
    assert answer.json["title"] == "Checksum Mismatch" and answer.json["retryable"]
    assert offset(alice, place) == HALF and rows(app) == []
    assert send(alice, place, SOUND[HALF:], HALF, **sums(SOUND[HALF:])).status_code == 204
    assert stored(app) == SOUND


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty_recording"), (b"Dear all, " * 50, "not_media")]
)
def test_what_is_no_recording_is_refused_and_gone(
    app: APIFlask, alice: Person, data: bytes, code: str
) -> None:
    headers = {**TUS, **BYTES, "Upload-Length": str(len(data))}
    assert_problem(alice.post("/api/files/", data=data, headers=headers), 415, code)
    assert rows(app, PartialUpload) == rows(app) == rows(app, Job) == []
    assert partial_files(app) == [] and recordings(app) == []
