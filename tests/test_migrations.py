"""Migrations go up and down on every database we are asked to run on, and leave no drift."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask_migrate import downgrade, upgrade

from talktotext import create_app, search
from talktotext.extensions import db
from talktotext.models import ActionItem, Note, NoteIndex, NoteVersion, Segment, Upload, User
from tests.api.helpers import assert_problem
from tests.conftest import Person, make_settings, run_jobs

DATABASES = {"sqlite": "", "postgresql": os.environ.get("TEST_DATABASE_URL", "")}
QUIET = "ignore:.*:DeprecationWarning:alembic"


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[APIFlask]:
    """An application on an empty database."""
    if request.param != "sqlite" and not DATABASES[request.param]:
        pytest.skip("TEST_DATABASE_URL is not set")
    app = create_app(make_settings(tmp_path / "instance", DATABASE_URL=DATABASES[request.param]))
    with app.app_context():
        db.drop_all()
        drop_version()
        yield app
        db.session.remove()
        db.drop_all()
        drop_version()
        db.engine.dispose()


def drop_version() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))


def tables() -> set[str]:
    """All but Alembic's own and the insides of full-text search."""
    names = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith("note_words")}


def flask(app: APIFlask) -> Callable[..., tuple[int, str]]:
    def run(*args: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=args)
        return result.exit_code, result.output

    return run


def test_up_makes_every_table_and_down_leaves_none(app: APIFlask) -> None:
    upgrade()
    assert tables() == set(db.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(db.metadata.tables)


def test_step_by_step_it_goes_both_ways(app: APIFlask) -> None:
    run = flask(app)
    upgrade()
    while tables():
        before = tables()
        assert run("db", "downgrade")[0] == 0
        assert run("db", "upgrade", "+1")[0] == 0
        assert tables() == before
        assert run("db", "downgrade")[0] == 0


def test_there_is_no_drift(app: APIFlask) -> None:
    run = flask(app)
    assert run("db", "check")[0] != 0  # an empty database is behind
    upgrade()
    code, output = run("db", "check")
    assert code == 0, output


def columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(db.engine).get_columns(table)}


def old_rows() -> None:
    """A user's note as version 0001 kept it."""
    moment = "'2026-11-20 11:00:00'"
    for statement in (
        f"INSERT INTO users (name, email, password_hash, created_at)"
        f" VALUES ('A', 'a', '', {moment})",
        f"INSERT INTO recordings VALUES ('recordings/1', 1, 'ab', 3, {moment})",
        "INSERT INTO uploads (id, user_id, file_path, language, status, progress, created_at)"
        f" VALUES ('u', 1, 'recordings/1', 'en', 'done', '{{}}', {moment})",
        "INSERT INTO notes (id, upload_id, user_id, title, abstract_summary, key_points,"
        " action_items, sentiment, participants, meeting_type, transcript, language, duration,"
        " complete, engine, document, created_at) VALUES ('n', 'u', 1, 'T', '', '[]',"
        " '[{\"text\": \"Call\"}]', '{}',"
        f" '[]', 'general', 'Hello.', 'en', 3, true, 'fake', '{{\"title\": \"T\", \"action_items\":"
        f' [{{"text": "Call", "due_date": "2026-11-20"}}]}}\', {moment})',
        'INSERT INTO segments (upload_id, "index", start, "end", text, words, flags)'
        " VALUES ('u', 0, 0, 3, 'Hello.', '[]', '[]')",
    ):
        with db.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_database_in_use_goes_up_and_down_with_all_that_is_in_it(app: APIFlask) -> None:
    upgrade(revision="0001")
    old_rows()
    upgrade()
    user, upload, note = (db.session.scalars(sa.select(m)).one() for m in (User, Upload, Note))
    assert (user.vocabulary, upload.engine, upload.vocabulary) == ([], None, [])
    assert user.note_count == 1
    assert (note.take, note.revision, note.transcription, note.speaker_names) == (0, 0, {}, {})
    assert note.notes.title == "T"
    found = db.session.scalars(sa.select(NoteIndex)).one()
    assert (found.note_id, found.title, found.transcript) == ("n", " t ", " hello ")
    assert (found.created_at, found.open_items) == (note.created_at, 1)
    assert db.session.scalars(sa.select(ActionItem.due_date)).one() == date(2026, 11, 20)
    item_id = str(uuid5(NAMESPACE_URL, "talktotext:n/Call/1"))
    assert [item.id for item in note.notes.action_items] == [item_id]
    assert note.action_items == [{"text": "Call", "id": item_id}]
    by_words = sa.select(NoteIndex.note_id).where(search.holding(1, search.parse("t hel")))
    assert db.session.scalars(by_words).all() == ["n"]
    version = db.session.scalars(sa.select(NoteVersion)).one()
    assert (version.number, version.origin, version.engine) == (1, "analysis", None)
    assert (version.changes, version.take, version.speaker_names) == ([], 0, {})
    assert (version.document, version.created_at) == (note.document, note.created_at)
    segment = db.session.scalars(sa.select(Segment)).one()
    assert (segment.take, segment.text) == (0, "Hello.")
    note.take = 1
    db.session.add(Segment.of("u", segment.plain().model_copy(update={"text": "Better."}), 1))
    db.session.commit()
    db.session.remove()
    downgrade(revision="0001")
    assert "take" not in columns("segments") | columns("notes")
    with db.engine.connect() as connection:
        assert connection.scalars(sa.text("SELECT text FROM segments")).all() == ["Better."]
        assert connection.scalars(sa.text("SELECT id FROM notes")).all() == ["n"]
        kept = connection.execute(sa.text("SELECT document, action_items FROM notes")).one()
        assert item_id not in f"{kept}"


def test_the_migrated_database_works(app: APIFlask) -> None:
    upgrade()
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    upload_id = alice.upload()
    run_jobs(app)
    note_id = alice.get(f"/api/status/{upload_id}").json["note_id"]
    assert alice.get(f"/api/notes/{note_id}").status_code == 200
    assert_problem(bob.get(f"/api/notes/{note_id}"), 404)


def test_an_upgrade_twice_changes_nothing(app: APIFlask) -> None:
    upgrade()
    alice = Person(app, "Alice")
    upgrade()
    assert alice.get("/auth/me").status_code == 200
