"""Every error has the one shape, whatever came in and whatever broke."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from talktotext.api.request import LETTER
from talktotext.extensions import db
from talktotext.models.base import Base
from tests.api.helpers import assert_problem
from tests.conftest import PASSWORD, Person

JSON = "application/json"
TEXTS = [
    ("POST", "/auth/register", {"name": "x", "email": "x@y.z", "password": PASSWORD, "phone": "1"}),
    ("POST", "/auth/login", {"email": "x@y.z", "password": PASSWORD}),
    ("PATCH", "/auth/me", {"name": "x", "phone": "1"}),
    ("PATCH", "/auth/me", {"password": "a new password", "current_password": PASSWORD}),
]


@pytest.mark.parametrize("path", ["/nope", "/api", "/api/notes/", "/auth/login/x", "/static/x"])
def test_an_unknown_path_is_not_found(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(path), 404, "not_found", "Not found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/auth/login", {"POST", "OPTIONS"}),
        ("PUT", "/auth/me", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
        ("DELETE", "/api/upload", {"POST", "OPTIONS"}),
        ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.open(path, method=method)
    assert_problem(answer, 405, "method_not_allowed", "Method not allowed")
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == allowed


@pytest.mark.parametrize("method, path, body", TEXTS)
@pytest.mark.parametrize(
    "sent",
    ["", "{", "nonsense", '{"a": 1}}', b"\xff\xfe", b"{'a': 1}", '{"a": ' + "1" * 5000 + "}"],
)
def test_broken_json_is_called_that(
    alice: Person, method: str, path: str, body: Any, sent: str | bytes
) -> None:
    answer = alice.client.open(
        path, method=method, data=sent, headers=alice.headers, content_type=JSON
    )
    body = assert_problem(answer, 400, "invalid_request", "The body is not valid JSON")
    assert body["hint"]


@pytest.mark.parametrize("method, path, body", TEXTS[:3])
@pytest.mark.parametrize("sent", ["[]", "[{}]", "7", "1e999", '"text"', "true"])
def test_json_of_the_wrong_shape_is_told_the_right_one(
    alice: Person, method: str, path: str, body: Any, sent: str
) -> None:
    answer = alice.client.open(
        path, method=method, data=sent, headers=alice.headers, content_type=JSON
    )
    assert_problem(answer, 400, "validation_failed", "The body must be a JSON object")


@pytest.mark.parametrize("depth", [800, 900, 930, 950, 960, 970, 980, 990, 1000, 100_000])
def test_json_may_be_nested_as_deeply_as_it_likes(client: FlaskClient, depth: int) -> None:
    for template in ("%s", '{"email": %s, "password": "x"}', '{"x": %s}'):
        nested = template % ("[" * depth + "]" * depth)
        status = 400 if len(nested) <= LETTER else 413
        assert_problem(client.post("/auth/login", data=nested, content_type=JSON), status)


@pytest.mark.parametrize("method, path, body", TEXTS)
def test_no_text_field_takes_what_no_text_can_be(
    alice: Person, method: str, path: str, body: dict[str, str]
) -> None:
    for field in body:
        for value in ("\ud800 lone surrogate", 7, True, ["x"], {"x": "y"}, 1.5):
            sent = json.dumps({**body, field: value})
            answer = alice.client.open(
                path, method=method, data=sent, headers=alice.headers, content_type=JSON
            )
            problem = assert_problem(answer, 400, "validation_failed")
            assert list(problem["fields"]) == [field]
            assert problem["error"].startswith(field)


@pytest.mark.parametrize("method, path, body", TEXTS[:3])
def test_no_line_of_text_takes_a_nul(
    alice: Person, method: str, path: str, body: dict[str, str]
) -> None:
    for field in set(body) - {"password"}:
        answer = alice.client.open(
            path, method=method, json={**body, field: "a\0@b"}, headers=alice.headers
        )
        error = f"{field} must not contain control characters"
        assert_problem(answer, 400, "validation_failed", error)


def test_a_password_may_hold_what_it_likes(client: FlaskClient) -> None:
    body = {"name": "C", "email": "c@example.com", "password": "nul \0 bell \a 密码"}
    assert client.post("/auth/register", json=body).status_code == 201
    assert client.post("/auth/login", json=body).status_code == 200
    cut = {**body, "password": "nul "}
    assert client.post("/auth/login", json=cut).status_code == 401


def test_huge_json_is_too_large(make_app: Callable[..., APIFlask]) -> None:
    client = make_app(MAX_JSON_LENGTH=10_000).test_client()
    for size, status in ((20_000, 413), (9_000, 401)):
        answer = client.post("/auth/login", json={"email": "x" * size, "password": "x"})
        assert_problem(answer, status)
    assert_problem(
        client.post("/auth/login", json={"x": "x" * 20_000}),
        413,
        "file_too_large",
        "File too large",
    )


def test_what_nobody_foresaw_is_answered_without_a_trace(
    make_app: Callable[..., APIFlask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("the secret of /etc/passwd")

    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    answer = app.test_client().get("/broken")
    body = assert_problem(answer, 500, "internal_error", "Internal server error")
    assert "secret" not in json.dumps(body)
    assert "the secret of /etc/passwd" in caplog.text  # the operator is told


def test_a_database_that_is_away_is_told_as_such(
    app: APIFlask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    with app.app_context():
        if db.engine.name != "sqlite":
            pytest.skip("there a missing table is an error in a statement, which this is not about")
        Base.metadata.drop_all(db.engine)
    answer = client.post("/auth/login", json={"email": "x@y.z", "password": "x"})
    body = assert_problem(answer, 503, "service_unavailable")
    assert body["retryable"]
    assert "no such table" in caplog.text
