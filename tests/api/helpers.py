"""What the tests of the API share: the one shape of an error, notes without a recording, what is
kept of uploads, and what a search finds."""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from talktotext.extensions import db
from talktotext.jobs.shown import face
from talktotext.models import Job, Note, Segment, Upload
from talktotext.schema import ActionItem, Evidence, Notes, Statement
from talktotext.schema import Segment as Said
from tests.conftest import Person

WHEN = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
PROBLEM = {"error", "type", "title", "status", "detail", "code", "retryable"}
PROBLEM_EXTRAS = {"hint", "fields", "request_id"}
# A form with a recording, as bytes: HEAD, the recording, TAIL.
MULTIPART = {"Content-Type": "multipart/form-data; boundary=part"}
HEAD = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
TAIL = b"\r\n--part--\r\n"


def assert_problem(
    answer: TestResponse, status: int, code: str | None = None, error: str | None = None
) -> dict[str, Any]:
    """The answer is an error in the one shape, and tells nothing of our insides; its JSON."""
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text
    assert answer.content_type == "application/problem+json"
    body = dict(answer.json)
    assert PROBLEM <= set(body) <= PROBLEM | PROBLEM_EXTRAS
    assert (body["status"], body["title"]) == (status, HTTPStatus(status).phrase)
    assert body["error"] == body["detail"] and len(body["error"]) > 5
    assert body["type"] == f"urn:talktotext:error:{body['code']}"
    assert isinstance(body["retryable"], bool)
    for secret in ("Traceback", 'File "', "/tmp/", "sqlalchemy", "instance/"):
        assert secret not in text
    assert code in (None, body["code"]), body
    assert error in (None, body["error"]), body
    return body


def assert_not_authenticated(answer: TestResponse) -> None:
    """The one answer to a missing or bad token."""
    assert_problem(answer, 401, "not_authenticated", "Not authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def add_note(person: Person, title: str = "A meeting", **columns: Any) -> str:
    """A note as if a recording had been made into it; its id.

    Args:
        columns: the note's, or fields of what was found: `summary` as a text, `decisions` …;
            `said`, the texts of its segments of five seconds, or `transcript`, that of one.
    """
    found = {name: columns.pop(name) for name in Notes.model_fields.keys() & columns.keys()}
    found["summary"] = (Statement(text=found.get("summary", "We met.")),)
    notes = Notes(**{"title": title, "language": "en", **found})
    texts = columns.pop("said", [columns["transcript"]] if "transcript" in columns else [])
    with person.app.app_context():
        upload = Upload(user_id=person.id, status="done", file_name="talk.wav")
        db.session.add(upload)
        db.session.flush()
        values = {
            "transcript": " ".join(texts) or "Hello there.",
            "duration": 3.0,
            "complete": True,
            "engine": "fake",
            "created_at": WHEN,
            **face(notes),
        }
        note = Note(upload_id=upload.id, user_id=person.id, **(values | columns))
        db.session.add(note)
        db.session.flush()
        upload.note_id = note.id
        for number, text in enumerate(texts):
            said = Said(index=number, start=5.0 * number, end=5.0 * number + 5, text=text)
            db.session.add(Segment.of(upload.id, said))
        db.session.commit()
        return str(note.id)


def task(text: str, start: float | None = None, **fields: Any) -> ActionItem:
    """An action item; with evidence where it is told when it was said, in seconds."""
    said = start is not None and Evidence(segments=(0,), start=start, end=start + 5, quote=text)
    return ActionItem(text=text, evidence=(said,) if said else (), **fields)


def assert_queued_again(
    person: Person, answer: TestResponse, note: dict[str, Any], stage: str
) -> None:
    """The recording of a note is queued to be worked on again, from this stage on."""
    upload_id = note["upload_id"]
    assert answer.json == {"upload_id": upload_id, "note_id": note["id"], "status": "uploaded"}
    assert person.get(f"/api/status/{upload_id}").json == {
        "status": "uploaded",
        "progress": {"stage": stage, "percent": 0},
        "note_id": note["id"],
    }


def recordings(app: APIFlask) -> list[str]:
    """Names of all recordings kept, and of all that came in and were not."""
    folder: Path = app.config["SETTINGS"].UPLOAD_FOLDER
    return sorted(
        path.name
        for part in ("incoming", "recordings")
        for path in (folder / part).rglob("*")
        if path.is_file()
    )


def rows(app: APIFlask, model: Any = Upload) -> list[Any]:
    """All rows of a table."""
    with app.app_context():
        return list(db.session.scalars(sa.select(model)))


def only_row(app: APIFlask) -> Upload:
    """The only upload there is."""
    (upload,) = rows(app)
    return upload  # type: ignore[no-any-return]


def assert_nothing_left(app: APIFlask) -> None:
    """No file, no row, no job of what was refused."""
    assert recordings(app) == []
    assert rows(app) == rows(app, Job) == []


def found(person: Person, **query: str) -> list[Any]:
    """The notes that meet the conditions, on one page, best first."""
    answer = person.get("/api/history", query_string=query)
    assert answer.status_code == 200, answer.json
    assert answer.headers["X-Total-Count"] == str(len(answer.json))
    return list(answer.json)


def search(person: Person, **query: str) -> set[str]:
    """Titles of the notes that meet the conditions."""
    return {note["title"] for note in found(person, **query)}


def pieces(text: str) -> list[dict[str, Any]]:
    """Pieces of a snippet, hits in brackets."""
    parts = [part for half in text.split("]") for part in half.split("[")]
    return [{"text": part, "hit": n % 2 == 1} for n, part in enumerate(parts) if part]
