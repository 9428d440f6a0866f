"""The same bytes are stored once, the same request is the same upload, and deleting is deleting."""

import io
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import Job, Note, Recording, Segment, Upload
from tests.conftest import Person, run_jobs, tone


@pytest.fixture
def stored(app: APIFlask) -> Path:
    return Path(app.config["SETTINGS"].UPLOAD_FOLDER)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_bytes_are_stored_once_per_user(
    app: APIFlask, alice: Person, bob: Person, stored: Path
) -> None:
    first, second = alice.upload(name="a.wav"), alice.upload(name="b.wav")
    assert first != second
    assert len(files(stored / "recordings")) == 1
    bob.upload()
    assert len(files(stored / "recordings")) == 2
    run_jobs(app)
    with app.app_context():
        assert {u.status for u in db.session.scalars(sa.select(Upload))} == {"done"}


def test_bytes_stay_until_the_last_upload_of_them_goes(
    app: APIFlask, alice: Person, stored: Path
) -> None:
    first, second = alice.upload(), alice.upload()
    run_jobs(app)
    assert alice.delete(f"/api/upload/{first}").status_code == 204
    assert len(files(stored / "recordings")) == 1
    assert alice.delete(f"/api/upload/{second}").status_code == 204
    assert files(stored) == []


def test_deleting_a_note_leaves_no_row_and_no_file(
    app: APIFlask, alice: Person, bob: Person, stored: Path
) -> None:
    note_id = alice.make_note()
    assert bob.delete(f"/api/notes/{note_id}").status_code == 404
    assert alice.delete(f"/api/notes/{note_id}").status_code == 204
    assert alice.get(f"/api/notes/{note_id}").status_code == 404
    assert files(stored) == []
    with app.app_context():
        for table in (Upload, Note, Job, Segment, Recording):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_nobody_elses_recording_can_be_touched(alice: Person, bob: Person) -> None:
    upload_id = alice.upload()
    for answer in (
        bob.delete(f"/api/upload/{upload_id}"),
        bob.post(f"/api/upload/{upload_id}/cancel"),
        bob.post(f"/api/upload/{upload_id}/retry"),
    ):
        assert (answer.status_code, answer.json["error"]) == (404, "Upload not found")
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "uploaded"


def test_cancel_and_retry_refuse_what_makes_no_sense(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    assert alice.post(f"/api/upload/{upload_id}/retry").status_code == 409
    assert alice.post(f"/api/upload/{upload_id}/cancel").json["status"] == "cancelled"
    assert alice.post(f"/api/upload/{upload_id}/cancel").status_code == 409
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "cancelled"
    assert alice.post(f"/api/upload/{upload_id}/retry").status_code == 200
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"


def test_the_same_key_and_body_give_the_same_upload(app: APIFlask, alice: Person) -> None:
    key = {"headers": {"Idempotency-Key": "a-1"}}
    first, again = _send(alice, **key), _send(alice, **key)
    assert first.json == again.json
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 1
    run_jobs(app)
    assert _send(alice, **key, background="false").json["status"] == "done"


OTHERS = ({"engine": "fake"}, {"engine": "moonshine"}, {"vocabulary": "Zoë"})


def test_the_same_key_with_another_body_is_refused(
    app: APIFlask, alice: Person, stored: Path
) -> None:
    key = {"headers": {"Idempotency-Key": "a-1"}}
    _send(alice, **key)
    for other in ({"data": tone(2, 500)}, {"language": "en"}, {"extractDuration": "1"}, *OTHERS):
        answer = _send(alice, **key, **other)
        assert (answer.status_code, answer.json["code"]) == (422, "idempotency_mismatch")
    assert len(files(stored)) == 1


def test_keys_are_each_users_own(alice: Person, bob: Person) -> None:
    key = {"headers": {"Idempotency-Key": "a-1"}}
    assert _send(alice, **key).json["upload_id"] != _send(bob, **key).json["upload_id"]


def test_the_same_key_sent_at_once_is_one_upload(app: APIFlask, alice: Person) -> None:
    ids: list[str] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        ids.append(_send(alice, headers={"Idempotency-Key": "k"}).json["upload_id"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1


def _send(person: Person, *, headers: dict[str, str], data: bytes | None = None, **form: str):  # type: ignore[no-untyped-def]
    file = (io.BytesIO(tone() if data is None else data), "talk.wav")
    client = person.app.test_client()
    return client.post(
        "/api/upload", data={"file": file, **form}, headers={**person.headers, **headers}
    )
