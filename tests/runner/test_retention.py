"""What is kept no longer than it is to be."""

import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import Login, Upload, now
from talktotext.runner import retention
from tests.conftest import Person, run_jobs


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


def test_what_was_purged_cannot_be_retried_and_says_so(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    alice.post(f"/api/upload/{upload_id}/cancel")
    with app.app_context():
        long_ago = now().replace(year=2020)
        db.session.execute(sa.update(Upload).values(created_at=long_ago))
        db.session.commit()
        retention.purge(retention.expired(media_days=1, notes_days=0))
    answer = alice.post(f"/api/upload/{upload_id}/retry")
    assert (answer.status_code, answer.json["code"]) == (410, "recording_missing")
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "cancelled"


def test_what_was_asked_for_again_meanwhile_is_not_purged(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    alice.post(f"/api/upload/{upload_id}/cancel")
    with app.app_context():
        db.session.execute(sa.update(Upload).values(created_at=now().replace(year=2020)))
        db.session.commit()
        media, whole = retention.expired(1, 0), retention.expired(0, 1)
        alice.post(f"/api/upload/{upload_id}/retry")
        retention.purge(media)
        retention.purge(whole)
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"
