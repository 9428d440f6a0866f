"""The bucket behind the API and the commands."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import config
from talktotext.cli.doctor import problems
from talktotext.extensions import db
from talktotext.jobs.kept import drop
from talktotext.models import Note, Upload
from talktotext.storage import make_storage
from tests.api.helpers import assert_problem
from tests.conftest import Person, tone, whole
from tests.stack import free_port
from tests.storage.conftest import S3Server

TITLE = "Budget 会议"


@pytest.fixture
def app(s3_server: S3Server, make_app: Callable[..., APIFlask]) -> APIFlask:
    return make_app(**s3_server.settings(), S3_PRESIGNED_DOWNLOADS=True)


def forget(app: APIFlask) -> None:
    """Delete every document, as if the bucket had lost them."""
    with app.app_context():
        upload_id = db.session.scalars(sa.select(Upload.id)).one()
        drop(make_storage(config.current()), upload_id)


def found(app: APIFlask) -> list[str]:
    """What `flask doctor` says of the bucket."""
    with app.app_context():
        return [str(problem) for problem in problems(config.current()) if "bucket" in problem.what]


def test_who_listens_is_sent_on_to_the_bucket(app: APIFlask, alice: Person, bob: Person) -> None:
    data = tone()
    path = f"/api/notes/{alice.make_note(data)}/audio"
    answer = alice.get(path)
    assert answer.status_code == 302
    part = requests.get(answer.headers["Location"], headers={"Range": "bytes=10-19"}, timeout=10)
    assert (part.status_code, part.content) == (206, data[10:20])
    assert part.headers["Content-Type"] == "audio/wav"
    assert part.headers["Content-Disposition"].startswith("attachment;")
    assert_problem(bob.get(path), 404, "not_found", "Note not found")


def test_a_part_of_a_recording_comes_out_of_the_bucket(
    s3_server: S3Server, make_app: Callable[..., APIFlask]
) -> None:
    alice, data = Person(make_app(**s3_server.settings()), "Alice"), tone()
    headers = {**alice.headers, "Range": "bytes=1000-1009"}
    answer = whole(alice.client.get(f"/api/notes/{alice.make_note(data)}/audio", headers=headers))
    assert (answer.status_code, answer.data) == (206, data[1000:1010])


def test_who_downloads_is_sent_on_to_the_bucket(app: APIFlask, alice: Person) -> None:
    note_id = alice.make_note()
    with app.app_context():
        db.session.get_one(Note, note_id).title = TITLE
        db.session.commit()
    answer = alice.get(f"/api/download/pdf/{note_id}")
    assert answer.status_code == 302
    document = requests.get(answer.headers["Location"], timeout=10)
    assert document.content.startswith(b"%PDF")
    assert document.headers["Content-Type"] == "application/pdf"
    disposition = document.headers["Content-Disposition"]
    assert "filename*=UTF-8''Budget%20%E4%BC%9A%E8%AE%AE.pdf" in disposition


def test_nobody_is_sent_on_to_what_is_anothers(app: APIFlask, alice: Person, bob: Person) -> None:
    answer = bob.get(f"/api/download/pdf/{alice.make_note()}")
    assert_problem(answer, 404)
    assert "Location" not in answer.headers


def test_a_document_the_bucket_lost_is_built_again(app: APIFlask, alice: Person) -> None:
    note_id = alice.make_note()
    forget(app)
    answer = alice.get(f"/api/download/pdf/{note_id}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert alice.get(f"/api/download/pdf/{note_id}").status_code == 302


def test_a_bucket_that_is_away_is_told_as_such(
    make_app: Callable[..., APIFlask], s3_server: S3Server
) -> None:
    lost = f"http://127.0.0.1:{free_port()}"
    app = make_app(**s3_server.settings() | {"S3_ENDPOINT_URL": lost})
    body = assert_problem(Person(app, "Alice").send(), 503, "storage_unavailable")
    assert body["retryable"]
    assert lost not in str(body)
    assert not list((config_of(app).UPLOAD_FOLDER / "incoming").iterdir())
    with app.app_context():
        assert db.session.scalars(sa.select(Upload)).all() == []


def config_of(app: APIFlask) -> Any:
    return app.config["SETTINGS"]


def test_the_doctor_finds_a_bucket_in_order(app: APIFlask, s3_server: S3Server) -> None:
    assert found(app) == []
    bucket = config_of(app).S3_BUCKET
    assert "Contents" not in s3_server.client.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize("wrong", ["S3_BUCKET", "S3_ENDPOINT_URL"])
def test_the_doctor_names_the_remedy(
    make_app: Callable[..., APIFlask], s3_server: S3Server, wrong: str
) -> None:
    values = {"S3_BUCKET": "never-made", "S3_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    [problem] = found(make_app(**s3_server.settings() | {wrong: values[wrong]}))
    assert ("NoSuchBucket" if wrong == "S3_BUCKET" else values[wrong]) in problem
    assert "Check S3_BUCKET, S3_ENDPOINT_URL" in problem
    assert "nothing" not in problem
