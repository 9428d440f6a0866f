"""Tokens as cookies: what browsers are given, and what other people's pages cannot do with it."""

import json
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.accounts import bearer
from tests.api.helpers import assert_not_authenticated, assert_problem
from tests.conftest import PASSWORD, Person

MakeApp = Callable[..., APIFlask]


class Browser:
    """Somebody who signs in with cookies, and keeps what a page would."""

    def __init__(self, app: APIFlask, name: str = "Carol"):
        self.client, self.email = app.test_client(), f"{name.lower()}@example.com"
        body = {"name": name, "email": self.email, "password": PASSWORD, "cookies": True}
        self.signed = self.client.post("/auth/register", json=body)
        assert self.signed.status_code == 201, self.signed.json
        self.csrf = self.signed.json["csrf_token"]
        self.csrf_refresh = self.signed.json["csrf_refresh_token"]

    def rename(self, csrf: str | None = None) -> TestResponse:
        headers = {"X-CSRF-Token": csrf} if csrf is not None else {}
        return self.client.patch("/auth/me", json={"name": "Changed"}, headers=headers)

    def name(self) -> str:
        return str(self.client.get("/auth/me").json["name"])


@pytest.fixture
def app(make_app: MakeApp) -> APIFlask:
    return make_app(AUTH_COOKIES=True)


@pytest.fixture
def carol(app: APIFlask) -> Browser:
    return Browser(app)


def set_cookies(answer: TestResponse) -> dict[str, Any]:
    """The cookies of an answer, by name."""
    jar: SimpleCookie = SimpleCookie()
    for one in answer.headers.getlist("Set-Cookie"):
        jar.load(one)
    return dict(jar)


def test_the_page_never_sees_the_tokens(carol: Browser) -> None:
    assert set(carol.signed.json) == {"user", "csrf_token", "csrf_refresh_token"}
    cookies = set_cookies(carol.signed)
    assert set(cookies) == {"access", "refresh", "csrf_access", "csrf_refresh"}
    for name in ("access", "refresh"):
        assert cookies[name]["httponly"]
        assert cookies[name].value not in carol.signed.text
    for cookie in cookies.values():
        assert cookie["samesite"] == "Strict"
        assert not cookie["domain"]
    assert cookies["refresh"]["path"] == "/auth/refresh"
    assert cookies["csrf_access"].value == carol.csrf
    assert not cookies["csrf_access"]["httponly"]


def test_in_production_they_go_by_https_only_and_for_this_host_only(make_app: MakeApp) -> None:
    keys = {"SECRET_KEY": "s" * 40, "JWT_SECRET_KEY": "j" * 40}
    browser = Browser(make_app(AUTH_COOKIES=True, FLASK_ENV="production", **keys))
    cookies = set_cookies(browser.signed)
    assert {"__Host-access", "__Secure-refresh"} < set(cookies)
    assert all(cookie["secure"] for cookie in cookies.values())
    assert cookies["__Host-access"]["path"] == "/"


def test_who_signed_in_is_known_and_may_change_things(carol: Browser) -> None:
    assert carol.name() == "Carol"
    assert carol.rename(carol.csrf).status_code == 200
    assert carol.name() == "Changed"


def test_who_does_not_ask_for_cookies_gets_none(app: APIFlask) -> None:
    alice = Person(app, "Alice")
    body = {"email": alice.email, "password": PASSWORD}
    answer = alice.client.post("/auth/login", json=body)
    assert set(answer.json) == {"token", "refresh_token", "user"}
    assert set_cookies(answer) == {}


def test_where_there_are_none_that_is_said_and_nothing_done(make_app: MakeApp) -> None:
    client = make_app().test_client()
    body = {"name": "Al", "email": "al@example.com", "password": PASSWORD, "cookies": True}
    refused = client.post("/auth/register", json=body)
    assert_problem(refused, 400, "invalid_request", "There are no cookies here")
    assert client.post("/auth/register", json={**body, "cookies": False}).status_code == 201
    again = client.post("/auth/login", json={**body})
    assert_problem(again, 400, "invalid_request", "There are no cookies here")


def test_where_there_are_none_a_token_in_one_is_not_looked_at(make_app: MakeApp) -> None:
    alice = Person(make_app(), "Alice")
    for name in ("access", "access_token_cookie", "__Host-access"):
        alice.client.set_cookie(name, alice.tokens["token"])
    assert_not_authenticated(alice.client.get("/auth/me"))


