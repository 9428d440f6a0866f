"""What an operator does to jobs, workers, recordings and notes."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from click.testing import Result

from talktotext.extensions import db
from talktotext.models import Job, Note, Upload, now
from tests.conftest import Person, run_jobs


@pytest.fixture
def flask(app: APIFlask) -> Callable[..., Result]:
    """Runs a command of the application."""
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def test_a_job_is_cancelled_by_its_uploads_id(
    app: APIFlask, alice: Person, flask: Callable[..., Result]
) -> None:
    upload_id = alice.upload()
    assert "is cancelled" in flask("job", "cancel", upload_id).output
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "cancelled"
    again = flask("job", "cancel", upload_id)
    assert again.exit_code == 1
    assert "It is cancelled and cannot be cancelled" in again.output


def test_watch_shows_age_attempt_holder_and_stage(
    app: APIFlask, alice: Person, flask: Callable[..., Result]
) -> None:
    alice.upload()
    with app.app_context():
        held = {"status": "running", "stage": "transcribing", "epoch": 3, "lease_owner": "host:77"}
        db.session.execute(sa.update(Job).values(**held, lease_until=1e12))
        db.session.commit()
    line = flask("job", "watch", "--once").output.splitlines()[-1]
    assert "running" in line
    assert "transcribing" in line
    assert line.endswith("3  host:77")


def test_watch_leaves_out_what_is_over(
    app: APIFlask, alice: Person, flask: Callable[..., Result]
) -> None:
    alice.make_note()
    assert len(flask("job", "watch", "--once").output.splitlines()) == 1


def test_commands_that_need_the_queue_say_so(alice: Person, flask: Callable[..., Result]) -> None:
    alice.upload()
    for command in (("job", "sweep"), ("worker", "list")):
        result = flask(*command)
        assert result.exit_code == 1
        assert "The job queue cannot be reached" in result.output


def test_deleting_an_upload_and_a_note(
    app: APIFlask, alice: Person, flask: Callable[..., Result]
) -> None:
    first, second = alice.make_note(), alice.make_note()
    with app.app_context():
        upload_id = db.session.get_one(Note, first).upload_id
    assert flask("upload", "delete", upload_id, "--yes").exit_code == 0
    assert alice.get(f"/api/notes/{first}").status_code == 404
    assert flask("note", "delete", second, "--yes").exit_code == 0
    assert alice.get("/api/notes").json == []
    assert flask("note", "delete", second, "--yes").exit_code == 1


def test_purge_is_a_dry_run_unless_told_otherwise(
    app: APIFlask, alice: Person, flask: Callable[..., Result], tmp_path: Path
) -> None:
    old, young = alice.make_note(), alice.make_note()
    with app.app_context():
        upload = db.session.get_one(Upload, db.session.get_one(Note, old).upload_id)
        upload.created_at = now().replace(year=now().year - 1)
        db.session.commit()
    assert flask("upload", "purge").exit_code == 1
    assert "would be deleted, notes kept" in flask("upload", "purge", "--media-days", "30").output
    assert "1 whole" in flask("upload", "purge", "--notes-days", "30").output
    assert alice.get(f"/api/notes/{old}").status_code == 200
    assert flask("upload", "purge", "--notes-days", "30", "--yes").exit_code == 0
    assert [note["id"] for note in alice.get("/api/notes").json] == [young]


def test_a_note_is_made_anew(flask: Callable[..., Result], alice: Person) -> None:
    note_id = alice.make_note()
    result = flask("note", "regenerate", note_id, "--type", "interview")
    assert result.exit_code == 0 and "is queued." in result.output
    again = flask("note", "regenerate", note_id)
    assert again.exit_code == 1 and "This recording is being worked on." in again.output
    run_jobs(alice.app)
    assert alice.get(f"/api/notes/{note_id}").json["meeting_type"] == "interview"
    for wrong in (("--type", "party"), ("--analyzer", "telepathy"), ("--language", "xx")):
        assert flask("note", "regenerate", note_id, *wrong).exit_code == 2
    assert flask("note", "regenerate", note_id, "--language", "de").exit_code == 1
    assert flask("note", "regenerate", "nothing").exit_code == 1


def test_purging_media_keeps_the_notes_and_what_others_need(
    app: APIFlask, alice: Person, flask: Callable[..., Result]
) -> None:
    note_id = alice.make_note()
    stored = app.config["SETTINGS"].UPLOAD_FOLDER / "recordings"
    with app.app_context():
        db.session.execute(sa.update(Upload).values(created_at=now().replace(year=2020)))
        db.session.commit()
    alice.upload()
    flask("upload", "purge", "--media-days", "30", "--yes")
    assert len(list(stored.iterdir())) == 1, "a younger upload is of the same bytes"
    run_jobs(app)
    with app.app_context():
        db.session.execute(sa.update(Upload).values(created_at=now().replace(year=2020)))
        db.session.commit()
    flask("upload", "purge", "--media-days", "30", "--yes")
    assert list(stored.iterdir()) == []
    assert alice.get(f"/api/notes/{note_id}").status_code == 200
    assert alice.get(f"/api/download/pdf/{note_id}").status_code == 200
