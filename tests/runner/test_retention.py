"""What is kept no longer than it is to be."""

import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import Login, now
from talktotext.runner import retention
from tests.conftest import Person


def test_logins_that_ran_out_are_forgotten_and_others_are_not(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    with app.app_context():
        mine = sa.update(Login).where(Login.user_id == alice.id)
        db.session.execute(mine.values(expires_at=now().replace(year=2020)))
        db.session.commit()
        retention.purge_as_set()
        assert [login.user_id for login in db.session.scalars(sa.select(Login))] == [bob.id]
    assert alice.get("/auth/me").status_code == 401
