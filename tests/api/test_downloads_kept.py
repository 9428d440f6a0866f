"""Documents that are kept: built once, until something they depend on is another."""

from pathlib import Path
from threading import Semaphore, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import documents, runner
from talktotext.errors import StorageFull
from talktotext.extensions import db
from talktotext.jobs import kept as kept_module
from talktotext.models import Note, Segment
from talktotext.storage.local import LocalStorage
from tests.api.exports import ask, kept, writer
from tests.api.helpers import add_note, assert_problem
from tests.conftest import Person, run_jobs
from tests.documents.fake_writer import FakeWriter

__all__ = ["writer"]


@pytest.fixture
def path(alice: Person, writer: type[FakeWriter]) -> str:
    return f"/api/download/pdf/{add_note(alice, 'Weekly', said=['Hello there.'])}"


def test_it_is_built_once(alice: Person, path: str, writer: type[FakeWriter]) -> None:
    first = ask(alice, path)
    assert [ask(alice, path).data for _ in range(3)] == [first.data] * 3
    assert len(writer.written) == len(kept(alice.app)) == 1


def test_it_is_built_anew_when_the_note_changes(
    alice: Person, path: str, writer: type[FakeWriter]
) -> None:
    before = ask(alice, path)
    assert alice.patch(f"/api/notes/{path[-36:]}", json={"title": "Monthly"}).status_code == 200
    after = ask(alice, path)
    assert after.data.startswith(b"Monthly|")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert "Monthly.pdf" in after.headers["Content-Disposition"]
    assert len(kept(alice.app)) == 1, "the outdated one went"


def test_it_is_built_anew_when_a_speaker_is_renamed(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter]
) -> None:
    with app.app_context():
        db.session.execute(sa.update(Segment).values(speaker="Speaker 1"))
        db.session.commit()
    before = ask(alice, path)
    renamed = alice.patch(f"/api/notes/{path[-36:]}/speakers", json={"Speaker 1": "Maria"})
    assert renamed.status_code == 200
    assert ask(alice, path).headers["ETag"] != before.headers["ETag"]
    assert len(writer.written) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOCUMENT_PAGE_SIZE", "Letter"),
        ("DOCUMENT_ACCENT", "#112233"),
        ("DOCUMENT_SECTIONS", ["summary"]),
        ("BASE_URL", "https://notes.example"),
    ],
)
def test_it_is_built_anew_when_a_setting_changes(
    alice: Person, path: str, writer: type[FakeWriter], name: str, value: Any
) -> None:
    before = ask(alice, path)
    setattr(alice.app.config["SETTINGS"], name, value)
    after = ask(alice, path)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert len(writer.written) == 2
    assert after.data != before.data


