"""Registering, signing in and out: what is let in, and above all what is not."""

import statistics
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt as pyjwt
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token

from talktotext.accounts import users
from talktotext.extensions import db
from talktotext.models import Login, User, now
from tests.api.accounts import make_token
from tests.api.helpers import assert_not_authenticated, assert_problem
from tests.conftest import PASSWORD, Person

CAROL = {"name": "Carol", "email": "carol@example.com", "password": PASSWORD}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def sign_in(client: FlaskClient, **body: Any) -> Any:
    return client.post("/auth/login", json={**CAROL, **body})


def refresh(client: FlaskClient, token: str) -> Any:
    return client.post("/auth/refresh", headers=bearer(token))


def me(client: FlaskClient, token: str) -> Any:
    return client.get("/auth/me", headers=bearer(token))


def test_registering_answers_with_tokens_and_the_user(client: FlaskClient) -> None:
    answer = client.post("/auth/register", json={**CAROL, "phone": "+44 20 7946 0000"})
    assert answer.status_code == 201
    assert set(answer.json) == {"token", "refresh_token", "user"}
    user = answer.json["user"]
    assert user == {
        "id": user["id"],
        "name": "Carol",
        "email": "carol@example.com",
        "phone": "+44 20 7946 0000",
    }
    assert isinstance(user["id"], int)
    assert me(client, answer.json["token"]).json == {
        **user,
        "vocabulary": [],
        "role": "user",
        "email_verified": False,
    }


def test_a_phone_may_be_left_out(client: FlaskClient) -> None:
    assert client.post("/auth/register", json=CAROL).json["user"]["phone"] is None


@pytest.mark.parametrize("field", ["name", "email", "password"])
def test_what_is_missing_empty_or_null_is_missing(client: FlaskClient, field: str) -> None:
    for value in ("", "  ", None):
        answer = client.post("/auth/register", json={**CAROL, field: value})
        body = assert_problem(answer, 400, "missing_fields", "Missing required fields")
        assert list(body["fields"]) == [field]
    left_out = {name: value for name, value in CAROL.items() if name != field}
    answer = client.post("/auth/register", json=left_out)
    assert_problem(answer, 400, "missing_fields", "Missing required fields")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("password", "7 chars", "password: String should have at least 8 characters"),
        ("password", "x" * 1025, "password: String should have at most 1024 characters"),
        ("name", "x" * 201, "name: String should have at most 200 characters"),
        ("name", "Ca\x00rol", "name must not contain control characters"),
        ("name", ["Carol"], "name: Input should be a valid string"),
        ("phone", "1" * 51, "phone: String should have at most 50 characters"),
        ("email", "carol", "email is not an email address"),
        ("email", "carol@", "email is not an email address"),
        ("email", "a@b@c", "email is not an email address"),
        ("email", "carol @example.com", "email is not an email address"),
        ("name", "Ca\x9b31mrol", "name must not contain control characters"),
        ("name", "Ca\u202erol", "name must not contain control characters"),
        ("name", "Ca\u2067rol", "name must not contain control characters"),
        ("name", "Ca\u2028rol", "name must not contain control characters"),
        ("phone", "1\u202e2", "phone must not contain control characters"),
        ("email", "ca\x9b31mrol@example.com", "email must not contain control characters"),
        ("email", "ca\u202erol@example.com", "email is not an email address"),
        ("email", "carol\u200b@example.com", "email is not an email address"),
        ("email", "carol@exam\u00adple.com", "email is not an email address"),
        ("email", "carol\u2029@example.com", "email is not an email address"),
        ("email", f"{'c' * 254}@example.com", "email must have at most 254 characters"),
        # In lower case each of these is two characters long.
        ("email", f"{'İ' * 200}@example.com", "email must have at most 254 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    client: FlaskClient, field: str, value: Any, error: str
) -> None:
    answer = client.post("/auth/register", json={**CAROL, field: value})
    fields = assert_problem(answer, 400, "validation_failed", error)["fields"]
    assert fields == {field: [error.removeprefix(field).removeprefix(":").strip()]}


@pytest.mark.parametrize("name", ["نرگس می\u200cخواهم", "ශ්\u200dරී", "👩\u200d💻", "עדה\u200f (QA)"])
def test_names_of_every_script_are_taken_as_they_are(client: FlaskClient, name: str) -> None:
    assert client.post("/auth/register", json={**CAROL, "name": name}).json["user"]["name"] == name


