"""How far a recording has come: the exact shape of every state, failure and retry included."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import Job, Upload
from talktotext.runner.lease import Lease
from tests.api.helpers import assert_problem
from tests.conftest import Person, run_jobs

GONE = {
    "error": "The stored recording is gone",
    "code": "recording_missing",
    "hint": "Upload the recording again.",
    "retryable": False,
}


def status(person: Person, upload_id: str) -> dict[str, Any]:
    answer = person.get(f"/api/status/{upload_id}")
    assert answer.status_code == 200
    return dict(answer.json)


def job_id(app: APIFlask, upload_id: str) -> str:
    with app.app_context():
        return str(db.session.scalar(sa.select(Job.id).filter_by(upload_id=upload_id)))


def recording(app: APIFlask, upload_id: str) -> Path:
    """Where the bytes of an upload lie."""
    with app.app_context():
        key = db.session.get_one(Upload, upload_id).file_path
        return Path(app.config["UPLOAD_FOLDER"]) / str(key)


def test_a_new_upload_waits(alice: Person) -> None:
    assert status(alice, alice.upload()) == {
        "status": "uploaded",
        "progress": {"stage": "extracting", "percent": 0},
    }


def test_at_work_it_tells_stage_and_percent(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    with app.app_context():
        lease = Lease.take(job_id(app, upload_id), 30)
        assert lease is not None
        lease.write(stage="transcribing", percent=42)
    assert status(alice, upload_id) == {
        "status": "processing",
        "progress": {"stage": "transcribing", "percent": 42},
    }


def test_done_it_names_the_note(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    run_jobs(app)
    found = status(alice, upload_id)
    assert found == {
        "status": "done",
        "progress": {"stage": "done", "percent": 100},
        "note_id": found["note_id"],
    }
    assert alice.get(f"/api/notes/{found['note_id']}").json["upload_id"] == upload_id


def test_failed_it_says_why_and_can_be_retried(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    stored = recording(app, upload_id)
    kept = stored.rename(stored.with_suffix(".away"))
    run_jobs(app)
    assert status(alice, upload_id) == {
        "status": "failed",
        "progress": {"stage": "extracting", "percent": 0},
        **GONE,
    }
    kept.rename(stored)
    result = app.test_cli_runner().invoke(args=["job", "retry", job_id(app, upload_id)])
    assert result.exit_code == 0, result.output
    assert status(alice, upload_id) == {
        "status": "processing",
        "progress": {"stage": "extracting", "percent": 0},
    }
    run_jobs(app)
    assert status(alice, upload_id)["status"] == "done"


def test_a_failure_found_later_is_told_to_the_person_who_waits(
    app: APIFlask, alice: Person
) -> None:
    upload_id = alice.upload()
    recording(app, upload_id).unlink()
    run_jobs(app)
    refused = alice.get("/api/notes/" + str(uuid4()))
    assert_problem(refused, 404, error="Note not found")
    assert status(alice, upload_id)["error"] == GONE["error"]
    assert alice.get("/api/notes").json == []


def test_another_s_upload_is_not_found(alice: Person, bob: Person) -> None:
    upload_id = alice.upload()
    assert_problem(bob.get(f"/api/status/{upload_id}"), 404, "not_found", "Upload not found")
    assert status(alice, upload_id)["status"] == "uploaded"


def test_an_unknown_upload_is_not_found(alice: Person) -> None:
    assert_problem(alice.get(f"/api/status/{uuid4()}"), 404, "not_found", "Upload not found")
