"""Files that come in pieces, in a folder and in a bucket; and straight into the bucket."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from apiflask import APIFlask

from talktotext.errors import StorageMissing
from talktotext.models import PartialUpload
from talktotext.runner.orphans import clean
from talktotext.storage import Storage, make_storage
from talktotext.storage.s3 import PART
from tests.api.helpers import assert_problem, only_row, rows
from tests.api.test_files import begun, offset, send
from tests.conftest import Person, run_jobs, tone
from tests.storage.conftest import S3Server
from tests.test_auth_matrix import ask, assert_refused, owned
from tests.test_auth_matrix import rows as all_rows

NAME = "2b1c0bd0-52a3-4a7e-8d38-2f3a0f5d8ad7"
Make = Callable[..., APIFlask]
LONG = tone(600)  # 9.6 MB: more than a part


@pytest.mark.parametrize("sizes", [(5, 7), (PART, 1), (PART - 1, PART + 2, 3), (3 * PART + 1,)])
def test_pieces_make_the_whole(storage: Storage, sizes: tuple[int, ...]) -> None:
    at, state, sent = 0, {}, b""
    for size in sizes:
        pieces, data = storage.pieces(NAME, at, state), secrets.token_bytes(size)
        pieces.write(data)
        assert pieces.safe()[0] <= at + size
        at, state = pieces.close()
        sent += data
        assert at == len(sent)
    pieces = storage.pieces(NAME, at, state)
    with pieces.whole() as (file, key):
        file.seek(0)
        assert file.read() == sent
        assert Path(file.name).read_bytes() == sent
    assert list(storage.keys("partial/")) == []
    assert [found for found, _ in storage.keys("multipart/")] == ([key] if key else [])


def test_what_is_not_safe_is_written_again(storage: Storage) -> None:
    pieces = storage.pieces(NAME, 0, {})
    pieces.write(b"safe")
    at, state = pieces.close()
    lost = storage.pieces(NAME, at, state)
    lost.write(b"lost in a crash" * PART)
    again = storage.pieces(NAME, at, state)
    again.write(b" and sound")
    at, state = again.close()
    with storage.pieces(NAME, at, state).whole() as (file, _):
        file.seek(0)
        assert file.read() == b"safe and sound"


def test_what_is_discarded_leaves_nothing(storage: Storage) -> None:
    pieces = storage.pieces(NAME, 0, {})
    pieces.write(bytes(PART + 1))
    at, state = pieces.close()
    storage.pieces(NAME, at, state).discard()
    assert list(storage.keys("partial/")) == list(storage.keys("multipart/")) == []
    assert storage.forget_unfinished("multipart/", 4e9) == 0
    with pytest.raises(StorageMissing):
        storage.pieces(NAME, at, state)


def test_a_resumable_upload_goes_through_either(make_app: Make, adapter: dict[str, Any]) -> None:
    app = make_app(**adapter)
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    place = begun(alice, len(LONG))
    assert send(alice, place, LONG[:100_000], 0).status_code == 204
    assert send(alice, place, LONG[100_000 : PART + 5], 100_000).status_code == 204
    assert offset(alice, place) == PART + 5
    assert send(bob, place, LONG[PART + 5 :], PART + 5).status_code == 404
    last = send(alice, place, LONG[PART + 5 :], PART + 5)
    assert last.headers["X-Upload-Id"] == only_row(app).id
    storage = make_storage(app.config["SETTINGS"])
    with storage.open(str(only_row(app).file_path)) as file:
        assert file.read() == LONG
    assert list(storage.keys("partial/")) == []
    with app.app_context():
        assert clean(storage, 4e9) == 0  # what rows point at stays
    run_jobs(app)
    assert alice.get(f"/api/status/{only_row(app).id}").json["status"] == "done"
    # The same again is kept once, and what is no recording not at all.
    send(alice, begun(alice, len(LONG)), LONG, 0)
    assert send(alice, begun(alice, 30), b"Dear all, " * 3, 0).status_code == 415
    kept = [key for part in ("recordings/", "multipart/") for key, _ in storage.keys(part)]
    assert len(kept) == 1 and list(storage.keys("partial/")) == []


@pytest.fixture
def bucket(make_app: Make, s3_server: S3Server) -> APIFlask:
    return make_app(**s3_server.settings(S3_PREFIX="ours"))


def begin_direct(person: Person, data: bytes, **fields: Any) -> dict[str, Any]:
    body = {"filename": "talk.wav", "size": len(data), **fields}
    answer = person.post("/api/files/direct", json=body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def put(data: bytes, begun: dict[str, Any], *numbers: int) -> None:
    for part in begun["parts"]:
        if part["number"] in numbers or not numbers:
            first = (part["number"] - 1) * begun["part_size"]
            sent = data[first : first + part["size"]]
            assert requests.put(part["url"], data=sent, timeout=30).status_code == 200


def test_parts_go_straight_into_the_bucket(bucket: APIFlask) -> None:
    alice = Person(bucket, "Alice")
    begun = begin_direct(alice, LONG, language="de", extractDuration=3)
    assert begun == {
        "id": begun["id"],
        "length": len(LONG),
        "part_size": PART,
        "parts": [
            {"number": 1, "size": PART, "url": begun["parts"][0]["url"]},
            {"number": 2, "size": len(LONG) - PART, "url": begun["parts"][1]["url"]},
        ],
        "there": [],
        "expires_at": begun["expires_at"],
    }
    assert "content-length" in begun["parts"][0]["url"]  # signed: no larger part is taken
    place = f"/api/files/direct/{begun['id']}"
    put(LONG, begun, 1)
    early = alice.post(f"{place}/complete")
    assert (early.status_code, early.json["missing"]) == (409, [2])
    left = alice.get(place).json
    assert (left["there"], [part["number"] for part in left["parts"]]) == ([1], [2])
    put(LONG, left)
    done = alice.post(f"{place}/complete")
    upload = only_row(bucket)
    assert done.json == {"upload_id": upload.id, "status": "uploaded"}
    assert (upload.language, upload.extract_duration, upload.file_name) == ("de", 3, "talk.wav")
    assert alice.post(f"{place}/complete").json == done.json
    shown = alice.get(place).json
    assert (shown["upload_id"], shown["parts"]) == (upload.id, [])
    with make_storage(bucket.config["SETTINGS"]).open(str(upload.file_path)) as file:
        assert file.read() == LONG
    run_jobs(bucket)
    assert alice.get(f"/api/status/{upload.id}").json["status"] == "done"


def test_nobody_else_can_touch_what_goes_into_the_bucket(bucket: APIFlask) -> None:
    alice, bob = Person(bucket, "Alice"), Person(bucket, "Bob")
    begun = begin_direct(alice, LONG)
    put(LONG, begun)
    place = f"/api/files/direct/{begun['id']}"
    stored, asked = all_rows(bucket), 0
    for route in [route for route in owned(bucket) if route.rule.endpoint.startswith("direct.")]:
        refused = ask(bucket, route, {"headers": bob.headers}, file_id=begun["id"])
        assert_refused(refused, route, 404, "not_found")
        never = ask(bucket, route, {"headers": bob.headers})
        assert refused.text == never.text, route.name
        asked += 1
    assert asked >= 4  # GET, HEAD, complete, DELETE
    assert all_rows(bucket) == stored
    # Nor is it sent to by tus, nor what tus sends by this door.
    wrong = send(alice, f"/api/files/{begun['id']}", b"x", 0)
    assert wrong.status_code == 409
    assert alice.get(f"/api/files/direct/{begin_tus(alice)}").status_code == 404
    assert alice.post(f"{place}/complete").status_code == 200


def begin_tus(person: Person) -> str:
    return begun(person, 100).rpartition("/")[2]


def test_what_is_no_recording_goes_from_the_bucket(bucket: APIFlask) -> None:
    alice, text = Person(bucket, "Alice"), b"Dear all, " * 100
    begun = begin_direct(alice, text)
    put(text, begun)
    answer = alice.post(f"/api/files/direct/{begun['id']}/complete")
    assert_problem(answer, 415, "not_media")
    storage = make_storage(bucket.config["SETTINGS"])
    assert rows(bucket) == rows(bucket, PartialUpload) == list(storage.keys("multipart/")) == []


def test_giving_it_up_drops_its_parts(bucket: APIFlask) -> None:
    alice = Person(bucket, "Alice")
    begun = begin_direct(alice, LONG)
    put(LONG, begun, 1)
    assert alice.delete(f"/api/files/direct/{begun['id']}").status_code == 204
    assert rows(bucket, PartialUpload) == []
    assert make_storage(bucket.config["SETTINGS"]).forget_unfinished("multipart/", 4e9) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"size": 0}, 400),
        ({"size": "many"}, 400),
        ({"size": 500_000_001}, 413),
        ({"size": 2**60}, 400),
        ({"size": 5, "language": "xx"}, 400),
        ({"size": 5, "filename": 7}, 400),
    ],
)
def test_a_direct_upload_that_makes_no_sense(
    bucket: APIFlask, body: dict[str, Any], status: int
) -> None:
    assert_problem(Person(bucket, "Alice").post("/api/files/direct", json=body), status)
    assert rows(bucket, PartialUpload) == []


def test_quotas_hold_for_the_bucket(make_app: Make, s3_server: S3Server) -> None:
    alice = Person(make_app(QUOTA_BYTES=1000, **s3_server.settings()), "Alice")
    begin_direct(alice, bytes(900))
    answer = alice.post("/api/files/direct", json={"size": 101})
    assert (answer.status_code, answer.json["code"]) == (403, "quota.bytes")


def test_without_a_bucket_it_is_said_where_to_send_it(app: APIFlask, alice: Person) -> None:
    answer = alice.post("/api/files/direct", json={"size": 5})
    body = assert_problem(answer, 400, "invalid_request")
    assert body["error"] == "Recordings are not kept in a bucket here"
