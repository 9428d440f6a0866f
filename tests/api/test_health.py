"""Is it up, and what is missing."""

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.stack import Stack


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_without_a_queue_it_is_degraded(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.json == {"status": "degraded", "database": "ok", "queue": "unreachable"}


def test_without_a_database_it_is_down(make_app: Callable[..., APIFlask]) -> None:
    app = make_app()
    gone = {"DATABASE_URL": "postgresql://127.0.0.1:1/gone"}
    away = make_app_without_tables(app, **gone)
    answer = away.test_client().get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "down", "database": "unreachable", "queue": "unreachable"}


def make_app_without_tables(app: APIFlask, **values: str) -> APIFlask:
    from talktotext import create_app
    from tests.conftest import make_settings

    return create_app(make_settings(app.config["SETTINGS"].INSTANCE_FOLDER, **values))


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_with_all_there_it_is_ok(stack: Stack) -> None:
    assert stack.health() == {"status": "ok", "database": "ok", "queue": "ok"}
