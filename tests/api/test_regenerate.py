"""Notes made anew from their transcript: what people made of them stays, and so does the old note
until there is a new one."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.analysis.extractive import ExtractiveAnalyzer
from talktotext.errors import EngineFailed
from talktotext.extensions import db
from talktotext.jobs import regenerate
from talktotext.jobs.analysis import with_edits
from talktotext.jobs.shown import show
from talktotext.jobs.versions import keep_version
from talktotext.models import Job, Note, Segment, Upload, now
from talktotext.schema import Notes, Notice
from talktotext.speech.fake import FakeTranscriber
from tests.analysis.chat_server import ChatServer
from tests.analysis.made import LAUNCH, transcript
from tests.api.helpers import add_note, assert_problem, assert_queued_again
from tests.api.test_note_editing import change, note, tick
from tests.conftest import Person, run_jobs, tone
from tests.servers import Fault

PARTIAL = Notice(code="partial", message="These notes cover only the first 60 seconds.")


def launched(person: Person) -> str:
    """A note of a planning meeting, as the embedded engine makes it."""
    note_id = add_note(person, "x", said=[])
    said = [Segment.of("", one).plain() for one in transcript(LAUNCH)]  # as the database has it
    found = ExtractiveAnalyzer().analyze(said, recorded_on=now().date())
    with person.app.app_context():
        row = db.session.get_one(Note, note_id)
        row.speaker_names = {}
        warnings = (PARTIAL, Notice(code="translated_notes", message="Of before."))
        show(row, found.model_copy(update={"warnings": warnings}), said)
        db.session.add_all(Segment.of(row.upload_id, one) for one in said)
        keep_version(db.session(), row, origin="analysis", engine="extractive")
        db.session.commit()
    return note_id


@pytest.fixture
def note_id(alice: Person) -> str:
    return launched(alice)


def again(person: Person, note_id: str, **asked: Any) -> Any:
    return person.post(f"/api/notes/{note_id}/regenerate", json=asked)


def anew(person: Person, note_id: str, **asked: Any) -> dict[str, Any]:
    answer = again(person, note_id, **asked)
    assert answer.status_code == 200, answer.json
    run_jobs(person.app)
    assert status(person, note_id)["status"] == "done", status(person, note_id)
    return note(person, note_id)


def status(person: Person, note_id: str) -> dict[str, Any]:
    return dict(person.get(f"/api/status/{note(person, note_id)['upload_id']}").json)


def origins(person: Person, note_id: str) -> list[tuple[str, str | None]]:
    listed = person.get(f"/api/notes/{note_id}/versions").json
    return [(one["origin"], one["engine"]) for one in listed]


def texts(statements: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in statements]


def test_the_old_note_is_there_until_the_new_one_is(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    assert_queued_again(alice, again(alice, note_id), before, "analyzing")
    assert note(alice, note_id) == before
    run_jobs(alice.app)
    after = note(alice, note_id)
    same = {name: value for name, value in before["notes"].items() if name != "warnings"}
    assert {name: after["notes"][name] for name in same} == same
    assert [one["code"] for one in after["notes"]["warnings"]] == ["partial"]
    assert origins(alice, note_id) == [("analysis", "extractive")] * 2
    assert after["transcript"] == before["transcript"]


def test_the_words_that_people_put_right_are_analyzed(alice: Person, note_id: str) -> None:
    path = f"/api/notes/{note_id}/transcript/14"
    alice.patch(path, json={"text": "Yes, I'll fix the uninstaller by Friday."})
    assert "uninstaller" not in texts(note(alice, note_id)["action_items"])[0]
    document = alice.get(f"/api/download/docx/{note_id}").data
    after = anew(alice, note_id)
    assert texts(after["action_items"])[0] == "Fix the uninstaller by Friday."
    assert alice.get(f"/api/download/docx/{note_id}").data != document
    assert alice.get("/api/history?q=uninstaller").json


def test_what_people_made_of_the_notes_stays(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)["notes"]
    alice.patch(f"/api/notes/{note_id}/speakers", json={"B": "Thomas"})
    tick(alice, note_id, 0, done=True)
    tick(alice, note_id, 1, text="Update the prices.", owner="Thomas")
    change(
        alice,
        note_id,
        title="Mine",
        decisions=[before["decisions"][1]["text"], "We have lunch."],
        key_points=texts(before["key_points"])[1:],
    )
    mine = note(alice, note_id)
    after = anew(alice, note_id)
    for name in ("title", "key_points", "action_items", "participants", "speaker_names"):
        assert after[name] == mine[name], name
    assert after["notes"]["decisions"] == mine["notes"]["decisions"]
    assert after["action_items"][0]["done"] and after["action_items"][0]["evidence"]
    assert (after["action_items"][1]["evidence"], after["action_items"][1]["owner"]) == (
        [],
        "Thomas",
    )
    assert after["notes"]["summary"] == before["summary"]
    assert origins(alice, note_id) == [
        ("analysis", "extractive"),
        ("person", None),
        ("analysis", "extractive"),
    ]
    assert anew(alice, note_id)["notes"] == after["notes"]


def test_a_meeting_type_that_was_asked_for_holds_from_then_on(alice: Person, note_id: str) -> None:
    assert note(alice, note_id)["meeting_type"] == "planning"
    assert anew(alice, note_id, meeting_type="standup")["meeting_type"] == "standup"
    assert anew(alice, note_id)["meeting_type"] == "standup"
    change(alice, note_id, meeting_type="interview")
    assert anew(alice, note_id)["meeting_type"] == "interview"
    assert anew(alice, note_id, type="One-on-one")["meeting_type"] == "one_on_one"


def test_one_at_a_time(alice: Person, note_id: str) -> None:
    assert again(alice, note_id).status_code == 200
    assert_problem(again(alice, note_id), 409, "conflict", "This recording is being worked on")
    assert_problem(alice.post(f"/api/notes/{note_id}/transcribe"), 409, "conflict")
    assert_problem(change(alice, note_id, title="x"), 409, "conflict")
    run_jobs(alice.app)
    assert again(alice, note_id).status_code == 200


def test_a_failure_leaves_the_note_as_it_was(
    alice: Person, note_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = note(alice, note_id)

    def broken(*_: Any, **__: Any) -> Notes:
        raise EngineFailed("A bad day")

    with monkeypatch.context() as patch:
        patch.setattr(ExtractiveAnalyzer, "analyze", broken)
        again(alice, note_id)
        for _ in range(3):
            run_jobs(alice.app)
            with alice.app.app_context():
                db.session.execute(sa.update(Job).values(not_before=None))
                db.session.commit()
    assert status(alice, note_id)["status"] == "failed"
    assert note(alice, note_id) == before
    assert len(origins(alice, note_id)) == 1
    assert tick(alice, note_id, 0, done=True).status_code == 200
    # The recording itself is not needed: this note never had one.
    assert alice.post(f"/api/upload/{before['upload_id']}/retry").status_code == 200
    run_jobs(alice.app)
    assert status(alice, note_id)["status"] == "done"
    assert note(alice, note_id)["action_items"][0]["done"]


def test_what_was_analyzed_is_not_analyzed_again(
    alice: Person, note_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze, times, falls = ExtractiveAnalyzer.analyze, [], [EngineFailed("Fell over")]

    def counted(*given: Any, **asked: Any) -> Notes:
        times.append(1)
        return analyze(*given, **asked)

    def falling(*given: Any) -> Notes:
        if falls:
            raise falls.pop()
        return with_edits(*given)

    monkeypatch.setattr(ExtractiveAnalyzer, "analyze", counted)
    monkeypatch.setattr(regenerate, "with_edits", falling)
    again(alice, note_id)
    run_jobs(alice.app)
    with alice.app.app_context():
        db.session.execute(sa.update(Job).values(not_before=None))
        db.session.commit()
    run_jobs(alice.app)
    assert (status(alice, note_id)["status"], falls, len(times)) == ("done", [], 1)


def test_a_cancelled_one_leaves_the_note_as_it_was(alice: Person, note_id: str) -> None:
    before = note(alice, note_id)
    again(alice, note_id)
    alice.post(f"/api/upload/{before['upload_id']}/cancel")
    run_jobs(alice.app)
    assert note(alice, note_id) == before
    assert anew(alice, note_id)["title"] == before["title"]


@pytest.mark.parametrize(
    "asked",
    [
        {"analyzer": "telepathy"},
        {"meeting_type": "party"},
        {"language": "de"},
        {"analyzer": "extractive", "language": "de"},
        {"language": "xx"},
    ],
)
def test_what_cannot_be_asked_is_refused(
    alice: Person, note_id: str, asked: dict[str, Any]
) -> None:
    assert_problem(again(alice, note_id, **asked), 400)
    assert status(alice, note_id)["status"] == "done"


def test_an_engine_that_cannot_be_used_is_told_at_once(alice: Person, note_id: str) -> None:
    assert_problem(again(alice, note_id, analyzer="llm"), 503, "engine_unavailable")
    assert status(alice, note_id)["status"] == "done"


@pytest.fixture
def model() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


@pytest.fixture
def carol(make_app: Callable[..., APIFlask], model: ChatServer) -> Person:
    """Somebody where a language model can be asked."""
    return Person(make_app(LLM_BASE_URL=model.url), "Carol")


def test_a_language_model_can_be_asked_in_a_language(carol: Person, model: ChatServer) -> None:
    note_id = launched(carol)
    tick(carol, note_id, 2, done=True)
    after = anew(carol, note_id, analyzer="llm", language="de", meeting_type="interview")
    assert "“de”" in model.calls[0].system
    assert after["meeting_type"] == "interview"
    assert after["notes"]["coverage"]["used"] > 0
    assert [(one["text"], one["done"]) for one in after["action_items"]] == [
        ("Send the draft of the press release to the agency by next Tuesday.", True)
    ]
    assert origins(carol, note_id)[0] == ("analysis", "llm")


def test_where_a_language_model_fails_nothing_stands_in_for_it(
    carol: Person, model: ChatServer
) -> None:
    note_id = launched(carol)
    before = note(carol, note_id)
    model.model = lambda _: Fault(401)
    assert again(carol, note_id, analyzer="llm").status_code == 200
    run_jobs(carol.app)
    assert (status(carol, note_id)["status"], status(carol, note_id)["code"]) == (
        "failed",
        "engine_unavailable",
    )
    assert note(carol, note_id) == before


def test_another_transcription_keeps_what_people_made_of_the_notes(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = ["Tom, can you fix the installer by Friday?", "We decided to ship the export feature."]

    def transcribe(_: FakeTranscriber, samples: Any, **__: Any) -> Any:
        for index, text in enumerate(heard):
            yield transcript(LAUNCH)[0].model_copy(
                update={"index": index, "start": 4.0 * index, "end": 4.0 * index + 4, "text": text}
            )

    monkeypatch.setattr(FakeTranscriber, "transcribe", transcribe)
    note_id = alice.make_note(tone(9.0), meetingType="standup")
    first = note(alice, note_id)
    assert first["meeting_type"] == "standup"
    (decision,) = first["notes"]["decisions"]
    tick(alice, note_id, 0, done=True)
    change(alice, note_id, title="Mine", decisions=[])
    heard[1] = "We decided to ship the export features."
    assert alice.post(f"/api/notes/{note_id}/transcribe").status_code == 200
    run_jobs(alice.app)
    after = note(alice, note_id)
    assert "features." in after["transcript"]
    assert (after["title"], after["meeting_type"]) == ("Mine", "standup")
    assert after["notes"]["decisions"] == []
    assert [item["done"] for item in after["action_items"]] == [True]
    assert after["notes"]["edits"]["removed"]["decisions"][0]["text"] == decision["text"]
    assert [one for one, _ in origins(alice, note_id)] == ["analysis", "person", "analysis"]


def test_an_upload_tells_what_kind_of_talk_it_is(alice: Person) -> None:
    assert note(alice, alice.make_note(meetingType="Sales call"))["meeting_type"] == "sales_call"
    assert note(alice, alice.make_note(meetingType=""))["meeting_type"] == "general"
    assert_problem(alice.send(meetingType="party"), 400)
    assert_problem(alice.send(outputLanguage="de"), 400, "invalid_request")
    assert_problem(alice.send(outputLanguage="xx"), 400, "validation_failed")


def test_an_upload_tells_the_language_of_its_notes(
    make_app: Callable[..., APIFlask], model: ChatServer
) -> None:
    dora = Person(make_app(ANALYZER="llm", LLM_BASE_URL=model.url), "Dora")
    dora.make_note(outputLanguage="fr")
    assert "“fr”" in model.calls[0].system
    with dora.app.app_context():
        assert db.session.scalars(sa.select(Job.options)).one()["output_language"] == "fr"


def test_the_same_key_for_another_kind_of_notes_is_refused(alice: Person) -> None:
    def send(**form: Any) -> Any:
        data = {"file": (io.BytesIO(tone()), "talk.wav"), **form}
        return alice.post("/api/upload", data=data, headers={"Idempotency-Key": "k"})

    assert send(meetingType="standup").status_code == 200
    assert send(meetingType="standup").status_code == 200
    assert_problem(send(meetingType="interview"), 422, "idempotency_mismatch")
    with alice.app.app_context():
        assert db.session.query(Upload).count() == 1
