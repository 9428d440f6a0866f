"""note -> document, as a job."""

import time
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import documents, runner
from talktotext.errors import Conflict
from talktotext.extensions import db
from talktotext.jobs import kept as kept_module
from talktotext.jobs.export import Options
from talktotext.models import Job, Note, Upload, User
from tests.api.exports import kept, writer
from tests.api.helpers import add_note
from tests.conftest import Person
from tests.documents.fake_writer import FakeWriter

__all__ = ["writer"]


@pytest.fixture
def note_id(alice: Person, writer: type[FakeWriter]) -> str:
    return add_note(alice, "Weekly", said=["Hello there."])


def run(app: APIFlask, user_id: int, **options: Any) -> Job:
    """The job, done."""
    with app.app_context():
        job = runner.submit("export", user_id, Options(**options), wake_worker=False)
        runner.execute(job.id)
        db.session.refresh(job)
        db.session.expunge(job)
        return job


def test_the_document_is_in_storage_when_it_is_done(
    app: APIFlask, alice: Person, note_id: str, writer: type[FakeWriter]
) -> None:
    job = run(app, alice.id, note_id=note_id, format="pdf", page_size="Letter")
    assert (job.status, job.percent, job.upload_id, job.error) == ("done", 100, None, None)
    assert len(kept(app)) == 1
    assert writer.written[0].template.page_size == "Letter"
    answer = alice.get(f"/api/download/pdf/{note_id}?page_size=Letter")
    assert b"|Letter|" in answer.data and len(writer.written) == 1


def test_what_is_there_is_not_made_again(
    app: APIFlask, alice: Person, note_id: str, writer: type[FakeWriter]
) -> None:
    for _ in range(2):
        assert run(app, alice.id, note_id=note_id, format="pdf").status == "done"
    assert len(writer.written) == 1


def test_without_its_note_it_fails_with_a_sentence(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    gone = run(app, alice.id, note_id="b3a4b8a0-0000-4000-8000-000000000000", format="pdf")
    assert (gone.status, gone.attempts) == ("failed", 1)
    assert gone.error is not None and gone.error["error"] == "Note not found"
    theirs = run(app, bob.id, note_id=add_note(alice), format="pdf")
    assert theirs.status == "failed" and theirs.error == gone.error
    assert kept(app) == []


def test_a_note_deleted_meanwhile_leaves_nothing(
    app: APIFlask, alice: Person, note_id: str, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    def delete() -> None:
        with app.app_context():
            runner.delete_note(db.session.get_one(Note, note_id))

    monkeypatch.setattr(writer, "before", staticmethod(delete))
    with app.app_context():
        options = Options(note_id=note_id, format="pdf")
        assert runner.execute(runner.submit("export", alice.id, options).id)
        assert db.session.scalars(sa.select(Job)).all() == []
    assert len(writer.written) == 1 and kept(app) == []


def test_it_can_be_retried_whatever_other_jobs_there_are(
    app: APIFlask, alice: Person, note_id: str
) -> None:
    failed = run(app, alice.id, note_id="nothing", format="pdf")
    run(app, alice.id, note_id=note_id, format="pdf")
    with app.app_context():
        runner.retry(db.session.get_one(Job, failed.id))
        runner.cancel(db.session.get_one(Job, failed.id))
        with pytest.raises(Conflict):
            runner.cancel(db.session.get_one(Job, failed.id))


def test_it_goes_with_its_user(app: APIFlask, alice: Person, note_id: str) -> None:
    run(app, alice.id, note_id=note_id, format="pdf")
    with app.app_context():
        db.session.execute(sa.delete(Upload))
        db.session.delete(db.session.get_one(User, alice.id))
        db.session.commit()
        assert db.session.scalars(sa.select(Job)).all() == []


def test_a_writer_that_fails_costs_no_note(
    app: APIFlask, alice: Person, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    monkeypatch.setattr(writer, "before", staticmethod(lambda: 1 / 0))
    note_id = alice.make_note()
    assert alice.get(f"/api/notes/{note_id}").status_code == 200
    monkeypatch.setattr(writer, "before", staticmethod(lambda: None))
    assert alice.get(f"/api/download/pdf/{note_id}").status_code == 200


@pytest.mark.parametrize("format", documents.FORMATS)
def test_the_key_tells_all_that_a_document_depends_on(
    app: APIFlask, alice: Person, format: str
) -> None:
    note_id = add_note(alice)
    with app.app_context():
        note = db.session.get_one(Note, note_id)
        export = kept_module.Export.of(note, format, app.config["SETTINGS"])
        beginning = f"documents/{note.upload_id}.0."
    assert export.key == f"{beginning}{export.tag}.{format}"
    assert export.key.startswith(kept_module.keys_of(export.upload_id))


def test_only_what_is_outdated_goes() -> None:
    mine = "documents/one."
    found = [(f"{mine}{name}", 0.0) for name in ("pdf", "2.a.pdf", "10.b.pdf", "10.c.docx")]
    superfluous = set(kept_module._superfluous(found))
    assert superfluous == {f"{mine}pdf", f"{mine}2.a.pdf"}


def test_what_is_made_again_is_the_same_byte_for_byte(app: APIFlask, alice: Person) -> None:
    """Its tag is that of the first one, and somebody may have half of it."""
    note_id = add_note(alice, "Weekly", said=["Hello there.", "Good bye."])
    with app.app_context():
        note = db.session.get_one(Note, note_id)
        exports = [
            kept_module.Export.of(note, f, app.config["SETTINGS"]) for f in documents.FORMATS
        ]
        made = [documents.render(one.format, kept_module.read(one)[1]) for one in exports]
        time.sleep(2.1)  # the clock of a ZIP file ticks every two seconds
        again = [documents.render(one.format, kept_module.read(one)[1]) for one in exports]
    assert [one.format for one, a, b in zip(exports, made, again, strict=True) if a != b] == []
