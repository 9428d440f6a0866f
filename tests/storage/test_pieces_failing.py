"""What fails or is killed between two steps of a file that comes in pieces costs none of them."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import resumable
from talktotext.errors import StorageMissing
from talktotext.extensions import db
from talktotext.models import PartialUpload, User
from talktotext.runner.orphans import clean
from talktotext.storage import Storage, make_storage, put
from talktotext.storage.s3 import PART
from tests.api.helpers import assert_problem, only_row, rows
from tests.api.test_files import BYTES, TUS, begun, offset, send
from tests.conftest import Person, make_settings
from tests.storage.conftest import S3Server
from tests.storage.test_pieces import LONG, NAME, begin_direct
from tests.storage.test_pieces import put as put_parts

Make = Callable[..., APIFlask]
DATA = secrets.token_bytes(PART + 30_000)


@pytest.fixture
def in_bucket(s3_server: S3Server, tmp_path: Path) -> Storage:
    return make_storage(make_settings(tmp_path / "instance", **s3_server.settings()))


def sent(storage: Storage, at: tuple[int, dict[str, Any]], data: bytes) -> Any:
    pieces = storage.pieces(NAME, *at)
    pieces.write(data)
    return pieces


def content(storage: Storage, at: tuple[int, dict[str, Any]], data: bytes = b"") -> bytes:
    with sent(storage, at, data).whole() as (file, _):
        file.seek(0)
        return file.read()


def keys(storage: Storage, *folders: str) -> list[str]:
    return [key for folder in folders for key, _ in storage.keys(folder)]


@pytest.mark.parametrize("first", [0, 10_000, PART + 10_000])
def test_what_was_made_safe_and_not_written_down_is_written_again(
    storage: Storage, first: int
) -> None:
    """As where the process is killed, or the database away, in between."""
    written_down = sent(storage, (0, {}), DATA[:first]).close()
    sent(storage, written_down, b"another beginning of it").close()
    at = sent(storage, written_down, DATA[first:]).close()
    assert at[0] == len(DATA)
    assert content(storage, at) == DATA
    assert keys(storage, "partial/") == []


def test_a_rest_goes_when_the_next_one_is_written_down(in_bucket: Storage) -> None:
    at = sent(in_bucket, (0, {}), b"one, ").close()
    again = sent(in_bucket, at, b"two")
    then = again.close()
    assert set(keys(in_bucket, "partial/")) == {at[1]["rest"], then[1]["rest"]}
    again.settle(then[1])
    assert keys(in_bucket, "partial/") == [then[1]["rest"]]
    unchanged = in_bucket.pieces(NAME, *then)
    assert unchanged.close() == then
    unchanged.settle(then[1])
    assert content(in_bucket, then) == b"one, two"


def test_a_rest_of_another_length_is_missed(in_bucket: Storage) -> None:
    at = sent(in_bucket, (0, {}), DATA[:10_000]).close()
    for other in (DATA[:9_999], DATA[:10_001], b""):
        put(in_bucket, at[1]["rest"], other)
        with pytest.raises(StorageMissing):
            in_bucket.pieces(NAME, *at)


@pytest.mark.parametrize("first", [10_000, PART, PART + 10_000])
def test_what_fails_when_it_is_whole_can_be_tried_again(storage: Storage, first: int) -> None:
    at = sent(storage, (0, {}), DATA[:first]).close()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), sent(storage, at, DATA[first:]).whole():
            raise ZeroDivisionError
    assert content(storage, at, DATA[first:]) == DATA
    assert keys(storage, "partial/") == []


def test_and_its_end_may_come_in_smaller_pieces_then(in_bucket: Storage) -> None:
    at = sent(in_bucket, (0, {}), DATA[:PART]).close()
    data = DATA + secrets.token_bytes(2 * PART)
    with pytest.raises(ZeroDivisionError), sent(in_bucket, at, data[PART:]).whole():
        raise ZeroDivisionError
    size = PART * 2 // 3
    for first in range(PART, len(data), size):
        at = sent(in_bucket, at, data[first : first + size]).close()
        assert at[0] == min(first + size, len(data))
    assert content(in_bucket, at) == data
    assert keys(in_bucket, "partial/") == []


def test_parts_of_which_nobody_was_told_go(in_bucket: Storage) -> None:
    sent(in_bucket, (0, {}), DATA).leave()
    assert in_bucket.forget_unfinished("multipart/", 4e9) == 0
    told = sent(in_bucket, (0, {}), DATA)
    told.close(), told.leave()
    assert in_bucket.forget_unfinished("multipart/", 4e9) == 1


def test_a_file_without_a_byte_is_whole(storage: Storage) -> None:
    assert content(storage, (0, {})) == b""


def allow_minutes(app: APIFlask, minutes: float) -> None:
    with app.app_context():
        db.session.execute(sa.update(User).values(quota={"minutes": minutes}))
        db.session.commit()


def test_an_upload_that_cannot_be_made_now_can_be_later(
    make_app: Make, adapter: dict[str, Any]
) -> None:
    app = make_app(QUOTA_MINUTES=1, **adapter)
    alice, storage = Person(app, "Alice"), make_storage(app.config["SETTINGS"])
    place = begun(alice, len(LONG))
    send(alice, place, LONG[: PART + 5], 0)
    answer = send(alice, place, LONG[PART + 5 :], PART + 5)
    assert_problem_code(answer, 403, "quota.minutes")
    assert offset(alice, place) == PART + 5
    with app.app_context():
        assert clean(storage, 4e9) == 0
    allow_minutes(app, 60)
    assert send(alice, place, LONG[PART + 5 :], PART + 5).status_code == 204
    with storage.open(str(only_row(app).file_path)) as file:
        assert file.read() == LONG


def assert_problem_code(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_nor_does_it_cost_what_went_straight_into_the_bucket(
    make_app: Make, s3_server: S3Server
) -> None:
    app = make_app(QUOTA_MINUTES=1, **s3_server.settings())
    alice, storage = Person(app, "Alice"), make_storage(app.config["SETTINGS"])
    begun = begin_direct(alice, LONG)
    place = f"/api/files/direct/{begun['id']}"
    put_parts(LONG, begun)
    for _ in range(2):
        assert_problem_code(alice.post(f"{place}/complete"), 403, "quota.minutes")
        shown = alice.get(place).json
        assert (shown["there"], shown["parts"]) == ([1, 2], [])
    with app.app_context():
        assert clean(storage, 4e9) == 0
    allow_minutes(app, 60)
    assert alice.post(f"{place}/complete").status_code == 200
    with storage.open(str(only_row(app).file_path)) as file:
        assert file.read() == LONG


def test_what_is_not_as_long_as_announced_is_no_upload(make_app: Make, s3_server: S3Server) -> None:
    app = make_app(**s3_server.settings())
    alice, storage = Person(app, "Alice"), make_storage(app.config["SETTINGS"])
    place = begun(alice, len(LONG))
    send(alice, place, LONG[:PART], 0)
    assert storage.forget_unfinished("multipart/", 4e9) == 1
    put(storage, f"multipart/{place.rpartition('/')[2]}", LONG + b"\0")
    assert_problem(send(alice, place, LONG[PART:], PART), 410, "upload_gone")
    assert rows(app) == rows(app, PartialUpload) == keys(storage, "multipart/", "partial/") == []


def test_a_refused_beginning_leaves_nothing(make_app: Make, adapter: dict[str, Any]) -> None:
    app = make_app(**adapter)
    alice, storage = Person(app, "Alice"), make_storage(app.config["SETTINGS"])
    headers = {**TUS, **BYTES, "Upload-Length": str(len(LONG)), "Upload-Checksum": "sha1 AAAA"}
    answer = alice.post("/api/files/", data=LONG, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (460, "wrong_checksum")
    assert alice.get("/api/usage").json["bytes"]["used"] == 0
    assert rows(app, PartialUpload) == keys(storage, "multipart/", "partial/") == []
    assert storage.forget_unfinished("multipart/", 4e9) == 0


def test_what_it_became_stays_when_it_is_given_up_at_that_moment(
    make_app: Make, s3_server: S3Server
) -> None:
    app = make_app(**s3_server.settings())
    alice, storage = Person(app, "Alice"), make_storage(app.config["SETTINGS"])
    place = begun(alice, len(LONG))
    with app.app_context():
        (unfinished,) = db.session.scalars(sa.select(PartialUpload))
        db.session.commit()
        send(alice, place, LONG, 0)
        resumable.give_up(unfinished)
    assert rows(app, PartialUpload) == []
    assert keys(storage, "multipart/") == [only_row(app).file_path]
