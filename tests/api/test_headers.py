"""What browsers are told, on every answer whatever became of the request."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Person, whole

MakeApp = Callable[..., APIFlask]
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def assert_careful(answer: TestResponse) -> None:
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] in ("no-store", "private, no-cache", "no-cache")
    assert "Origin" in headers["Vary"]
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-ID"])
    assert not re.search(r"\d", headers.get("Server", ""))
    for one in ("X-Powered-By", "Strict-Transport-Security"):
        assert one not in headers
    assert len(headers.getlist("Content-Security-Policy")) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/", 302),
        ("GET", "/docs", 308),
        ("GET", "/docs/", 200),
        ("GET", "/docs/swagger-ui.css", 200),
        ("GET", "/openapi.json", 200),
        ("OPTIONS", "/api/notes", 200),
        ("GET", "/nope", 404),
        ("GET", "/docs/../../etc/passwd", 404),
        ("GET", "/api/%00", 404),
        ("DELETE", "/auth/login", 405),
        ("TRACE", "/api/notes", 405),
        ("GET", "/api/notes", 401),
        ("POST", "/auth/login", 400),
    ],
)
def test_every_answer_has_them(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = whole(client.open(path, method=method))
    assert answer.status_code == status
    assert_careful(answer)


def test_so_has_what_is_too_large(client: FlaskClient) -> None:
    answer = client.post("/auth/login", data=b"{" * 2_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert_careful(answer)


def test_so_has_what_nobody_foresaw(make_app: MakeApp) -> None:
    app = make_app()

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError

    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert_careful(answer)
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_only_the_page_runs_scripts_and_none_that_stand_in_it(client: FlaskClient) -> None:
    page = whole(client.get("/docs/"))
    policy = dict(one.split(" ", 1) for one in page.headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == "'self'"
    assert {name for name, value in policy.items() if "unsafe" in value} == {"style-src"}
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:|<style", page.text)
    for path in ("/health", "/nope", "/openapi.json"):
        assert client.get(path).headers["Content-Security-Policy"] == SANDBOX


@pytest.mark.parametrize("path", ["/auth/login", "/auth/register", "/auth/forgot"])
def test_nobody_keeps_what_is_about_accounts(client: FlaskClient, path: str) -> None:
    assert client.post(path, json={}).headers["Cache-Control"] == "no-store"


def test_nobody_keeps_tokens_or_who_somebody_is(alice: Person) -> None:
    for path in ("/auth/me", "/api/sessions", "/api/tokens"):
        assert alice.get(path).headers["Cache-Control"] == "no-store"
    body = {"email": alice.email, "password": "wrong password"}
    assert alice.client.post("/auth/login", json=body).headers["Cache-Control"] == "no-store"


def test_notes_are_asked_for_again_each_time(alice: Person) -> None:
    assert alice.get("/api/notes").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("what", ["/api/notes/{}/audio", "/api/download/pdf/{}"])
def test_nothing_uploaded_is_ever_shown_in_place(alice: Person, what: str) -> None:
    note_id = alice.make_note(name="evil.html")
    answer = alice.get(what.format(note_id))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == SANDBOX
    assert not answer.mimetype.startswith("text/")


def test_https_is_to_stay_where_it_is(make_app: MakeApp) -> None:
    client = make_app().test_client()
    secure = client.get("/health", base_url="https://talk.example")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("proxies", "told"), [(0, False), (1, True)])
def test_a_proxy_is_believed_that_it_was_https_only_where_there_is_one(
    make_app: MakeApp, proxies: int, told: bool
) -> None:
    client: Any = make_app(TRUSTED_PROXIES=proxies).test_client()
    answer = client.get("/health", headers={"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer.headers) is told


@pytest.mark.parametrize("shown", ["f47ac10b-58cc-4372-a567-0e02b2c3d479", "Root_1-67891233.abc"])
def test_the_name_a_proxy_gave_the_request_stays(client: FlaskClient, shown: str) -> None:
    answer = client.get("/health", headers={"X-Request-ID": shown})
    assert answer.headers["X-Request-ID"] == shown


@pytest.mark.parametrize(
    "shown", ["", "short", "a" * 101, "with space", "<script>1", "ünïcödéüü", "a;b=cdefgh"]
)
def test_one_that_is_no_name_does_not(client: FlaskClient, shown: str) -> None:
    answer = client.get("/health", headers={"X-Request-ID": shown})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
