"""Verifying an address and resetting a password, by links in mails that really arrive."""

import statistics
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from itsdangerous import URLSafeTimedSerializer

from talktotext.extensions import db
from talktotext.models import AuditEvent, User, now
from tests.api.accounts import (
    NEW_PASSWORD,
    MakeApp,
    call,
    disable,
    events,
    make_token,
    posted,
    sign_in,
    token_in,
)
from tests.api.helpers import assert_not_authenticated, assert_problem, rows
from tests.conftest import PASSWORD, Person
from tests.smtp_server import Mailbox


@pytest.fixture
def app(make_app: MakeApp, box: Mailbox) -> APIFlask:
    """An application with a mail server."""
    return make_app(SMTP_URL=box.url)


def verify_token(alice: Person, box: Mailbox) -> str:
    """The token that she was sent when she registered."""
    (letter,) = (one for one in posted(alice.app, box) if one["To"] == alice.email)
    return token_in(letter, "verify")


def reset_token(person: Person, box: Mailbox) -> str:
    """The token that somebody is sent who forgot their password."""
    posted(person.app, box)
    box.letters.clear()
    answer = person.client.post("/auth/forgot", json={"email": person.email.upper()})
    assert (answer.status_code, answer.data) == (204, b"")
    (letter,) = posted(person.app, box)
    assert letter["To"] == person.email
    return token_in(letter, "reset")


def reset(person: Person, token: str, password: str = NEW_PASSWORD) -> object:
    return person.client.post("/auth/reset", json={"token": token, "password": password})


def later(app: APIFlask, monkeypatch: pytest.MonkeyPatch, life: timedelta) -> None:
    """Let the clock that links are dated by show what it will after so long."""
    ahead = time.time() + life.total_seconds()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: ahead)


def test_who_registers_is_sent_a_link_that_verifies_once(
    app: APIFlask, alice: Person, bob: Person, box: Mailbox
) -> None:
    token = verify_token(alice, box)
    assert alice.get("/auth/me").json["email_verified"] is False
    answer = app.test_client().post("/auth/verify", json={"token": token})
    assert (answer.status_code, answer.data) == (204, b"")
    assert alice.get("/auth/me").json["email_verified"] is True
    assert bob.get("/auth/me").json["email_verified"] is False
    again = app.test_client().post("/auth/verify", json={"token": token})
    assert_problem(again, 400, "link_invalid", "This link is not valid, or not any more")
    assert "email.verified" in events(app, alice)