def test_an_email_is_registered_once_whatever_its_case(client: FlaskClient) -> None:
    assert client.post("/auth/register", json=CAROL).status_code == 201
    for email in ("carol@example.com", "CAROL@Example.COM", "  carol@example.com "):
        answer = client.post("/auth/register", json={**CAROL, "email": email})
        assert_problem(answer, 409, "conflict", "Email already registered")


def test_of_two_who_register_at_once_one_is_told_no(app: APIFlask) -> None:
    codes = at_once(
        lambda: app.test_client().post("/auth/register", json=CAROL).status_code, threads=4
    )
    assert sorted(codes) == [201, 409, 409, 409]


def at_once(call: Callable[[], Any], threads: int) -> list[Any]:
    """What the call gives to so many threads that begin together."""
    barrier, results = threading.Barrier(threads), []

    def run() -> None:
        barrier.wait()
        results.append(call())

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert len(results) == threads
    return results


def test_signing_in_compares_emails_without_case(client: FlaskClient) -> None:
    registered = client.post("/auth/register", json=CAROL).json["user"]
    answer = sign_in(client, email=" Carol@EXAMPLE.com ")
    assert answer.status_code == 200
    assert answer.json == {
        "token": answer.json["token"],
        "refresh_token": answer.json["refresh_token"],
        "user": registered,
    }


def test_unknown_email_and_wrong_password_are_told_the_same(client: FlaskClient) -> None:
    client.post("/auth/register", json=CAROL)
    unknown, wrong = sign_in(client, email="dave@example.com"), sign_in(client, password="x")
    assert_problem(unknown, 401, "not_authenticated", "Invalid credentials")
    assert unknown.json == wrong.json
    for answer in (unknown, wrong):
        del answer.headers["X-Request-ID"]
    assert sorted(unknown.headers) == sorted(wrong.headers)


@pytest.mark.usefixtures("in_earnest")
def test_unknown_email_and_wrong_password_take_the_same_time(client: FlaskClient) -> None:
    client.post("/auth/register", json=CAROL)

    def seconds(**body: str) -> float:
        start = time.perf_counter()
        assert sign_in(client, **body).status_code == 401
        return time.perf_counter() - start

    # Taken in turns, so that a busy machine is busy for both.
    pairs = [(seconds(email="dave@example.com"), seconds(password="wrong")) for _ in range(9)]
    unknown, wrong = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / wrong < 2


def test_signing_in_needs_both_fields(client: FlaskClient) -> None:
    for field in ("email", "password"):
        answer = client.post("/auth/login", json={**CAROL, field: ""})
        assert_problem(answer, 400, "missing_fields", "Missing required fields")


def test_refreshing_gives_a_new_pair(alice: Person) -> None:
    answer = refresh(alice.client, alice.tokens["refresh_token"])
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "refresh_token"}
    assert answer.json["refresh_token"] != alice.tokens["refresh_token"]
    assert me(alice.client, answer.json["token"]).status_code == 200
    assert refresh(alice.client, answer.json["refresh_token"]).status_code == 200


def test_a_refresh_token_used_twice_revokes_its_family(alice: Person, bob: Person) -> None:
    other = alice.client.post("/auth/login", json={"email": alice.email, "password": PASSWORD})
    newest = refresh(alice.client, alice.tokens["refresh_token"]).json
    assert_not_authenticated(refresh(alice.client, alice.tokens["refresh_token"]))
    assert_not_authenticated(me(alice.client, newest["token"]))
    assert_not_authenticated(refresh(alice.client, newest["refresh_token"]))
    # Her login on another device is another family, and Bob has nothing to do with it.
    assert me(alice.client, other.json["token"]).status_code == 200
    assert bob.get("/auth/me").status_code == 200


def test_of_refreshes_at_once_at_most_one_wins(app: APIFlask, alice: Person) -> None:
    token = alice.tokens["refresh_token"]
    codes = at_once(lambda: refresh(app.test_client(), token).status_code, threads=4)
    assert sorted(codes) in ([200, 401, 401, 401], [401, 401, 401, 401])


def test_each_token_opens_only_its_own_door(alice: Person) -> None:
    assert_not_authenticated(refresh(alice.client, alice.tokens["token"]))
    assert_not_authenticated(me(alice.client, alice.tokens["refresh_token"]))
    # Neither was harmed by being shown at the wrong door.
    assert me(alice.client, alice.tokens["token"]).status_code == 200
    assert refresh(alice.client, alice.tokens["refresh_token"]).status_code == 200


