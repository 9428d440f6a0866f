"""An attempt that died at an awkward moment, and the one after it."""

import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import Job
from tests.conftest import Person, run_jobs


def test_killed_between_decoding_and_its_checkpoint(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    with app.app_context():
        job_id = db.session.scalars(sa.select(Job.id)).one()
    work = app.config["SETTINGS"].WORK_FOLDER / job_id
    work.mkdir(parents=True)
    (work / "sound.wav").write_bytes(b"\0\0" * 16000)
    run_jobs(app)
    status = alice.get(f"/api/status/{upload_id}").json
    assert status["status"] == "done", status
    assert alice.get(f"/api/notes/{status['note_id']}").json["duration"] == 2.0
