"""Large documents: made by a job, for which the request waits, but not for ever."""

import time
from datetime import timedelta
from threading import Semaphore, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import runner
from talktotext.api import exporting
from talktotext.errors import EngineUnavailable
from talktotext.extensions import db
from talktotext.jobs import kept as kept_module
from talktotext.models import Job, Upload, User, now
from tests.api.exports import ask, kept, writer
from tests.api.helpers import add_note, assert_problem, rows
from tests.conftest import Person, run_jobs
from tests.documents.fake_writer import FakeWriter

__all__ = ["writer"]


@pytest.fixture
def path(alice: Person, writer: type[FakeWriter], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(kept_module, "LARGE", 20)
    return f"/api/download/pdf/{add_note(alice, 'Weekly', said=['Hello there, all of you.'])}"


@pytest.fixture
def nobody_helps(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request ends after a second, and leaves the job to workers."""
    monkeypatch.setattr(exporting, "HEAD_START", 60.0)
    monkeypatch.setattr(exporting, "WAIT", 1.0)


def jobs(app: APIFlask) -> list[tuple[str, str, int]]:
    return [(job.kind, job.status, job.epoch) for job in rows(app, Job)]


def change(app: APIFlask, **values: Any) -> None:
    with app.app_context():
        db.session.execute(sa.update(Job).values(**values))
        db.session.commit()


def test_a_job_makes_it_and_touches_no_upload(app: APIFlask, alice: Person, path: str) -> None:
    with app.app_context():
        before = {c.key: c for c in sa.inspect(Upload).columns}
        before = {name: getattr(rows(app)[0], name) for name in before}
    answer = ask(alice, path)
    assert (answer.status_code, answer.data[:7]) == (200, b"Weekly|")
    assert jobs(app) == [("export", "done", 1)]
    assert {name: getattr(rows(app)[0], name) for name in before} == before
    assert len(kept(app)) == 1


def test_once_made_it_needs_no_job(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter]
) -> None:
    first = ask(alice, path)
    assert ask(alice, path).data == first.data
    assert ask(alice, path, Range="bytes=0-5").data == first.data[:6]
    assert ask(alice, path, "HEAD").headers["Content-Length"] == str(len(first.data))
    assert len(jobs(app)) == len(writer.written) == 1


def test_a_worker_makes_it_while_the_request_waits(
    app: APIFlask, alice: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "HEAD_START", 60.0)
    answers: list[Any] = []
    thread = Thread(target=lambda: answers.append(ask(alice, f"{path}?page_size=Letter")))
    thread.start()
    while not jobs(app):
        time.sleep(0.05)
    run_jobs(app)
    thread.join()
    assert answers[0].status_code == 200
    assert b"|Letter|" in answers[0].data


@pytest.mark.usefixtures("nobody_helps")
def test_one_that_outlasts_the_wait_is_to_be_asked_for_again(
    app: APIFlask, alice: Person, path: str
) -> None:
    for method in ("GET", "HEAD", "GET"):
        answer = ask(alice, path, method)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "Content-Disposition" not in answer.headers and "ETag" not in answer.headers
    body = assert_problem(answer, 503, "document_in_progress")
    assert body["error"] == "The document is still being made" and body["retryable"]
    assert jobs(app) == [("export", "queued", 0)], "one job, however often it is asked for"
    run_jobs(app)
    assert ask(alice, path).status_code == 200


@pytest.mark.usefixtures("nobody_helps")
def test_no_connection_is_held_while_a_request_waits(
    app: APIFlask, alice: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    with app.app_context():
        pool: Any = db.engine.pool
    sleep = time.sleep
    monkeypatch.setattr(
        exporting.time, "sleep", lambda s: (held.append(pool.checkedout()), sleep(s))
    )
    assert ask(alice, path).status_code == 503
    assert set(held) == {0} and len(held) >= 3


def test_another_one_is_another_job(app: APIFlask, alice: Person, path: str) -> None:
    assert ask(alice, path).status_code == 200
    assert ask(alice, f"{path}?accent=112233").status_code == 200
    assert alice.patch(f"/api/notes/{path[-36:]}", json={"title": "Later"}).status_code == 200
    assert ask(alice, path).data.startswith(b"Later|")
    assert len(jobs(app)) == 3


def test_why_it_failed_is_told_and_not_tried_again_at_once(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    def fail() -> None:
        raise EngineUnavailable("There are no fonts", hint="Install some.")

    monkeypatch.setattr(writer, "before", staticmethod(fail))
    for _ in range(2):
        body = assert_problem(ask(alice, path), 503, "engine_unavailable", "There are no fonts")
        assert body["hint"] == "Install some."
    assert jobs(app) == [("export", "failed", 1)]
    change(app, finished_at=now() - timedelta(minutes=2))
    monkeypatch.setattr(writer, "before", staticmethod(lambda: None))
    assert ask(alice, path).status_code == 200
    assert len(jobs(app)) == 2


def test_what_nobody_foresaw_is_told_without_details(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    monkeypatch.setattr(exporting, "WAIT", 1.5)
    monkeypatch.setattr(writer, "before", staticmethod(lambda: 1 / 0))
    assert_problem(ask(alice, path), 503, "document_in_progress")
    assert jobs(app) == [("export", "queued", 1)], "it is tried again later, by a worker"
    for _ in range(3):
        change(app, not_before=None)
        run_jobs(app)
    body = assert_problem(ask(alice, path), 500, "internal_error")
    assert "ZeroDivision" not in str(body)


@pytest.mark.parametrize("values", [{"epoch": 1, "strikes": 3}, {"epoch": 1}])
def test_what_may_have_ended_a_worker_is_not_done_by_the_server(
    app: APIFlask, alice: Person, path: str, monkeypatch: pytest.MonkeyPatch, values: Any
) -> None:
    monkeypatch.setattr(exporting, "WAIT", 1.0)
    monkeypatch.setattr(runner, "execute", lambda _: pytest.fail("it was"))
    monkeypatch.setattr(exporting, "HEAD_START", 60.0)
    assert ask(alice, path).status_code == 503
    change(app, **values)
    monkeypatch.setattr(exporting, "HEAD_START", 0.0)
    assert ask(alice, path).status_code == 503


@pytest.mark.usefixtures("nobody_helps")
def test_a_cancelled_one_is_no_longer_waited_for(app: APIFlask, alice: Person, path: str) -> None:
    answers: list[Any] = []
    thread = Thread(target=lambda: answers.append(ask(alice, path)))
    thread.start()
    while not jobs(app):
        time.sleep(0.05)
    with app.app_context():
        runner.cancel(db.session.scalars(sa.select(Job)).one())
    thread.join()
    said = "The server was told not to make this document now"
    assert_problem(answers[0], 503, "document_in_progress", said)


@pytest.mark.usefixtures("nobody_helps")
def test_a_note_deleted_meanwhile_is_not_found(app: APIFlask, alice: Person, path: str) -> None:
    answers: list[Any] = []
    thread = Thread(target=lambda: answers.append(ask(alice, path)))
    thread.start()
    while not jobs(app):
        time.sleep(0.05)
    assert alice.delete(f"/api/notes/{path[-36:]}").status_code == 204
    thread.join()
    assert_problem(answers[0], 404, "not_found", "Note not found")
    assert jobs(app) == [] and kept(app) == []


def test_no_more_at_once_than_the_machine_can_bear(
    app: APIFlask, alice: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "slots", Semaphore(0))
    monkeypatch.setattr(exporting, "WAIT", 0.8)
    assert_problem(ask(alice, path), 503, "document_in_progress")
    assert jobs(app) == [("export", "queued", 0)]
    monkeypatch.setattr(kept_module, "LARGE", 100_000)
    for method in ("GET", "POST"):
        answer = ask(alice, path, method)
        said = "The server is busy with other documents"
        assert_problem(answer, 503, "document_in_progress", said)
        assert answer.headers["Retry-After"] == "5"


def test_who_may_have_no_more_jobs_has_it_all_the_same(
    app: APIFlask, alice: Person, path: str
) -> None:
    with app.app_context():
        db.session.execute(sa.update(User).values(quota={"jobs": 1}))
        db.session.add(Job(kind="regenerate", user_id=alice.id, options={}, stage="analyzing"))
        db.session.commit()
    assert ask(alice, path).status_code == 200
    assert [kind for kind, *_ in jobs(app)] == ["regenerate"] and len(kept(app)) == 1


def test_another_s_makes_no_job(app: APIFlask, alice: Person, bob: Person, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        assert ask(bob, path, method).status_code == 404
    assert jobs(app) == []
    assert ask(alice, path).status_code == 200
    assert_problem(ask(bob, path), 404, "not_found", "Note not found")


def test_jobs_that_tell_nobody_anything_go(app: APIFlask, alice: Person, path: str) -> None:
    ask(alice, path)
    change(app, finished_at=now() - timedelta(days=2))
    ask(alice, f"{path}?page_size=Letter")
    assert len(jobs(app)) == 1
