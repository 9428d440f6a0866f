"""One holder at a time, and nothing written by anybody else."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import runner
from talktotext.extensions import db
from talktotext.models import Job, Note, Segment, Upload, db_clock
from talktotext.runner.lease import Lease, LeaseLost, owner_name
from tests.conftest import Person, run_jobs, tone


@pytest.fixture
def job_id(app: APIFlask, alice: Person) -> str:
    upload_id = alice.upload()
    with app.app_context():
        return str(db.session.scalars(sa.select(Job.id).filter_by(upload_id=upload_id)).one())


def read(job_id: str) -> Job:
    db.session.expire_all()
    return db.session.get_one(Job, job_id)


def expire(job_id: str) -> None:
    """Let the holder's time run out."""
    db.session.execute(sa.update(Job).filter_by(id=job_id).values(lease_until=db_clock() - 1))
    db.session.commit()


def test_of_many_who_take_one_gets_it(app: APIFlask, job_id: str) -> None:
    got: list[Lease | None] = []
    start = threading.Barrier(8)

    def take() -> None:
        with app.app_context():
            start.wait()
            got.append(Lease.take(job_id, 30))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([lease for lease in got if lease]) == 1


def test_two_workers_given_the_same_job_make_one_note(app: APIFlask, job_id: str) -> None:
    start = threading.Barrier(2)
    ran: list[bool] = []

    def execute() -> None:
        with app.app_context():
            start.wait()
            ran.append(runner.execute(job_id))

    threads = [threading.Thread(target=execute) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [False, True]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 1


def test_a_held_job_cannot_be_taken_until_its_holder_falls_silent(
    app: APIFlask, job_id: str
) -> None:
    with app.app_context():
        first = Lease.take(job_id, 30)
        assert first is not None
        assert read(job_id).lease_owner == owner_name()
        assert Lease.take(job_id, 30) is None
        expire(job_id)
        second = Lease.take(job_id, 30)
        assert second is not None
        assert second.epoch == first.epoch + 1


def test_late_writes_are_refused(app: APIFlask, job_id: str) -> None:
    with app.app_context():
        stale = Lease.take(job_id, 30)
        assert stale is not None
        expire(job_id)
        assert Lease.take(job_id, 30) is not None
        upload_id = read(job_id).upload_id
        row = Segment(upload_id=upload_id, index=0, start=0, end=1, text="late", words=[], flags=[])
        with pytest.raises(LeaseLost):
            stale.write(lambda session: session.merge(row), percent=99, status="done")
        assert read(job_id).percent == 0
        assert read(job_id).status == "running"
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Segment)) == 0


def test_a_change_that_fails_leaves_the_job_as_it_was(app: APIFlask, job_id: str) -> None:
    def explode(_: Any) -> None:
        raise RuntimeError

    with app.app_context():
        lease = Lease.take(job_id, 30)
        assert lease is not None
        with pytest.raises(RuntimeError):
            lease.write(explode, percent=50)
        assert read(job_id).percent == 0


def test_writing_renews_the_lease(app: APIFlask, job_id: str) -> None:
    with app.app_context():
        lease = Lease.take(job_id, 30)
        assert lease is not None
        before = read(job_id).lease_until
        lease.write()
        assert read(job_id).lease_until > before


def test_a_job_that_is_over_cannot_be_taken(app: APIFlask, job_id: str) -> None:
    run_jobs(app)
    with app.app_context():
        assert read(job_id).status == "done"
        assert Lease.take(job_id, 30) is None


def test_the_upload_shows_what_the_job_is_at(app: APIFlask, job_id: str) -> None:
    with app.app_context():
        lease = Lease.take(job_id, 30)
        assert lease is not None
        lease.write(stage="transcribing", percent=41)
        upload = db.session.scalars(sa.select(Upload)).one()
        assert upload.status == "processing"
        assert upload.progress == {"stage": "transcribing", "percent": 41}


def test_an_attempt_whose_job_is_taken_away_writes_nothing_more(
    app: APIFlask, alice: Person
) -> None:
    upload_id = alice.upload(tone(200))

    def steal(_fraction: float, stage: str) -> None:
        if stage == "transcribing":
            db.session.execute(sa.update(Job).values(epoch=Job.epoch + 1))
            db.session.commit()

    with app.app_context():
        job = db.session.scalars(sa.select(Job).filter_by(upload_id=upload_id)).one()
        assert runner.execute(job.id, steal)
        assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 0
        assert read(job.id).status == "running"
