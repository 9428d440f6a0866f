"""Fair turns: one user's hundred recordings do not starve another's one."""

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import runner
from talktotext.extensions import db
from talktotext.models import Job, User
from talktotext.runner import lease
from talktotext.runner.pick import fair_order
from tests.conftest import Person


def finish_in_order(app: APIFlask) -> str:
    """Let one worker do all that waits; whose jobs it did, in order, by first letters."""
    order = ""
    with app.app_context():
        while waiting := db.session.scalar(
            sa.select(sa.func.count(Job.id)).filter_by(status="queued")
        ):
            db.session.rollback()
            runner.work("any")
            by_end = sa.select(User.name).join(Job, Job.user_id == User.id)
            by_end = by_end.order_by(Job.finished_at.desc().nulls_last())
            order += db.session.scalars(by_end).first()[0]
            db.session.rollback()
            assert waiting
    return order


def test_users_take_turns(app: APIFlask, alice: Person, bob: Person) -> None:
    for _ in range(6):
        alice.upload()
    for _ in range(2):
        bob.upload()
    assert finish_in_order(app) == "ABABAAAA"


def test_a_single_recording_waits_for_one_job_at_most(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    for _ in range(5):
        alice.upload()
    with app.app_context():
        runner.work("any")
    bob.upload()
    assert finish_in_order(app).index("B") == 0


def test_a_user_with_fewer_jobs_at_work_comes_first(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    first, _ = alice.upload(), alice.upload()
    third = bob.upload()
    with app.app_context():
        held = {"status": "running", "lease_until": 1e12}
        db.session.execute(sa.update(Job).filter_by(upload_id=first).values(**held))
        db.session.commit()
        turns = [db.session.get_one(Job, job_id).upload_id for job_id in fair_order()]
    assert turns[0] == third
    assert first not in turns


@pytest.mark.parametrize("asked", range(1, 8))
def test_a_database_that_is_away_for_a_moment_wastes_no_wake_up(
    app: APIFlask, alice: Person, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away at the first statement of the attempt, or the second, or … , by itself and at once."""
    monkeypatch.setattr(lease, "PATIENCE", (0, 0))
    upload_id = alice.upload()
    statements = 0

    def be_away(*_: object) -> None:
        nonlocal statements
        statements += 1
        if statements in (asked, asked + 1):
            raise sa.exc.OperationalError("", {}, Exception("away"))

    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", be_away)
        runner.work("any")
        sa.event.remove(db.engine, "before_cursor_execute", be_away)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"
