"""A recording becomes a note: in this process, and through a real web server, queue and worker."""

import io
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any, Protocol

import pytest
from docx import Document
from pypdf import PdfReader

from talktotext.extensions import db
from tests.conftest import Person, run_jobs, tone
from tests.stack import RemotePerson, Stack


class User(Protocol):
    """Somebody who uploads and reads, wherever the service runs."""

    def note_of(self, data: bytes, name: str) -> dict[str, Any]: ...

    def document(self, extension: str, note_id: str) -> bytes: ...


class Local:
    def __init__(self, person: Person):
        self.person = person

    def note_of(self, data: bytes, name: str) -> dict[str, Any]:
        return dict(self.person.get(f"/api/notes/{self.person.make_note(data, name)}").json)

    def document(self, extension: str, note_id: str) -> bytes:
        return self.person.get(f"/api/download/{extension}/{note_id}").data


class Remote:
    def __init__(self, person: RemotePerson):
        self.person = person

    def note_of(self, data: bytes, name: str) -> dict[str, Any]:
        note_id = self.person.wait(self.person.upload(data, name))["note_id"]
        return dict(self.person.get(f"/api/notes/{note_id}"))

    def document(self, extension: str, note_id: str) -> bytes:
        return self.person.request("GET", f"/api/download/{extension}/{note_id}").content


@pytest.fixture(params=["in process", "through a worker"])
def user(request: pytest.FixtureRequest) -> User:
    if request.param == "in process":
        return Local(request.getfixturevalue("alice"))
    return Remote(request.getfixturevalue("stack").person())


def test_a_recording_becomes_a_note(user: User) -> None:
    note = user.note_of(tone(12), "planning.wav")
    assert {
        *("id", "title", "created_at", "language", "duration", "abstract_summary", "key_points"),
        *("action_items", "sentiment", "participants", "meeting_type", "transcript"),
    } <= set(note)
    assert note["duration"] == pytest.approx(12, abs=0.05)
    assert note["transcript"].strip()
    assert note["created_at"].endswith("Z")


def test_different_recordings_give_different_words(user: User) -> None:
    first, second = user.note_of(tone(6, 300), "a.wav"), user.note_of(tone(6, 700), "a.wav")
    assert first["transcript"] != second["transcript"]
    assert first["id"] != second["id"]


def test_the_documents_hold_the_transcript(user: User) -> None:
    note = user.note_of(tone(6), "talk.wav")
    said = note["transcript"].split(": ")[-1].split()[0]
    pages = PdfReader(io.BytesIO(user.document("pdf", note["id"]))).pages
    assert said in " ".join(page.extract_text() for page in pages)
    document = Document(io.BytesIO(user.document("docx", note["id"])))
    assert said in " ".join(paragraph.text for paragraph in document.paragraphs)


def test_waiting_for_the_worker_answers_with_the_note(stack: Stack) -> None:
    alice = stack.person()
    answer = alice.send(tone(4), background="false").json()
    assert answer["status"] == "done"
    assert alice.get(f"/api/notes/{answer['note_id']}")["id"] == answer["note_id"]


def test_waiting_too_long_gives_the_background_answer(
    make_app: Callable[..., Any],
) -> None:
    app = make_app(SYNC_WAIT_SECONDS=0.3)
    alice = Person(app, "Alice")
    answer = alice.send(background="false")
    assert answer.status_code == 200
    assert answer.json == {"upload_id": answer.json["upload_id"], "status": "uploaded"}
    run_jobs(app)
    assert alice.get(f"/api/status/{answer.json['upload_id']}").json["status"] == "done"


def test_extract_duration_covers_only_a_part_and_says_so(alice: Person) -> None:
    note = alice.get(f"/api/notes/{alice.make_note(tone(20), extractDuration='7')}").json
    assert note["duration"] == pytest.approx(7, abs=0.05)
    assert not note["complete"]
    assert "partial" in [warning["code"] for warning in note["notes"]["warnings"]]


def test_extract_duration_beyond_the_end_is_the_whole(alice: Person) -> None:
    note = alice.get(f"/api/notes/{alice.make_note(tone(3), extractDuration='60')}").json
    assert note["duration"] == pytest.approx(3, abs=0.05)
    assert note["complete"]


def test_progress_never_falls_and_ends_at_100(stack: Stack) -> None:
    alice = stack.person()
    upload_id = alice.upload(tone(240))
    seen: list[int] = []
    for status in _until_over(alice, upload_id):
        seen.append(status["progress"]["percent"])
    assert seen == sorted(seen)
    assert seen[-1] == 100


def _until_over(person: RemotePerson, upload_id: str) -> Iterator[dict[str, Any]]:
    while True:
        status = person.status(upload_id)
        yield status
        if status["status"] in ("done", "failed"):
            return


def test_waiting_for_what_fails_answers_with_the_reason(make_app: Callable[..., Any]) -> None:
    app = make_app(TRANSCRIBER_OPTIONS={"languages": ["en"]}, SYNC_WAIT_SECONDS=30)
    alice = Person(app, "Alice")
    answers: list[Any] = []
    waiting = Thread(target=lambda: answers.append(alice.send(background="false", language="fr")))
    waiting.start()
    while waiting.is_alive():
        run_jobs(app)
        waiting.join(0.1)
    assert (answers[0].status_code, answers[0].json["code"]) == (503, "engine_unavailable")
    assert alice.get(f"/api/status/{answers[0].json['upload_id']}").json["status"] == "failed"


def test_an_upload_holds_no_database_connection_while_it_comes_in(
    make_app: Callable[..., Any],
) -> None:
    app = make_app()
    alice = Person(app, "Alice")
    seen: list[int] = []

    class Body(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            with app.app_context():
                seen.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
            return super().readinto(buffer)

        def read(self, size: int | None = -1) -> bytes:
            with app.app_context():
                seen.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
            return super().read(size)

    form, content_type, length = _multipart(tone())
    answer = alice.post(
        "/api/upload", input_stream=Body(form), content_type=content_type, content_length=length
    )
    assert answer.status_code == 200, answer.json
    assert seen
    assert set(seen) == {0}


def _multipart(data: bytes) -> tuple[bytes, str, int]:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body = head + data + b"\r\n--b--\r\n"
    return body, "multipart/form-data; boundary=b", len(body)
