"""How often somebody may ask: by address, by account, by user; also while Redis is away."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask import request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from talktotext.api.limits import BY_ADDRESS, here
from talktotext.models import AuditEvent
from tests.api.helpers import assert_problem, rows
from tests.conftest import PASSWORD, Person, whole

Make = Callable[..., APIFlask]
WRONG = {"email": "alice@example.com", "password": "not that one"}
RIGHT = {"email": "alice@example.com", "password": PASSWORD}


@pytest.fixture
def limited(make_app: Make) -> Callable[..., APIFlask]:
    """Makes applications that count requests; without a Redis, so in this process."""

    def make(**values: Any) -> APIFlask:
        return make_app(RATELIMIT_ENABLED=True, **values)

    return make


def sign_in(client: FlaskClient, address: str, **body: str) -> TestResponse:
    return client.post("/auth/login", json=body, environ_base={"REMOTE_ADDR": address})


def statuses(client: FlaskClient, address: str, times: int, **body: str) -> list[int]:
    return [sign_in(client, address, **body).status_code for _ in range(times)]


def assert_wait(answer: TestResponse) -> None:
    body = assert_problem(answer, 429, "too_many_requests", "Too many requests")
    assert body["retryable"] and body["hint"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600


def test_an_address_guesses_no_faster_than_it_may(limited: Make) -> None:
    client = limited(RATELIMIT_LOGIN="3 per hour").test_client()
    somebody = {"password": "x"}
    for number in range(3):
        email = f"{number}@example.com"
        assert sign_in(client, "203.0.113.1", email=email, **somebody).status_code == 401
    assert_wait(sign_in(client, "203.0.113.1", email="3@example.com", **somebody))
    assert sign_in(client, "203.0.113.2", email="3@example.com", **somebody).status_code == 401


def test_many_addresses_guess_no_faster_at_one_account(limited: Make) -> None:
    app = limited(RATELIMIT_ACCOUNT="5 per hour")
    Person(app, "Alice")
    client = app.test_client()
    tries = [statuses(client, f"203.0.113.{number}", 1, **WRONG)[0] for number in range(8)]
    assert tries == [401] * 5 + [429] * 3
    # Also with the right password: a guess must not be told apart.
    assert_wait(sign_in(client, "203.0.113.99", **RIGHT))
    other = {**WRONG, "email": "bob@example.com"}
    assert sign_in(client, "203.0.113.99", **other).status_code == 401


def test_the_owner_is_not_locked_out_by_who_guesses(limited: Make) -> None:
    app = limited(RATELIMIT_ACCOUNT="3 per hour")
    Person(app, "Alice")
    client = app.test_client()
    assert statuses(client, "198.51.100.7", 1, **RIGHT) == [200]
    for number in range(5):
        sign_in(client, f"203.0.113.{number}", **{**WRONG, "email": " ALICE@example.com"})
    assert statuses(client, "203.0.113.9", 1, **RIGHT) == [429]
    assert statuses(client, "198.51.100.7", 1, **RIGHT) == [200]


def sign_in_as(client: FlaskClient, address: str, kind: str, **body: str) -> int:
    """Sign in with a body that says to be of another kind; the status."""
    return client.post(
        "/auth/login",
        data=json.dumps(body),
        content_type=kind,
        environ_base={"REMOTE_ADDR": address},
    ).status_code


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_an_account_is_guessed_at_no_faster_whatever_the_body_says_to_be(
    limited: Make, kind: str
) -> None:
    app = limited(RATELIMIT_ACCOUNT="4 per hour")
    Person(app, "Alice"), Person(app, "Bob")
    client = app.test_client()
    assert sign_in_as(client, "198.51.100.7", kind, **RIGHT) == 200
    guesses = [sign_in_as(client, f"203.0.113.{n}", kind, **WRONG) for n in range(5)]
    assert guesses == [401] * 3 + [429] * 2
    assert statuses(client, "203.0.113.9", 1, **RIGHT) == [429]  # it is one account, however
    other = {**RIGHT, "email": "bob@example.com"}
    assert sign_in_as(client, "203.0.113.9", kind, **other) == 200  # and no other one
    assert sign_in_as(client, "198.51.100.7", kind, **RIGHT) == 200


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", "{}", '{"email": null}', '{"email": 7}', '{"email": [1]}']
)
def test_what_names_no_account_shuts_nobody_out(limited: Make, body: str) -> None:
    app = limited(RATELIMIT_ACCOUNT="1 per hour")
    Person(app, "Alice")
    client = app.test_client()
    for _ in range(3):
        answer = client.post("/auth/login", data=body, content_type="application/json")
        assert answer.status_code == 400
    none = {"email": "None", "password": PASSWORD}
    assert statuses(client, "127.0.0.1", 1, **none) == [401]
    assert statuses(client, "127.0.0.1", 1, **RIGHT) == [200]


def test_registering_is_counted_by_address(limited: Make) -> None:
    app = limited(RATELIMIT_REGISTER="2 per minute")
    Person(app, "Alice"), Person(app, "Bob")
    body = {"name": "C", "email": "c@example.com", "password": PASSWORD}
    assert_wait(app.test_client().post("/auth/register", json=body))


def test_an_address_is_counted_whatever_it_asks(limited: Make) -> None:
    client = limited(RATELIMIT_ADDRESS="4 per minute").test_client()
    for path in ("/nope", "/api/notes", "/docs/", "/auth/me"):
        assert whole(client.get(path)).status_code in (200, 401, 404)
    assert_wait(client.get("/api/notes"))


def test_health_and_preflights_are_not_counted(limited: Make) -> None:
    client = limited(RATELIMIT_ADDRESS="1 per minute").test_client()
    ours = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
    for _ in range(5):
        assert client.get("/health").status_code == 200
        assert client.options("/api/notes", headers=ours).status_code == 200
    assert client.get("/api/notes").status_code == 401
    refused = client.get("/api/notes", headers={"Origin": "http://localhost:3000"})
    assert_wait(refused)
    assert refused.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", False),
        ("203.0.113.1", "203.0.113.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "no address", True),
    ],
)
def test_what_counts_as_one_address(limited: Make, first: str, second: str, same: bool) -> None:
    client = limited(RATELIMIT_ADDRESS="1 per minute").test_client()
    for address, status in ((first, 401), (second, 429 if same else 401)):
        answer = client.get("/api/notes", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "not an address", "nowhere"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "1.2.3.4:5, 203.0.113.9:51234", "203.0.113.9"),
        (1, "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]:51234", "2001:db8:1:2::/64"),
        (1, "[::ffff:203.0.113.9]:51234", "203.0.113.9"),
        (1, "[203.0.113.9", "nowhere"),
        (1, "203.0.113.9:", "nowhere"),
        (1, "203.0.113.9:1:2", "nowhere"),
    ],
)
def test_a_proxy_is_believed_when_told_how_many(
    limited: Make, proxies: int, forwarded: str, counted: str
) -> None:
    app = limited(TRUSTED_PROXIES=proxies)
    seen: list[tuple[str, str]] = []
    app.after_request(lambda answer: seen.append((here(), request.url)) or answer)
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    evil = {**headers, "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    app.test_client().get("/nope", headers=evil, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    scheme = "https" if proxies == 1 else "http"
    assert seen == [(counted, f"{scheme}://localhost/nope")]


@pytest.mark.parametrize(
    ("forwarded", "written"),
    [("203.0.113.9:51234", "203.0.113.9"), ("[2001:db8::9]:51234", "2001:db8::9")],
)
def test_a_port_is_not_written_down(make_app: Make, forwarded: str, written: str) -> None:
    app = make_app(TRUSTED_PROXIES=1)
    headers = {"X-Forwarded-For": forwarded}
    assert app.test_client().post("/auth/login", json=WRONG, headers=headers).status_code == 401
    assert [one.address for one in rows(app, AuditEvent)] == [written]


def test_polling_is_no_trouble(limited: Make) -> None:
    """Ten tabs that ask for the status once a second."""
    app = limited()
    alice = Person(app, "Alice")
    upload_id = alice.upload()
    assert {alice.get(f"/api/status/{upload_id}").status_code for _ in range(600)} == {200}


def test_no_more_is_allowed_than_is_set_though_it_is_counted_in_lots(limited: Make) -> None:
    client = limited(RATELIMIT_ADDRESS="1000 per hour").test_client()
    found = [client.get("/nope").status_code for _ in range(1010)]
    assert found == [404] * 1000 + [429] * 10


def test_a_user_is_counted_wherever_they_are(limited: Make) -> None:
    app = limited(RATELIMIT_DEFAULT="3 per minute")
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    for number in range(3):
        answer = app.test_client().get(
            "/auth/me", headers=alice.headers, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"}
        )
        assert answer.status_code == 200
    assert_wait(alice.get("/auth/me"))
    assert bob.get("/auth/me").status_code == 200


def test_recordings_are_counted_by_user(limited: Make) -> None:
    app = limited(RATELIMIT_UPLOAD="2 per hour")
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    alice.upload(), alice.upload()
    assert_wait(alice.send())
    bob.upload()
    assert alice.get("/api/notes").status_code == 200


def test_what_is_counted_by_address_is_there(app: APIFlask) -> None:
    assert set(BY_ADDRESS) <= set(app.view_functions)


def test_limits_can_be_turned_off(make_app: Make) -> None:
    client = make_app(RATELIMIT_ENABLED=False, RATELIMIT_ADDRESS="1 per hour").test_client()
    assert {client.get("/nope").status_code for _ in range(5)} == {404}


@pytest.mark.parametrize("rate", ["often", "5", "5 per fortnight", "-1 per minute"])
def test_a_rate_that_makes_no_sense_is_refused(make_app: Make, rate: str) -> None:
    with pytest.raises(ValueError, match="is not like `10 per minute"):
        make_app(RATELIMIT_LOGIN=rate)
