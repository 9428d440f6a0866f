"""What is done before the first job."""

from collections.abc import Callable

import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import runner
from talktotext.extensions import db
from talktotext.models import Job
from talktotext.models.base import Base
from tests.conftest import Person


def test_warming_up_touches_no_job(app: APIFlask, alice: Person) -> None:
    alice.upload()
    with app.app_context():
        runner.warm_up()
        job = db.session.scalars(sa.select(Job)).one()
        assert (job.status, job.epoch) == ("queued", 0)


def test_a_database_that_is_away_is_no_reason_not_to_start(
    make_app: Callable[..., APIFlask],
) -> None:
    app = make_app()
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        runner.warm_up()
