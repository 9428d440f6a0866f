"""Migrations go up and down on every database we are asked to run on, and leave no drift."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask_migrate import downgrade, upgrade

from talktotext import create_app
from talktotext.extensions import db
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
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


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
