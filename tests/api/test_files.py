"""Resumable uploads, by the tus protocol: what is sent arrives, whatever happens in between."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from talktotext.extensions import db
from talktotext.models import PartialUpload, Upload, now
from talktotext.runner import retention
from tests.api.helpers import assert_problem, only_row, recordings, rows
from tests.conftest import Person, run_jobs, tone

SOUND = tone()
HALF = len(SOUND) // 2
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def begin(person: Person, length: int | None = len(SOUND), **headers: str) -> TestResponse:
    size = {"Upload-Length": str(length)} if length is not None else {}
    return person.post("/api/files/", headers={**TUS, **size, **headers})


def begun(person: Person, length: int | None = len(SOUND), **headers: str) -> str:
    answer = begin(person, length, **headers)
    assert answer.status_code == 201, answer.json
    return str(answer.headers["Location"])


def send(person: Person, place: str, data: bytes, offset: int, **headers: str) -> TestResponse:
    more = {**TUS, **BYTES, "Upload-Offset": str(offset), **headers, **person.headers}
    return person.client.patch(place, data=data, headers=more)


def head(person: Person, place: str) -> TestResponse:
    return person.client.head(place, headers={**TUS, **person.headers})


def offset(person: Person, place: str) -> int:
    return int(head(person, place).headers["Upload-Offset"])


def partial_files(app: APIFlask) -> list[Path]:
    return list((Path(app.config["UPLOAD_FOLDER"]) / "partial").glob("*"))


def stored(app: APIFlask) -> bytes:
    return (Path(app.config["UPLOAD_FOLDER"]) / str(only_row(app).file_path)).read_bytes()


def test_what_is_spoken_is_told_to_anybody(app: APIFlask) -> None:
    for path in ("/api/files/", "/api/files/x"):
        answer = app.test_client().options(path)
        assert answer.status_code in (200, 204)
        assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == "500000000"
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
        assert set(answer.headers["Tus-Extension"].split(",")) == {
            *("creation", "creation-with-upload", "creation-defer-length"),
            *("termination", "expiration", "checksum"),
        }


def test_an_upload_in_two_pieces_becomes_an_upload_like_any_other(
    app: APIFlask, alice: Person
) -> None:
    named = f"filename {encoded('../talk 会议.wav')},language {encoded('de')},filetype"
    place = begun(alice, **{"Upload-Metadata": named})
    first = send(alice, place, SOUND[:HALF], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(HALF))
    assert "X-Upload-Id" not in first.headers
    asked = head(alice, place)
    assert asked.status_code == 200
    assert asked.headers["Upload-Offset"] == str(HALF)
    assert asked.headers["Upload-Length"] == str(len(SOUND))
    assert asked.headers["Upload-Metadata"] == named
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Expires"].endswith(" GMT")
    last = send(alice, place, SOUND[HALF:], HALF)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(SOUND)))
    upload = only_row(app)
    assert last.headers["X-Upload-Id"] == upload.id
    assert (upload.file_name, upload.language, upload.user_id) == ("talk 会议.wav", "de", alice.id)
    assert stored(app) == SOUND and partial_files(app) == []
    run_jobs(app)
    assert alice.get(f"/api/status/{upload.id}").json["status"] == "done"
    shown = alice.get(place).json
    assert shown == {
        "id": place.rpartition("/")[2],
        "offset": len(SOUND),
        "length": len(SOUND),
        "expires_at": shown["expires_at"],
        "upload_id": upload.id,
    }


def test_the_first_bytes_may_come_with_the_beginning(app: APIFlask, alice: Person) -> None:
    headers = {**TUS, **BYTES, "Upload-Length": str(len(SOUND))}
    part = alice.post("/api/files/", data=SOUND[:HALF], headers=headers)
    assert (part.status_code, part.headers["Upload-Offset"]) == (201, str(HALF))
    whole = alice.post("/api/files", data=SOUND, headers=headers)
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, str(len(SOUND)))
    assert whole.headers["X-Upload-Id"] == only_row(app).id


def test_the_length_may_be_said_later(app: APIFlask, alice: Person) -> None:
    place = begun(alice, None, **{"Upload-Defer-Length": "1"})
    assert head(alice, place).headers["Upload-Defer-Length"] == "1"
    assert send(alice, place, SOUND[:HALF], 0).status_code == 204
    assert "Upload-Length" not in head(alice, place).headers
    last = send(alice, place, SOUND[HALF:], HALF, **{"Upload-Length": str(len(SOUND))})
    assert (last.status_code, last.headers["X-Upload-Id"]) == (204, only_row(app).id)


def test_post_may_stand_for_patch_and_delete(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    override = {**TUS, **BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert alice.post(place, data=SOUND[:HALF], headers=override).status_code == 204
    assert offset(alice, place) == HALF
    delete = {**TUS, "X-HTTP-Method-Override": "DELETE"}
    assert alice.post(place, headers=delete).status_code == 204
    assert alice.get(place).status_code == 404
    assert_problem(alice.post(place, headers=TUS), 405)
    asked = alice.post(begun(alice), headers={**TUS, "X-HTTP-Method-Override": "HEAD"})
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "0")
    assert_problem(alice.post("/auth/me", headers=delete), 405)


def test_an_upload_given_up_leaves_nothing(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    send(alice, place, SOUND[:HALF], 0)
    assert len(partial_files(app)) == 1
    assert alice.client.delete(place, headers={**TUS, **alice.headers}).status_code == 204
    assert partial_files(app) == rows(app, PartialUpload) == []
    assert_problem(send(alice, place, SOUND[HALF:], HALF), 404, "not_found", "Upload not found")


def test_nobody_else_can_touch_it(app: APIFlask, alice: Person, bob: Person) -> None:
    place = begun(alice)
    send(alice, place, SOUND[:HALF], 0)
    never = "/api/files/2b1c0bd0-52a3-4a7e-8d38-2f3a0f5d8ad7"
    for ask in (
        lambda where: send(bob, where, SOUND[HALF:], HALF),
        lambda where: bob.client.delete(where, headers={**TUS, **bob.headers}),
        lambda where: bob.get(where),
    ):
        refused = ask(place)
        assert_problem(refused, 404, "not_found", "Upload not found")
        assert refused.json == ask(never).json
    assert head(bob, place).status_code == 404
    assert offset(alice, place) == HALF
    assert send(app_client(app), place, SOUND[HALF:], HALF).status_code == 401


def app_client(app: APIFlask) -> Any:
    class Nobody:
        client, headers = app.test_client(), {}

    return Nobody


@pytest.mark.parametrize("wrong", [0, HALF - 1, HALF + 1, len(SOUND)])
def test_bytes_go_where_the_upload_stands(alice: Person, wrong: int) -> None:
    place = begun(alice)
    send(alice, place, SOUND[:HALF], 0)
    answer = send(alice, place, SOUND[HALF:][:10], wrong)
    assert (answer.status_code, answer.json["code"]) == (409, "wrong_offset")
    assert offset(alice, place) == HALF


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0", ""])
def test_another_version_is_refused(alice: Person, version: str | None) -> None:
    place = begun(alice)
    spoken = {} if version is None else {"Tus-Resumable": version}
    more = {**BYTES, "Upload-Offset": "0", "Upload-Length": "5", **spoken, **alice.headers}
    for method, path in (("PATCH", place), ("POST", "/api/files/"), ("DELETE", place)):
        answer = alice.client.open(path, method=method, headers=more)
        assert_problem(answer, 412, "tus_version")
        assert answer.headers["Tus-Version"] == "1.0.0"
    assert alice.client.head(place, headers=spoken | alice.headers).status_code == 412


def test_an_upload_that_cannot_be_finished_now_can_be_later(
    make_app: Callable[..., APIFlask],
) -> None:
    app = make_app(QUOTA_JOBS=1)
    alice = Person(app, "Alice")
    place = begun(alice)
    alice.upload(tone(2, 500))
    answer = send(alice, place, SOUND, 0)
    assert (answer.status_code, answer.json["code"]) == (429, "quota.jobs")
    assert offset(alice, place) < len(SOUND)  # something is left to send
    run_jobs(app)
    at = offset(alice, place)
    assert send(alice, place, SOUND[at:], at).status_code == 204


def test_announced_bytes_count_as_used(make_app: Callable[..., APIFlask]) -> None:
    app = make_app(QUOTA_BYTES=len(SOUND) + 10)
    alice = Person(app, "Alice")
    place = begun(alice)
    assert (begin(alice, 11).status_code, begin(alice, 10).status_code) == (403, 201)
    assert alice.get("/api/usage").json["bytes"]["used"] == len(SOUND) + 10
    assert send(alice, place, SOUND, 0).status_code == 204
    assert alice.get("/api/usage").json["bytes"]["used"] == len(SOUND) + 10


def test_what_expired_is_swept_and_what_did_not_is_not(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    old, young = begun(alice), begun(bob)
    for person, place in ((alice, old), (bob, young)):
        send(person, place, SOUND[:HALF], 0)
    with app.app_context():
        mine = sa.update(PartialUpload).where(PartialUpload.user_id == alice.id)
        db.session.execute(mine.values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
        retention.purge_as_set()
    assert head(alice, old).status_code == 404
    assert offset(bob, young) == HALF
    assert len(partial_files(app)) == 1


def test_the_same_bytes_are_kept_once(app: APIFlask, alice: Person) -> None:
    alice.upload(SOUND)
    assert send(alice, begun(alice), SOUND, 0).status_code == 204
    with app.app_context():
        paths = db.session.scalars(sa.select(Upload.file_path)).all()
    assert len(paths) == 2 and len(set(paths)) == len(recordings(app)) == 1


def test_a_file_that_vanished_is_told(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    send(alice, place, SOUND[:HALF], 0)
    partial_files(app)[0].unlink()
    assert_problem(send(alice, place, SOUND[HALF:], HALF), 410, "upload_gone")


def test_bytes_beyond_what_is_safe_are_written_again(app: APIFlask, alice: Person) -> None:
    """As after a kill between writing and writing it down."""
    place = begun(alice)
    send(alice, place, SOUND[:HALF], 0)
    with partial_files(app)[0].open("ab") as file:
        file.write(b"not acknowledged")
    assert offset(alice, place) == HALF
    assert send(alice, place, SOUND[HALF:], HALF).status_code == 204
    assert stored(app) == SOUND


def test_a_browser_may_send_and_read_it_all(app: APIFlask) -> None:
    asked = "authorization,tus-resumable,upload-length,upload-metadata,upload-offset,content-type"
    headers = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": asked,
    }
    answer = app.test_client().options("/api/files/x", headers=headers)
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "")
    assert set(allowed.split(",")) == set(asked.split(","))
    exposed = answer.headers["Access-Control-Expose-Headers"].lower()
    for name in ("location", "upload-offset", "upload-expires", "x-upload-id", "tus-resumable"):
        assert name in exposed