@pytest.mark.parametrize("csrf", [None, "", "x", "0" * 36])
def test_another_page_cannot_act_for_her(carol: Browser, csrf: str | None) -> None:
    assert_problem(carol.rename(csrf), 403, "csrf_failed")
    for method, path in (("POST", "/auth/logout"), ("DELETE", "/api/sessions")):
        answer = carol.client.open(path, method=method, headers={"Origin": "http://evil.example"})
        assert_problem(answer, 403, "csrf_failed")
    assert carol.name() == "Carol"


def test_nor_by_a_form_which_needs_nobody_s_leave(carol: Browser) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
        answer = carol.client.post(
            "/api/upload", data=f"csrf_token={carol.csrf}&url=http://x.example", content_type=kind
        )
        assert_problem(answer, 403, "csrf_failed")


def test_nor_with_the_token_of_somebody_else(app: APIFlask, carol: Browser) -> None:
    mallory = Browser(app, "Mallory")
    assert_problem(carol.rename(mallory.csrf), 403, "csrf_failed")
    carol.client.set_cookie("csrf_access", mallory.csrf)  # planted from a host beside ours
    assert_problem(carol.rename(mallory.csrf), 403, "csrf_failed")
    assert carol.name() == "Carol"


def test_nor_with_that_of_her_refresh_token(carol: Browser) -> None:
    assert_problem(carol.rename(carol.csrf_refresh), 403, "csrf_failed")


def test_a_method_in_a_header_is_no_way_around(carol: Browser) -> None:
    answer = carol.client.post("/api/files/x", headers={"X-HTTP-Method-Override": "DELETE"})
    assert_problem(answer, 403, "csrf_failed")


def test_nobody_is_signed_in_by_another_page(app: APIFlask) -> None:
    client = app.test_client()
    body = json.dumps({"email": Browser(app).email, "password": PASSWORD, "cookies": True})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):  # without a preflight
        answer = client.post("/auth/login", data=body, content_type=kind)
        assert_problem(answer, 403, "csrf_failed")
        assert set_cookies(answer) == {}


def test_a_bearer_needs_no_such_token_and_comes_first(app: APIFlask, carol: Browser) -> None:
    alice = Person(app, "Alice")
    body = {"name": "Changed"}
    answer = carol.client.patch("/auth/me", json=body, headers=alice.headers)
    assert (answer.status_code, answer.json["id"]) == (200, alice.id)
    assert carol.name() == "Carol"
    assert_not_authenticated(carol.client.get("/auth/me", headers=bearer("nonsense")))
    assert_not_authenticated(carol.client.get("/auth/me", headers=bearer("ttt_1_nonsense")))


def test_tokens_are_traded_cookie_for_cookie(carol: Browser) -> None:
    def refresh(csrf: str) -> TestResponse:
        return carol.client.post("/auth/refresh", headers={"X-CSRF-Token": csrf})

    assert_problem(refresh(carol.csrf), 403, "csrf_failed")
    answer = refresh(carol.csrf_refresh)
    assert answer.status_code == 200
    assert set(answer.json) == {"csrf_token", "csrf_refresh_token"}
    assert set(set_cookies(answer)) == {"access", "refresh", "csrf_access", "csrf_refresh"}
    assert_problem(carol.rename("old"), 403)
    assert carol.rename(answer.json["csrf_token"]).status_code == 200


def test_signing_out_takes_them_back(carol: Browser) -> None:
    kept = set_cookies(carol.signed)["access"].value
    answer = carol.client.post("/auth/logout", headers={"X-CSRF-Token": carol.csrf})
    assert answer.status_code == 204
    gone = set_cookies(answer)
    assert set(gone) == {"access", "refresh", "csrf_access", "csrf_refresh"}
    assert all(cookie.value == "" for cookie in gone.values())
    assert gone["refresh"]["path"] == "/auth/refresh"
    assert_not_authenticated(carol.client.get("/auth/me"))
    carol.client.set_cookie("access", kept)  # somebody had a copy
    assert_not_authenticated(carol.client.get("/auth/me"))


@pytest.mark.parametrize("value", ["", "garbage", "a.b.c", "ttt_1_abc", "eyJhbGciOiJub25lIn0.e30."])
def test_a_cookie_that_is_no_token_is_none(app: APIFlask, value: str) -> None:
    client: FlaskClient = app.test_client()
    client.set_cookie("access", value)
    assert_not_authenticated(client.get("/auth/me"))


def test_what_is_hers_is_not_bob_s(app: APIFlask, carol: Browser) -> None:
    bob = Browser(app, "Bob")
    (session,) = carol.client.get("/api/sessions").json
    refused = bob.client.delete(
        f"/api/sessions/{session['id']}", headers={"X-CSRF-Token": bob.csrf}
    )
    assert_problem(refused, 404)
    assert carol.name() == "Carol"
