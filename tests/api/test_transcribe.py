"""Transcribing again: the note stays until the new one is there, and corrections stay for good."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.extensions import db
from talktotext.models import Job, Note, Segment, Upload
from talktotext.schema import Segment as Said
from talktotext.speech.fake import FakeTranscriber
from tests.api.helpers import assert_problem, assert_queued_again
from tests.conftest import Person, run_jobs, tone

SOUND = tone(9.0)


class Script:
    """What the fake engine hears from now on: a text for every three seconds, or a failure."""

    texts: ClassVar[list[str]] = []
    asked: ClassVar[list[dict[str, Any]]] = []


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Script]]:
    def transcribe(_: FakeTranscriber, samples: Any, **asked: Any) -> Iterator[Said]:
        Script.asked.append(asked)
        if not Script.texts:
            raise EngineUnavailable("Nothing to say")
        for index, text in enumerate(Script.texts):
            yield Said(index=index, start=3.0 * index, end=3.0 * index + 3, text=text)

    monkeypatch.setattr(FakeTranscriber, "transcribe", transcribe)
    Script.texts, Script.asked = ["One.", "Too.", "Three."], []
    yield Script


def again(person: Person, note_id: str, **body: Any) -> Any:
    return person.post(f"/api/notes/{note_id}/transcribe", json=body)


def texts(person: Person, note_id: str) -> list[str]:
    segments = person.get(f"/api/notes/{note_id}/transcript").json["segments"]
    return [segment["text"] for segment in segments]


def status(person: Person, note_id: str) -> dict[str, Any]:
    upload_id = person.get(f"/api/notes/{note_id}").json["upload_id"]
    return dict(person.get(f"/api/status/{upload_id}").json)


def all_takes(person: Person) -> set[int]:
    with person.app.app_context():
        return set(db.session.scalars(sa.select(Segment.take)))


def test_the_note_shows_the_new_words_under_its_old_id(alice: Person, script: type[Script]) -> None:
    note_id = alice.make_note(SOUND)
    before = alice.get(f"/api/notes/{note_id}").json
    document = alice.get(f"/api/download/docx/{note_id}").data
    script.texts = ["Uno.", "Dos.", "Tres."]
    assert_queued_again(alice, again(alice, note_id), before, "extracting")
    assert alice.get(f"/api/notes/{note_id}").json == before
    run_jobs(alice.app)
    assert status(alice, note_id)["status"] == "done"
    after = alice.get(f"/api/notes/{note_id}").json
    assert (after["id"], after["created_at"]) == (note_id, before["created_at"])
    assert texts(alice, note_id) == ["Uno.", "Dos.", "Tres."]
    assert "Uno." in after["transcript"] and "One." not in after["transcript"]
    assert alice.get(f"/api/download/docx/{note_id}").data != document
    assert len(alice.get("/api/notes").json) == 1
    assert len(all_takes(alice)) == 1


def test_what_people_put_right_is_carried_over(alice: Person, script: type[Script]) -> None:
    note_id = alice.make_note(SOUND)
    alice.patch(f"/api/notes/{note_id}/transcript/1", json={"text": "Two."})
    for heard in (["Won.", "To.", "Free."], ["Wan.", "Tu.", "Tree."]):
        script.texts = heard
        assert again(alice, note_id).status_code == 200
        run_jobs(alice.app)
        assert texts(alice, note_id) == [heard[0], "Two.", heard[2]]
    shown = alice.get(f"/api/notes/{note_id}/transcript").json["segments"]
    assert [segment["edited"] for segment in shown] == [False, True, False]
    assert "Two." in alice.get(f"/api/notes/{note_id}").json["transcript"]
    assert len(all_takes(alice)) == 1
    alice.patch(f"/api/notes/{note_id}/transcript/1", json={"text": "2."})
    again(alice, note_id)
    run_jobs(alice.app)
    assert texts(alice, note_id) == ["Wan.", "2.", "Tree."]


def test_a_failure_leaves_the_note_as_it_was(alice: Person, script: type[Script]) -> None:
    note_id = alice.make_note(SOUND)
    before = alice.get(f"/api/notes/{note_id}").json
    script.texts = []
    again(alice, note_id)
    run_jobs(alice.app)
    assert status(alice, note_id)["status"] == "failed"
    assert alice.get(f"/api/notes/{note_id}").json == before
    assert texts(alice, note_id) == ["One.", "Too.", "Three."]
    assert alice.get(f"/api/download/srt/{note_id}").status_code == 200
    # It can be put right meanwhile, and the failed attempt tried again.
    alice.patch(f"/api/notes/{note_id}/transcript/0", json={"text": "1."})
    script.texts = ["A.", "B."]
    assert alice.post(f"/api/upload/{before['upload_id']}/retry").status_code == 200
    run_jobs(alice.app)
    assert texts(alice, note_id) == ["1.", "B."]


def test_a_cancelled_one_leaves_the_note_as_it_was(alice: Person, script: type[Script]) -> None:
    note_id = alice.make_note(SOUND)
    before = alice.get(f"/api/notes/{note_id}").json
    again(alice, note_id)
    assert alice.post(f"/api/upload/{before['upload_id']}/cancel").json["status"] == "cancelled"
    run_jobs(alice.app)
    assert alice.get(f"/api/notes/{note_id}").json == before
    script.texts = ["New."]
    assert again(alice, note_id).status_code == 200
    run_jobs(alice.app)
    assert texts(alice, note_id) == ["New."]


def test_one_at_a_time(alice: Person) -> None:
    note_id = alice.make_note(SOUND)
    assert again(alice, note_id).status_code == 200
    assert_problem(again(alice, note_id), 409, "conflict", "This recording is being worked on")
    with alice.app.app_context():
        assert db.session.query(Job).count() == 2
    run_jobs(alice.app)
    assert again(alice, note_id).status_code == 200


def test_an_older_job_is_not_tried_again_after_it(alice: Person, script: type[Script]) -> None:
    note_id = alice.make_note(SOUND)
    script.texts = []
    again(alice, note_id)
    run_jobs(alice.app)
    with alice.app.app_context():
        failed = db.session.scalars(sa.select(Job.id).filter_by(status="failed")).one()
    script.texts = ["New."]
    again(alice, note_id)
    run_jobs(alice.app)
    result = alice.app.test_cli_runner().invoke(args=["job", "retry", failed])
    assert result.exit_code == 1 and "There is a newer job" in result.output
    assert texts(alice, note_id) == ["New."]


def test_what_is_asked_reaches_the_engine(alice: Person, script: type[Script]) -> None:
    alice.patch("/auth/me", json={"vocabulary": ["Kubernetes", "Zoë"]})
    note_id = alice.make_note(SOUND)
    again(alice, note_id, engine="fake", language="de", vocabulary=["Zoë", "TalkToText"])
    with alice.app.app_context():
        newest = sa.select(Job.options).order_by(Job.created_at.desc())
        options = db.session.scalars(newest).first()
    assert options is not None
    assert options["vocabulary"] == ["Zoë", "TalkToText", "Kubernetes"]
    assert (options["engine"], options["language"], options["take"]) == ("fake", "de", 1)
    run_jobs(alice.app)
    heard = script.asked[-1]
    assert (heard["language"], list(heard["vocabulary"])) == ("de", options["vocabulary"])


@pytest.mark.parametrize(
    "body",
    [{"engine": "telepathy"}, {"language": "xx"}, {"vocabulary": ["x" * 101]}, {"vocabulary": 7}],
)
def test_what_cannot_be_asked_is_refused(alice: Person, body: dict[str, Any]) -> None:
    note_id = alice.make_note(SOUND)
    assert_problem(again(alice, note_id, **body), 400)
    assert status(alice, note_id)["status"] == "done"


def test_an_engine_that_is_not_here_is_told_at_once(alice: Person) -> None:
    note_id = alice.make_note(SOUND)
    assert_problem(again(alice, note_id, engine="whisper"), 503, "engine_unavailable")
    assert status(alice, note_id)["status"] == "done"


def test_it_needs_no_body_and_the_recording(alice: Person) -> None:
    note_id = alice.make_note(SOUND)
    assert alice.post(f"/api/notes/{note_id}/transcribe").status_code == 200
    run_jobs(alice.app)
    with alice.app.app_context():
        db.session.execute(sa.update(Upload).values(file_path=None))
        db.session.commit()
    assert_problem(again(alice, note_id), 410, "recording_missing")
    assert status(alice, note_id)["status"] == "done"


def test_nobody_else_can_ask_for_it(alice: Person, bob: Person) -> None:
    note_id = alice.make_note(SOUND)
    assert_problem(again(bob, note_id), 404, "not_found", "Note not found")
    assert_problem(again(bob, note_id, engine=7), 404, "not_found", "Note not found")
    with alice.app.app_context():
        assert db.session.query(Job).count() == 1
        assert db.session.query(Note).count() == 1


def test_a_failing_engine_is_tried_again_without_losing_the_old_words(
    alice: Person, script: type[Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    note_id = alice.make_note(SOUND)
    heard, moods = FakeTranscriber.transcribe, [EngineFailed("A bad day")]

    def moody(self: FakeTranscriber, samples: Any, **asked: Any) -> Any:
        if moods:
            raise moods.pop()
        return heard(self, samples, **asked)

    monkeypatch.setattr(FakeTranscriber, "transcribe", moody)
    again(alice, note_id)
    run_jobs(alice.app)
    assert texts(alice, note_id) == ["One.", "Too.", "Three."]
    with alice.app.app_context():
        db.session.execute(sa.update(Job).values(not_before=None))
        db.session.commit()
    script.texts = ["New."]
    run_jobs(alice.app)
    assert texts(alice, note_id) == ["New."]