def test_registering_answers_also_when_no_mail_can_be_sent(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talktotext.mail.PAUSES", (2.0, 0.0))  # of which nothing may be noticed
    app = make_app(SMTP_URL="smtp://127.0.0.1:1")
    began = time.monotonic()
    Person(app, "Alice")
    assert time.monotonic() - began < 2
    assert app.extensions["mail"].wait(10), "it is given up"


def test_a_link_that_was_not_followed_is_sent_again_but_not_all_the_time(
    app: APIFlask, alice: Person, box: Mailbox
) -> None:
    assert len(posted(app, box)) == 1
    for _ in range(3):
        assert alice.post("/auth/verify/send").status_code == 204
    assert len(posted(app, box)) == 1
    with app.app_context():
        db.session.execute(sa.update(AuditEvent).values(at=now() - timedelta(minutes=3)))
        db.session.commit()
    assert alice.post("/auth/verify/send").status_code == 204
    assert len(posted(app, box)) == 2
    alice.client.post("/auth/verify", json={"token": token_in(box.letters[1], "verify")})
    with app.app_context():
        db.session.execute(sa.update(AuditEvent).values(at=now() - timedelta(minutes=3)))
        db.session.commit()
    assert alice.post("/auth/verify/send").status_code == 204
    assert len(posted(app, box)) == 2


def test_who_is_not_verified_may_upload_unless_set_otherwise(
    make_app: MakeApp, box: Mailbox
) -> None:
    app = make_app(SMTP_URL=box.url, UNVERIFIED_UPLOADS=False)
    alice = Person(app, "Alice")
    assert_problem(alice.send(), 403, "email_unverified")
    assert alice.get("/api/notes").status_code == 200
    alice.client.post("/auth/verify", json={"token": verify_token(alice, box)})
    assert alice.send().status_code == 200


def test_a_reset_ends_everything_that_was_open(
    app: APIFlask, alice: Person, bob: Person, box: Mailbox
) -> None:
    api_token = make_token(alice)
    assert reset(alice, reset_token(alice, box)).status_code == 204  # type: ignore[attr-defined]
    assert_not_authenticated(alice.get("/auth/me"))
    assert_not_authenticated(call(app, alice.tokens["refresh_token"], "/auth/refresh", "POST"))
    assert_not_authenticated(call(app, api_token, "/auth/me"))
    assert sign_in(alice.client, alice.email, PASSWORD).status_code == 401
    signed_in = sign_in(alice.client, alice.email, NEW_PASSWORD)
    assert signed_in.status_code == 200
    # The mail has reached her.
    assert call(app, signed_in.json["token"], "/auth/me").json["email_verified"] is True
    assert bob.get("/auth/me").status_code == 200
    assert sign_in(bob.client, bob.email).status_code == 200
    assert [event for event in events(app, alice) if event.startswith("password")] == [
        "password.forgotten",
        "password.reset",
    ]


def test_a_reset_link_works_once(alice: Person, box: Mailbox) -> None:
    token = reset_token(alice, box)
    assert reset(alice, token).status_code == 204  # type: ignore[attr-defined]
    assert_problem(reset(alice, token, "another password"), 400, "link_invalid")  # type: ignore[arg-type]
    assert sign_in(alice.client, alice.email, NEW_PASSWORD).status_code == 200


def test_of_two_who_follow_it_at_once_one_is_told_no(
    app: APIFlask, alice: Person, box: Mailbox
) -> None:
    token, codes = reset_token(alice, box), []

    def follow(number: int) -> None:
        body = {"token": token, "password": f"password {number}"}
        codes.append(app.test_client().post("/auth/reset", json=body).status_code)

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [204, 400, 400, 400]


def test_a_changed_password_spends_the_link(alice: Person, box: Mailbox) -> None:
    token = reset_token(alice, box)
    body = {"password": "a new password", "current_password": PASSWORD}
    assert alice.patch("/auth/me", json=body).status_code == 200
    assert_problem(reset(alice, token), 400, "link_invalid")  # type: ignore[arg-type]


def test_links_run_out(
    app: APIFlask, alice: Person, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, forgot = verify_token(alice, box), reset_token(alice, box)
    later(app, monkeypatch, timedelta(minutes=61))
    assert_problem(reset(alice, forgot), 400, "link_invalid")  # type: ignore[arg-type]
    assert alice.client.post("/auth/verify", json={"token": verify}).status_code == 204


def test_no_link_opens_another_door(
    app: APIFlask, alice: Person, bob: Person, box: Mailbox
) -> None:
    verify, forgot = verify_token(alice, box), reset_token(alice, box)
    key = app.config["SETTINGS"].SECRET_KEY
    others = [
        verify,
        alice.tokens["token"],
        forgot[:-1],
        f"{forgot}x",
        forgot.replace(".", "!", 1),
        "é",
        "x" * 500,
        URLSafeTimedSerializer(key).dumps([alice.id, "x"]),
        URLSafeTimedSerializer(key * 2, salt="talktotext.reset").dumps([alice.id, "x"]),
    ]
    for token in others:
        assert_problem(reset(alice, token), 400, "link_invalid")  # type: ignore[arg-type]
    for token in (forgot, *others[1:]):
        answer = alice.client.post("/auth/verify", json={"token": token})
        assert_problem(answer, 400, "link_invalid")
    assert sign_in(alice.client, alice.email).status_code == 200


@pytest.mark.parametrize("content", [[], [1], [1, 2, 3], "x", None, {"a": 1}, [None, None]])
def test_what_is_signed_but_makes_no_sense_is_refused(app: APIFlask, content: object) -> None:
    from talktotext.accounts.links import _signer

    with app.app_context():
        token = _signer("verify").dumps(content)
    answer = app.test_client().post("/auth/verify", json={"token": token})
    assert_problem(answer, 400, "link_invalid")


def test_an_unknown_email_is_answered_the_same_and_sent_nothing(
    app: APIFlask, alice: Person, box: Mailbox
) -> None:
    posted(app, box)
    box.letters.clear()
    known = alice.client.post("/auth/forgot", json={"email": alice.email})
    unknown = alice.client.post("/auth/forgot", json={"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 204
    assert known.data == unknown.data == b""
    for answer in (known, unknown):
        del answer.headers["X-Request-ID"]
    assert sorted(known.headers) == sorted(unknown.headers)
    assert [letter["To"] for letter in posted(app, box)] == [alice.email]


def test_an_unknown_email_takes_the_same_time(app: APIFlask, alice: Person, box: Mailbox) -> None:
    def seconds(email: str) -> float:
        posted(app, box)  # so that what is sent for the one does not slow the other
        start = time.perf_counter()
        assert alice.client.post("/auth/forgot", json={"email": email}).status_code == 204
        return time.perf_counter() - start

    pairs = [(seconds(alice.email), seconds("nobody@example.com")) for _ in range(15)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.005


def test_nobody_is_flooded_with_mails(app: APIFlask, alice: Person, box: Mailbox) -> None:
    reset_token(alice, box)
    for _ in range(5):
        assert alice.client.post("/auth/forgot", json={"email": alice.email}).status_code == 204
    assert len(posted(app, box)) == 1


def test_it_is_written_down_from_where_a_mail_was_asked_for(
    app: APIFlask, alice: Person, box: Mailbox
) -> None:
    posted(app, box)
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    body = {"email": alice.email}
    alice.client.post("/auth/forgot", json=body, environ_base=elsewhere)
    posted(app, box)
    asked = {one.event: one.address for one in rows(app, AuditEvent)}
    assert asked["password.forgotten"] == "203.0.113.9"
    assert asked["email.verification_sent"] == "127.0.0.1"


def test_who_is_disabled_gets_no_link_and_no_way_in(
    app: APIFlask, alice: Person, box: Mailbox
) -> None:
    token = reset_token(alice, box)
    disable(alice)
    assert_problem(reset(alice, token), 400, "link_invalid")  # type: ignore[arg-type]
    with app.app_context():
        db.session.execute(sa.delete(AuditEvent))
        db.session.commit()
    alice.client.post("/auth/forgot", json={"email": alice.email})
    assert len(posted(app, box)) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/verify", {}),
        ("/auth/verify", {"token": 7}),
        ("/auth/verify", {"token": "x" * 501}),
        ("/auth/verify", {"token": "\0"}),
        ("/auth/forgot", {}),
        ("/auth/forgot", {"email": "x" * 255}),
        ("/auth/forgot", {"email": "a\nb"}),
        ("/auth/reset", {"token": "x"}),
        ("/auth/reset", {"token": "x", "password": "short"}),
    ],
)
def test_what_makes_no_sense_is_refused(app: APIFlask, path: str, body: dict[str, object]) -> None:
    assert_problem(app.test_client().post(path, json=body), 400)


def test_a_hostile_name_does_not_get_into_mails(app: APIFlask, box: Mailbox) -> None:
    body = {
        "name": "http://evil.example click",
        "email": "c@example.com",
        "password": PASSWORD,
    }
    assert app.test_client().post("/auth/register", json=body).status_code == 201
    (letter,) = posted(app, box)
    assert "evil" not in letter.as_string()


def test_links_lead_where_is_set(make_app: MakeApp, box: Mailbox) -> None:
    app = make_app(SMTP_URL=box.url, FRONTEND_URL="https://notes.example.org/app/")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    body = {"name": "C", "email": "c@example.com", "password": PASSWORD}
    app.test_client().post("/auth/register", json=body, headers=headers)
    (letter,) = posted(app, box)
    assert "https://notes.example.org/app/verify?token=" in letter.get_content()
    assert "evil" not in letter.as_string()


def test_an_id_used_anew_is_another_user(app: APIFlask, alice: Person, box: Mailbox) -> None:
    token = reset_token(alice, box)
    with app.app_context():
        user = db.session.get_one(User, alice.id)
        user.email = "other@example.com"
        db.session.commit()
    assert_problem(reset(alice, token), 400, "link_invalid")  # type: ignore[arg-type]
