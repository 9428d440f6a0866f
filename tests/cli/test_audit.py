"""`flask audit …`."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from click.testing import Result

from talktotext import audit
from talktotext.accounts import users
from talktotext.extensions import db
from talktotext.models import AuditEvent, now
from tests.api.accounts import sign_in
from tests.conftest import PASSWORD, Person

Run = Callable[..., Result]


@pytest.fixture
def run(app: APIFlask) -> Run:
    return lambda *args: app.test_cli_runner().invoke(args=["audit", "list", *args])


def lines(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split(maxsplit=5) for line in result.output.splitlines()]


def test_events_are_listed_newest_first(run: Run, alice: Person, bob: Person) -> None:
    sign_in(bob.client, bob.email, "wrong")
    sign_in(bob.client, "nobody@example.com", "wrong")
    found = lines(run())
    assert [(line[2], line[3], line[4]) for line in found] == [
        ("login.failed", "–", "127.0.0.1"),
        ("login.failed", bob.email, "127.0.0.1"),
        ("user.registered", bob.email, "127.0.0.1"),
        ("user.registered", alice.email, "127.0.0.1"),
    ]


def test_they_are_chosen_by_user_event_and_time(
    app: APIFlask, run: Run, alice: Person, bob: Person
) -> None:
    sign_in(bob.client, bob.email, "wrong")
    sign_in(bob.client, bob.email)
    assert len(lines(run("--user", "BOB@example.com"))) == 3
    assert [line[2] for line in lines(run("--event", "login"))] == ["login", "login.failed"]
    assert [line[2] for line in lines(run("--event", "login.failed"))] == ["login.failed"]
    assert lines(run("--event", "log%")) == []
    assert len(lines(run("--limit", "1"))) == 1
    with app.app_context():
        old = sa.update(AuditEvent).where(AuditEvent.event == "user.registered")
        db.session.execute(old.values(at=now() - timedelta(days=3)))
        db.session.commit()
    for since, count in (("2d", 2), ("72h", 2), ("100h", 4), ("9999m", 4), ("2020-01-01", 4)):
        assert len(lines(run("--since", since))) == count
    assert lines(run("--since", "2990-01-01T00:00+02:00")) == []


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--since", "yesterday"), 2),
        (("--since", "9" * 30 + "d"), 2),
        (("--since", "999999d"), 2),
        (("--limit", "0"), 2),
        (("--user", "nobody@example.com"), 1),
    ],
)
def test_what_makes_no_sense_is_told(run: Run, args: tuple[str, ...], code: int) -> None:
    result = run(*args)
    assert (result.exit_code, "Traceback" in result.output) == (code, False)


def test_hostile_details_stay_on_their_line(app: APIFlask, run: Run) -> None:
    with app.app_context():
        audit.record("test", None, name="a\nb\x1b[2J\u202e")
    (line,) = run().output.splitlines()
    assert "\x1b" not in line and "\u202e" not in line


def test_hostile_emails_and_addresses_are_shown_and_not_obeyed(app: APIFlask, run: Run) -> None:
    """Such as may be in the database from before they were refused."""
    with app.app_context():
        person = {"name": "x", "email": "a\x9b31m\u202eb@example.com"}
        user = users.create(person, PASSWORD)
        audit.record("test", user.id, where="\x9b2J")
    (line,) = run().output.splitlines()
    assert "a\\x9b31m\\u202eb@example.com" in line and "\\x9b2J" in line
    assert line.isprintable()


def test_events_go_to_the_log_too_without_secrets(
    app: APIFlask, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="talktotext.audit"):
        answer = sign_in(alice.client, alice.email)
    assert f"login user={alice.id} address=127.0.0.1" in caplog.text
    for secret in (PASSWORD, answer.json["token"], answer.json["refresh_token"]):
        assert secret not in caplog.text


def test_an_event_without_a_request_has_no_address(app: APIFlask, run: Run) -> None:
    with app.app_context():
        audit.record("test")
    assert [line[3:5] for line in lines(run())] == [["–", "–"]]