def test_signing_out_revokes_both_tokens(alice: Person, bob: Person) -> None:
    answer = alice.post("/auth/logout")
    assert (answer.status_code, answer.data) == (204, b"")
    assert_not_authenticated(alice.get("/auth/me"))
    assert_not_authenticated(refresh(alice.client, alice.tokens["refresh_token"]))
    assert_not_authenticated(alice.post("/auth/logout"))
    assert bob.get("/auth/me").status_code == 200


def claims_of(person: Person) -> dict[str, Any]:
    return dict(pyjwt.decode(person.tokens["token"], options={"verify_signature": False}))


@pytest.mark.parametrize(
    ("key", "algorithm", "status"),
    [
        ("the right one", "HS256", 200),  # so that the others fail for the reason they should
        ("the right one", "HS512", 401),
        ("another key of more than thirty-two bytes", "HS256", 401),
        (None, "none", 401),
    ],
)
def test_only_our_own_signature_counts(
    alice: Person, key: str | None, algorithm: str, status: int
) -> None:
    if key == "the right one":
        key = alice.app.config["SETTINGS"].JWT_SECRET_KEY
    forged = pyjwt.encode(claims_of(alice), key, algorithm=algorithm)  # type: ignore[arg-type]
    answer = me(alice.client, forged)
    assert answer.status_code == status
    if status == 401:
        assert_not_authenticated(answer)


def test_an_expired_token_is_refused(alice: Person) -> None:
    claims = {"login": claims_of(alice)["login"]}
    with alice.app.app_context():
        fresh, stale = (
            create_access_token(str(alice.id), additional_claims=claims, expires_delta=life)
            for life in (timedelta(seconds=60), timedelta(seconds=-1))
        )
    assert me(alice.client, fresh).status_code == 200
    assert_not_authenticated(me(alice.client, stale))


def test_a_token_that_was_good_is_refused_when_its_time_is_over(alice: Person) -> None:
    claims = {"login": claims_of(alice)["login"]}
    with alice.app.app_context():
        token = create_access_token(
            str(alice.id), additional_claims=claims, expires_delta=timedelta(seconds=2)
        )
    assert me(alice.client, token).status_code == 200
    time.sleep(2.1)
    assert_not_authenticated(me(alice.client, token))


def test_a_token_without_a_login_is_refused(alice: Person) -> None:
    with alice.app.app_context():
        token = create_access_token(str(alice.id))
    assert_not_authenticated(me(alice.client, token))


def test_a_login_ends_when_its_time_is_over(alice: Person) -> None:
    with alice.app.app_context():
        db.session.execute(sa.update(Login).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
    assert_not_authenticated(alice.get("/auth/me"))
    assert_not_authenticated(refresh(alice.client, alice.tokens["refresh_token"]))


def test_a_deleted_user_is_not_let_in(alice: Person, bob: Person) -> None:
    with alice.app.app_context():
        db.session.execute(sa.delete(User).where(User.id == alice.id))
        db.session.commit()
    assert_not_authenticated(alice.get("/auth/me"))
    assert_not_authenticated(refresh(alice.client, alice.tokens["refresh_token"]))
    assert bob.get("/auth/me").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer x y", "Basic eDp5", "Bearer é"],
)
def test_what_is_no_token_is_refused(client: FlaskClient, header: str) -> None:
    assert_not_authenticated(client.get("/auth/me", headers={"Authorization": header}))


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_the_scheme_of_a_token_has_no_case(app: APIFlask, alice: Person, scheme: str) -> None:
    for path, method, token in (
        ("/auth/me", "GET", alice.tokens["token"]),
        ("/api/notes", "GET", make_token(alice)),
        ("/auth/refresh", "POST", alice.tokens["refresh_token"]),
    ):
        headers = {"Authorization": f"{scheme} {token}"}
        assert app.test_client().open(path, method=method, headers=headers).status_code == 200


def test_name_and_phone_can_be_changed(alice: Person, bob: Person) -> None:
    answer = alice.patch("/auth/me", json={"name": "Alice B.", "phone": "123"})
    assert answer.status_code == 200
    changed = {"id": alice.id, "name": "Alice B.", "email": alice.email, "phone": "123"}
    changed |= {"vocabulary": [], "role": "user", "email_verified": False}
    assert answer.json == alice.get("/auth/me").json == changed
    assert alice.patch("/auth/me", json={"phone": None}).json == {**changed, "phone": None}
    assert bob.get("/auth/me").json["name"] == "Bob"


