"""Browsers: whose pages may call, what they may send and what they may read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import ValidationError

from talktotext.flask_config import TUS_HEADERS
from tests.conftest import make_settings

OURS, THEIRS = "http://localhost:3000", "http://evil.example"
SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Range",
    "X-Request-ID",
    "X-Requested-With",
)
READ = (
    *("Content-Disposition", "Link", "X-Total-Count", "ETag", "Retry-After", "Location"),
    *("Accept-Ranges", "Content-Range", "X-Request-ID"),
)
TUS = ("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum")


def preflight(client: FlaskClient, path: str, origin: str, method: str, *headers: str):  # type: ignore[no-untyped-def]
    asked = {"Access-Control-Request-Method": method}
    if headers:
        asked["Access-Control-Request-Headers"] = ", ".join(headers)
    return client.options(path, headers={"Origin": origin, **asked})


def listed(value: str) -> set[str]:
    return {name.strip().lower() for name in value.split(",")}


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/upload", "POST"),
        ("/auth/me", "PATCH"),
        ("/api/notes", "GET"),
        ("/api/notes/x", "DELETE"),
    ],
)
def test_a_preflight_of_ours_may_send_what_the_frontend_sends(
    client: FlaskClient, path: str, method: str
) -> None:
    answer = preflight(client, path, OURS, method, *SENT, *TUS)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert method in answer.headers["Access-Control-Allow-Methods"]
    allowed = listed(answer.headers["Access-Control-Allow-Headers"])
    assert allowed == {name.lower() for name in (*SENT, *TUS)}
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_a_header_nobody_sends_is_not_allowed(client: FlaskClient) -> None:
    answer = preflight(client, "/api/upload", OURS, "POST", "Authorization", "X-Evil")
    assert listed(answer.headers["Access-Control-Allow-Headers"]) == {"authorization"}


def test_answers_may_be_read(client: FlaskClient) -> None:
    answer = client.get("/health", headers={"Origin": OURS})
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    exposed = listed(answer.headers["Access-Control-Expose-Headers"])
    assert {name.lower() for name in (*READ, *TUS_HEADERS)} <= exposed


def test_another_origin_gets_nothing(client: FlaskClient) -> None:
    for answer in (
        preflight(client, "/api/upload", THEIRS, "POST", "Authorization"),
        client.get("/health", headers={"Origin": THEIRS}),
        client.get("/health", headers={"Origin": OURS + ".evil.example"}),
        client.get("/health", headers={"Origin": "null"}),
    ):
        assert [name for name in dict(answer.headers) if "access-control" in name.lower()] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("DELETE", "/auth/login", 405),
        ("GET", "/api/notes", 401),
        ("POST", "/auth/login", 400),
    ],
)
def test_errors_may_be_read_too(client: FlaskClient, method: str, path: str, status: int) -> None:
    ours = client.open(path, method=method, headers={"Origin": OURS})
    assert ours.status_code == status
    assert ours.headers["Access-Control-Allow-Origin"] == OURS
    theirs = client.open(path, method=method, headers={"Origin": THEIRS})
    assert "Access-Control-Allow-Origin" not in theirs.headers


def test_so_may_what_nobody_foresaw(make_app: Callable[..., APIFlask]) -> None:
    app = make_app()

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError

    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    answer = app.test_client().get("/broken", headers={"Origin": OURS})
    assert answer.status_code == 500
    assert answer.headers["Access-Control-Allow-Origin"] == OURS


def test_several_origins_are_each_let_in(make_app: Callable[..., APIFlask]) -> None:
    origins = ["https://a.example", "https://b.example"]
    client = make_app(CORS_ORIGINS=origins).test_client()
    for origin in origins:
        answer = client.get("/health", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in answer.headers["Vary"]
    refused = client.get("/health", headers={"Origin": OURS})
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize(
    "alike",
    [
        "http://localhost:3000.evil.com",
        "http://localhost:30000",
        "http://localhost:300",
        "http://localhost",
        "https://localhost:3000",
        "http://evil.com/http://localhost:3000",
        "http://evil.com#http://localhost:3000",
        "http://localhost:3000@evil.com",
        "http://xlocalhost:3000",
        "http://localhost:3000/",
        "http://localhost:3000 http://evil.com",
        "null",
        "file://",
        "*",
    ],
)
def test_what_only_looks_like_ours_gets_nothing(client: FlaskClient, alike: str) -> None:
    for answer in (
        client.get("/health", headers={"Origin": alike}),
        preflight(client, "/auth/me", alike, "PATCH", "Authorization"),
    ):
        assert [name for name in dict(answer.headers) if "access-control" in name.lower()] == []
        assert "Origin" in answer.headers["Vary"]


def test_a_dot_is_a_dot(make_app: Callable[..., APIFlask]) -> None:
    client = make_app(CORS_ORIGINS=["https://app.example.com"]).test_client()
    for alike in ("https://appxexample.com", "https://app.example.com.evil.com"):
        answer = client.get("/health", headers={"Origin": alike})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_address_in_brackets_is_no_pattern(make_app: Callable[..., APIFlask]) -> None:
    ours = "http://[2001:db8::1]"
    client = make_app(CORS_ORIGINS=[ours], AUTH_COOKIES=True).test_client()
    for origin, told in {
        ours: ours,
        ours.upper(): ours.upper(),
        "http://d.evil.example": None,
        "http://2": None,
        "http://2.evil.example": None,
        f"{ours}.evil.example": None,
        f"{ours}:8000": None,
        f"{ours}\n": None,
    }.items():
        answer = client.get("/health", environ_overrides={"HTTP_ORIGIN": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == told
        allowed = "true" if told else None
        assert answer.headers.get("Access-Control-Allow-Credentials") == allowed


def test_who_else_is_named_beside_all_changes_nothing(make_app: Callable[..., APIFlask]) -> None:
    client = make_app(CORS_ORIGINS=["*", OURS]).test_client()
    for origin in (OURS, THEIRS):
        answer = client.get("/health", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_names_of_hosts_have_no_case(client: FlaskClient) -> None:
    answer = client.get("/health", headers={"Origin": "http://LOCALHOST:3000"})
    assert answer.headers["Access-Control-Allow-Origin"] == "http://LOCALHOST:3000"


def test_who_names_no_origin_is_told_of_none(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_all_may_be_let_in_but_with_nothing_of_their_own(make_app: Callable[..., APIFlask]) -> None:
    client = make_app(CORS_ORIGINS=["*"]).test_client()
    for answer in (
        client.get("/health", headers={"Origin": THEIRS}),
        preflight(client, "/auth/me", THEIRS, "PATCH", "Authorization"),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_cookies_are_for_ours_and_only_where_there_are_cookies(
    make_app: Callable[..., APIFlask], client: FlaskClient
) -> None:
    with_cookies = make_app(AUTH_COOKIES=True).test_client()
    allowed = preflight(with_cookies, "/auth/me", OURS, "PATCH", "X-CSRF-Token")
    assert allowed.headers["Access-Control-Allow-Credentials"] == "true"
    assert allowed.headers["Access-Control-Allow-Origin"] == OURS
    assert listed(allowed.headers["Access-Control-Allow-Headers"]) == {"x-csrf-token"}
    refused = preflight(with_cookies, "/auth/me", THEIRS, "PATCH", "X-CSRF-Token")
    without = preflight(client, "/auth/me", OURS, "PATCH", "X-CSRF-Token")
    for answer in (refused, without):
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.example.com",
        r"https://.*\.example\.com",
        "null",
        "example.com",
        "https://example.com/app",
        "https://user@example.com",
        "https://Example.com",
        "ftp://example.com",
    ],
)
def test_what_is_no_origin_is_not_taken_for_a_pattern(tmp_path: Path, origin: str) -> None:
    with pytest.raises(ValidationError, match="which is not like"):
        make_settings(tmp_path, CORS_ORIGINS=[origin])


def test_cookies_for_all_origins_are_refused(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, CORS_ORIGINS=["*"], AUTH_COOKIES=True)
    (problem,) = settings.problems()
    assert "Name the origins of your frontend in CORS_ORIGINS." in str(problem)