def test_it_is_built_anew_by_other_writers(
    alice: Person, path: str, writer: type[FakeWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(alice, path)
    monkeypatch.setattr(kept_module, "version", lambda: "another")
    assert ask(alice, path).headers["ETag"] != before.headers["ETag"]
    assert len(writer.written) == 2


def test_what_a_job_makes_of_a_note_anew_outdates_its_documents(
    app: APIFlask, alice: Person
) -> None:
    note_id = alice.make_note()
    before = kept(app)
    assert alice.post(f"/api/notes/{note_id}/regenerate", json={}).status_code == 200
    run_jobs(app)
    assert len(before) == 2 and kept(app) == []
    assert alice.get(f"/api/download/pdf/{note_id}").status_code == 200
    assert len(kept(app)) == 1


def test_no_more_than_so_many_looks_of_it_are_kept(
    alice: Person, path: str, writer: type[FakeWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_module, "VARIANTS", 3)
    for number in range(6):
        assert ask(alice, f"{path}?accent=00000{number}").status_code == 200
    assert len(kept(alice.app)) == 3
    ask(alice, f"{path}?accent=000005")
    assert len(writer.written) == 6, "the newest are kept"


def test_what_says_the_same_is_the_same_document(
    alice: Person, path: str, writer: type[FakeWriter]
) -> None:
    same = ("", "?page_size=a4", "?accent=%230b6174", "?accent=0B6174", "?logo=true", "?x=y")
    same = (*same, f"?sections={','.join(documents.template.PARTS)}")
    assert len({ask(alice, path + query).headers["ETag"] for query in same}) == 1
    assert len(writer.written) == 1


def test_documents_go_with_their_note(alice: Person, bob: Person, path: str) -> None:
    ask(alice, path)
    ask(alice, f"{path}?page_size=Letter")
    other = f"/api/download/pdf/{add_note(bob)}"
    ask(bob, other)
    assert len(kept(alice.app)) == 3
    assert alice.delete(f"/api/notes/{path[-36:]}").status_code == 204
    assert len(kept(alice.app)) == 1
    assert_problem(ask(alice, path), 404, "not_found", "Note not found")
    assert ask(bob, other).status_code == 200


def test_short_texts_are_not_kept(alice: Person, path: str) -> None:
    for extension in set(documents.FORMATS) - {"pdf", "docx"}:
        assert ask(alice, path.replace("/pdf/", f"/{extension}/")).status_code == 200
    assert kept(alice.app) == []


def test_long_texts_are_kept(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "LARGE", 10)
    path = f"/api/download/srt/{add_note(alice, said=['Hello there, all of you.'])}"
    first = ask(alice, path)
    assert [name.rpartition(".")[2] for name in kept(alice.app)] == ["srt"]
    assert ask(alice, path).data == first.data


def test_a_document_that_is_there_is_given_though_the_disk_is_full(
    alice: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageFull

    monkeypatch.setattr(LocalStorage, "keep", full)
    answer = ask(alice, path)
    assert (answer.status_code, answer.data[:7]) == (200, b"Weekly|")
    assert kept(alice.app) == []


def test_many_at_once_build_it_once(
    alice: Person, path: str, writer: type[FakeWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talktotext.api.exporting.slots", Semaphore(1))
    answers: list[bytes] = []
    threads = [Thread(target=lambda: answers.append(ask(alice, path).data)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8 and len(set(answers)) == 1
    assert len(writer.written) == 1


def test_no_connection_is_held_while_it_is_built(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    held: list[int] = []
    with app.app_context():
        pool: Any = db.engine.pool
    monkeypatch.setattr(writer, "before", staticmethod(lambda: held.append(pool.checkedout())))
    assert ask(alice, path).status_code == 200
    assert held == [0]


def test_a_note_that_changes_while_it_is_built_is_not_taken_for_the_old_one(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    before = ask(alice, path).headers["ETag"]
    read = kept_module.read

    def edited_before(export: Any) -> Any:
        with app.app_context():
            change = {"revision": Note.revision + 1, "title": "Later"}
            db.session.execute(sa.update(Note).values(**change))
            db.session.commit()
        return read(export)

    monkeypatch.setattr("talktotext.api.exporting.read", edited_before)
    answer = ask(alice, f"{path}?page_size=Letter")
    monkeypatch.undo()
    monkeypatch.setitem(documents.FORMATS, "pdf", "tests.documents.fake_writer:FakeWriter")
    after = ask(alice, f"{path}?page_size=Letter")
    assert answer.headers["ETag"] == after.headers["ETag"] != before


def test_a_note_deleted_while_it_is_built_leaves_nothing(
    app: APIFlask, alice: Person, path: str, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    def delete() -> None:
        with app.app_context():
            runner.delete_note(db.session.scalars(sa.select(Note)).one())

    monkeypatch.setattr(writer, "before", staticmethod(delete))
    assert ask(alice, path).status_code == 200
    assert kept(app) == []
    assert_problem(ask(alice, path), 404, "not_found", "Note not found")


def test_one_that_vanishes_is_asked_for_again(
    alice: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(alice, path)
    monkeypatch.setattr(LocalStorage, "size", lambda *_: 5)
    folder = Path(alice.app.config["UPLOAD_FOLDER"])
    for file in (folder / "documents").iterdir():
        file.unlink()
    answer = ask(alice, path)
    assert_problem(answer, 503, "document_in_progress", "The document has just been replaced")
    assert answer.headers["Retry-After"] == "5"