def test_a_vocabulary_is_kept_without_repetitions(alice: Person, bob: Person) -> None:
    given = [" Zoë ", "Kubernetes", "zoë", "PostgreSQL"]
    answer = alice.patch("/auth/me", json={"vocabulary": given})
    kept = ["Zoë", "Kubernetes", "PostgreSQL"]
    assert answer.json["vocabulary"] == alice.get("/auth/me").json["vocabulary"] == kept
    assert alice.patch("/auth/me", json={"name": "A."}).json["vocabulary"] == kept
    assert bob.get("/auth/me").json["vocabulary"] == []
    assert alice.patch("/auth/me", json={"vocabulary": []}).json["vocabulary"] == []


@pytest.mark.parametrize(
    "vocabulary", ["Zoë", ["x" * 101], ["a\0"], [""], [7], [str(i) for i in range(101)]]
)
def test_what_is_no_vocabulary_is_refused(alice: Person, vocabulary: Any) -> None:
    answer = alice.patch("/auth/me", json={"vocabulary": vocabulary})
    assert_problem(answer, 400, "validation_failed")
    assert alice.get("/auth/me").json["vocabulary"] == []


@pytest.mark.parametrize("body", [{}, {"email": "new@example.com"}, {"id": 7}, {"name": None}])
def test_what_cannot_be_changed_stays(alice: Person, body: dict[str, Any]) -> None:
    before = alice.get("/auth/me").json
    assert alice.patch("/auth/me", json=body).json == before


def test_a_name_cannot_be_emptied(alice: Person) -> None:
    for name in ("", "  "):
        assert_problem(alice.patch("/auth/me", json={"name": name}), 400, "validation_failed")
    assert alice.get("/auth/me").json["name"] == "Alice"


def test_a_new_password_needs_the_current_one(alice: Person) -> None:
    for current in ({}, {"current_password": "wrong"}, {"current_password": None}):
        answer = alice.patch("/auth/me", json={"password": "a new password", **current})
        assert_problem(answer, 400, error="The current password is not right")
    assert sign_in(alice.client, email=alice.email).status_code == 200


@pytest.mark.parametrize("blank", [" " * 8, "\u3000" * 9, "\t \n \r \t "])
def test_a_password_of_blanks_is_no_password(alice: Person, blank: str) -> None:
    body = {"password": blank, "current_password": PASSWORD}
    answer = alice.patch("/auth/me", json=body)
    assert_problem(answer, 400, "validation_failed", "password must not be blank")
    wrong = sign_in(alice.client, email=alice.email, password=blank)
    assert_problem(wrong, 401, "not_authenticated", "Invalid credentials")
    assert sign_in(alice.client, email=alice.email, password=PASSWORD).status_code == 200


def test_who_has_a_password_of_blanks_gets_in_and_out(alice: Person) -> None:
    """It could be chosen once."""
    blank = " " * 8
    with alice.app.app_context():
        users.set_password(db.session.get_one(User, alice.id), blank)
    answer = sign_in(alice.client, email=alice.email, password=blank)
    assert answer.status_code == 200
    alice.tokens = answer.json
    body = {"current_password": blank}
    leaving = alice.client.delete("/auth/me", headers=alice.headers, json=body)
    assert leaving.status_code == 204


@pytest.mark.parametrize("change", ["password", "disabled"])
def test_a_password_changed_while_it_is_looked_at_lets_nobody_in(
    alice: Person, change: str
) -> None:
    with alice.app.app_context():
        seen = users.find(alice.email)
        assert seen and users.still_is(seen)
        db.session.expunge(seen)  # as another request would have it
        db.session.rollback()
        same = db.session.get_one(User, alice.id)
        if change == "password":
            users.set_password(same, "a new password")
        else:
            users.disable(same, by="a test")
        assert not users.still_is(seen)


def test_a_new_password_ends_all_other_logins(alice: Person, bob: Person) -> None:
    other = sign_in(alice.client, email=alice.email).json
    body = {"password": "a new password", "current_password": PASSWORD}
    assert alice.patch("/auth/me", json=body).status_code == 200
    assert alice.get("/auth/me").status_code == 200
    assert_not_authenticated(me(alice.client, other["token"]))
    assert_not_authenticated(refresh(alice.client, other["refresh_token"]))
    assert sign_in(alice.client, email=alice.email).status_code == 401
    assert sign_in(alice.client, email=alice.email, password="a new password").status_code == 200
    assert bob.get("/auth/me").status_code == 200
    assert sign_in(bob.client, email=bob.email).status_code == 200
