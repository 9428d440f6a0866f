"""What the queue forgot and what the dead left behind."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import redis_server, runner
from talktotext.errors import QueueUnavailable
from talktotext.extensions import QUEUE_NAME, db, queue
from talktotext.models import Job, Upload, now
from tests.conftest import Person, make_settings, run_jobs


@pytest.fixture
def app(make_app: Callable[..., APIFlask], tmp_path: Path) -> Iterator[APIFlask]:
    """An application with a queue."""
    url = os.environ.get("TEST_REDIS_URL", "")
    with redis_server.running(make_settings(tmp_path / "instance", REDIS_URL=url)):
        app = make_app(REDIS_URL=url)
        _connection(app).flushall()
        yield app


def _connection(app: APIFlask) -> "redis.Redis":
    return redis.Redis.from_url(app.config["SETTINGS"].redis_url)


def test_the_queue_gets_as_many_wake_ups_as_there_are_jobs(app: APIFlask, alice: Person) -> None:
    for _ in range(3):
        alice.upload()
    with app.app_context():
        assert queue.length() == 3
        assert runner.sweep().woken == 0
        _connection(app).flushall()
        swept = runner.sweep()
        assert (swept.runnable, swept.woken, queue.length()) == (3, 3, 3)
        assert runner.sweep().woken == 0


def test_a_job_whose_holder_fell_silent_is_woken(app: APIFlask, alice: Person) -> None:
    alice.upload()
    with app.app_context():
        queue.tokens.empty()
        db.session.execute(sa.update(Job).values(status="running", lease_until=1.0))
        db.session.commit()
        assert runner.sweep().woken == 1
        runner.work("any")
        assert db.session.scalars(sa.select(Job)).one().status == "done"


def test_jobs_that_are_held_not_due_or_over_are_left_alone(app: APIFlask, alice: Person) -> None:
    for _ in range(3):
        alice.upload()
    with app.app_context():
        held, early, over = db.session.scalars(sa.select(Job)).all()
        held.status, held.lease_until = "running", 1e12
        early.not_before = 1e12
        over.status = "failed"
        db.session.commit()
        queue.tokens.empty()
        assert runner.sweep().runnable == 0


def test_leftovers_go_and_what_is_needed_stays(app: APIFlask, alice: Person) -> None:
    settings = app.config["SETTINGS"]
    alice.upload()
    with app.app_context():
        job_id = db.session.scalars(sa.select(Job.id)).one()
    incoming, work = settings.UPLOAD_FOLDER / "incoming", settings.WORK_FOLDER
    old, fresh, gone = incoming / "old", incoming / "fresh", work / str(uuid4())
    (incoming / "folder").mkdir(parents=True)
    os.utime(incoming / "folder", (time.time() - 7200,) * 2)
    for path in (old, fresh, work / job_id / "samples", gone / "samples", work / "thesis" / "text"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    with app.app_context():
        assert runner.sweep().removed == 2
    assert fresh.exists()
    assert {path.name for path in work.iterdir()} == {job_id, "thesis"}
    assert not old.exists()


def test_without_a_queue_the_sweep_says_so_and_goes_on(make_app: Callable[..., APIFlask]) -> None:
    app = make_app()
    Person(app, "Alice").upload()
    with app.app_context():
        with pytest.raises(QueueUnavailable):
            runner.sweep()
        runner.sweep_quietly()


def test_wake_ups_are_of_the_one_queue(app: APIFlask, alice: Person) -> None:
    alice.upload()
    assert _connection(app).llen(f"rq:queue:{QUEUE_NAME}") == 1


def test_retention_runs_with_the_sweep(make_app: Callable[..., APIFlask]) -> None:
    app = make_app(RETENTION_MEDIA_DAYS=30)
    alice = Person(app, "Alice")
    note_id = alice.make_note()
    with app.app_context():
        upload = db.session.scalars(sa.select(Upload)).one()
        path = app.config["SETTINGS"].UPLOAD_FOLDER / upload.file_path
        runner.retention.purge_as_set()
        assert path.exists()
        long_ago = now().replace(year=now().year - 1)
        db.session.execute(sa.update(Upload).values(created_at=long_ago))
        db.session.commit()
        assert runner.retention.purge_as_set() == 1
        assert not path.exists()
    assert alice.get(f"/api/notes/{note_id}").status_code == 200
    run_jobs(app)
