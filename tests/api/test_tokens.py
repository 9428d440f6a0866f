"""API tokens: what they open, and above all what they do not."""

import io
import re
import zlib
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.accounts.tokens import DIGITS, MOST, SHAPE
from talktotext.extensions import db
from talktotext.models import ApiToken, now
from tests.api.accounts import call, disable, events, make_token, sign_in
from tests.api.helpers import assert_not_authenticated, assert_problem
from tests.conftest import PASSWORD, Person, tone


def send(app: APIFlask, token: str) -> Any:
    form = {"file": (io.BytesIO(tone()), "talk.wav")}
    return call(app, token, "/api/upload", "POST", data=form)


def test_a_token_is_shown_once_and_listed_without_its_secret(alice: Person, bob: Person) -> None:
    body = {"name": " My script ", "scopes": ["read", "upload", "read"], "expires_in_days": 30}
    answer = alice.post("/api/tokens", json=body)
    assert answer.status_code == 201
    made = answer.json
    token = made.pop("token")
    assert made == {
        "id": made["id"],
        "name": "My script",
        "scopes": ["read", "upload"],
        "created_at": made["created_at"],
        "expires_at": made["expires_at"],
        "last_used_at": None,
    }
    assert made["created_at"][:4] and made["expires_at"] > made["created_at"]
    listed = alice.get("/api/tokens")
    assert (listed.status_code, listed.json) == (200, [made])
    assert token.split("_")[2] not in listed.text
    assert bob.get("/api/tokens").json == []


def test_a_token_looks_so_that_scanners_find_it(alice: Person) -> None:
    token = make_token(alice)
    match = SHAPE.fullmatch(token)
    assert match
    number = 0
    for digit in match[4]:
        number = number * 62 + DIGITS.index(digit)
    assert number == zlib.crc32(match[1].encode())
    assert make_token(alice) != token


def test_only_a_hash_is_stored(alice: Person) -> None:
    secret = SHAPE.fullmatch(make_token(alice))[3]  # type: ignore[index]
    with alice.app.app_context():
        row = db.session.scalars(sa.select(ApiToken)).one()
    assert re.fullmatch("[0-9a-f]{64}", row.secret_hash)
    assert secret not in str(vars(row))


def test_read_is_for_reading(app: APIFlask, alice: Person, bob: Person) -> None:
    note_id, token = alice.make_note(), make_token(alice, "read")
    assert call(app, token, f"/api/notes/{note_id}").status_code == 200
    assert call(app, token, "/auth/me").json["email"] == alice.email
    for method, path in (
        ("PATCH", f"/api/notes/{note_id}"),
        ("DELETE", f"/api/notes/{note_id}"),
        ("POST", f"/api/notes/{note_id}/regenerate"),
    ):
        answer = call(app, token, path, method, json={})
        assert_problem(answer, 403, "insufficient_scope")
    assert_problem(send(app, token), 403, "insufficient_scope")
    assert_problem(call(app, make_token(bob, "read"), f"/api/notes/{note_id}"), 404)


def test_write_is_for_changing_and_not_for_reading(app: APIFlask, alice: Person) -> None:
    note_id, token = alice.make_note(), make_token(alice, "write")
    changed = call(app, token, f"/api/notes/{note_id}", "PATCH", json={"title": "Another"})
    assert changed.status_code == 200
    assert send(app, token).status_code == 200
    assert_problem(call(app, token, f"/api/notes/{note_id}"), 403, "insufficient_scope")


def test_upload_is_for_uploading_and_what_becomes_of_it(app: APIFlask, alice: Person) -> None:
    token = make_token(alice, "upload")
    answer = send(app, token)
    assert answer.status_code == 200
    assert call(app, token, f"/api/status/{answer.json['upload_id']}").status_code == 200
    for path in ("/api/notes", "/api/history", "/auth/me", "/api/action-items"):
        assert_problem(call(app, token, path), 403, "insufficient_scope")
    upload_id = answer.json["upload_id"]
    deleted = call(app, token, f"/api/upload/{upload_id}", "DELETE")
    assert_problem(deleted, 403, "insufficient_scope")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/tokens"),
        ("POST", "/api/tokens"),
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions"),
        ("PATCH", "/auth/me"),
        ("DELETE", "/auth/me"),
        ("POST", "/auth/me/export"),
        ("GET", "/auth/me/export/download"),
        ("POST", "/auth/logout"),
        ("POST", "/auth/verify/send"),
        ("GET", "/api/admin/users"),
    ],
)
def test_the_account_is_for_who_signed_in(
    app: APIFlask, alice: Person, method: str, path: str
) -> None:
    token = make_token(alice, "read", "write", "upload")
    body = {"name": "x", "scopes": ["read"], "current_password": PASSWORD}
    assert_problem(call(app, token, path, method, json=body), 403, "insufficient_scope")
    assert alice.get("/auth/me").status_code == 200


def test_a_token_is_no_refresh_token(app: APIFlask, alice: Person) -> None:
    token = make_token(alice, "read", "write")
    assert_not_authenticated(call(app, token, "/auth/refresh", "POST"))


def test_a_revoked_token_is_refused_at_once(app: APIFlask, alice: Person, bob: Person) -> None:
    token = make_token(alice)
    (listed,) = alice.get("/api/tokens").json
    refused = bob.delete(f"/api/tokens/{listed['id']}")
    assert_problem(refused, 404, "not_found", "API token not found")
    assert refused.json == bob.delete("/api/tokens/0000000000").json
    assert call(app, token, "/auth/me").status_code == 200
    assert alice.delete(f"/api/tokens/{listed['id']}").status_code == 204
    assert_not_authenticated(call(app, token, "/auth/me"))
    assert alice.get("/api/tokens").json == []
    assert_problem(alice.delete(f"/api/tokens/{listed['id']}"), 404)
    assert events(app, alice)[-2:] == ["token.made", "token.revoked"]


def test_an_expired_token_is_refused(app: APIFlask, alice: Person) -> None:
    token, forever = make_token(alice), make_token(alice, expires_in_days=None)
    with app.app_context():
        gone = now() - timedelta(seconds=1)
        there = ApiToken.expires_at.is_not(None)
        db.session.execute(sa.update(ApiToken).where(there).values(expires_at=gone))
        db.session.commit()
    assert_not_authenticated(call(app, token, "/auth/me"))
    assert call(app, forever, "/auth/me").status_code == 200


def test_what_resembles_a_token_is_refused(app: APIFlask, alice: Person, bob: Person) -> None:
    token, his = make_token(alice), make_token(bob)
    head, rest = token[:15], token[15:]
    flipped = "A" if token[20] != "A" else "B"
    for forged in (
        token[:-1],
        token + "A",
        token[:20] + flipped + token[21:],
        head + his[15:],
        head,
        "ttt_",
        "ttt_é",
        f"ttt_{'0' * 10}_{'0' * 49}",
        rest,
        token.upper(),
    ):
        assert_not_authenticated(call(app, forged, "/auth/me"))
    basic = app.test_client().get("/auth/me", headers={"Authorization": f"Basic {token}"})
    assert_not_authenticated(basic)
    assert_not_authenticated(app.test_client().get(f"/auth/me?token={token}"))


def test_when_a_token_was_used_is_known(app: APIFlask, alice: Person) -> None:
    token = make_token(alice)
    assert alice.get("/api/tokens").json[0]["last_used_at"] is None
    call(app, token, "/auth/me")
    used = alice.get("/api/tokens").json[0]["last_used_at"]
    assert used is not None
    call(app, token, "/auth/me")  # within the minute: nothing is written
    assert alice.get("/api/tokens").json[0]["last_used_at"] == used


def test_a_disabled_user_s_tokens_are_refused(app: APIFlask, alice: Person) -> None:
    token = make_token(alice)
    disable(alice)
    assert_not_authenticated(call(app, token, "/auth/me"))


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"name": "x" * 101},
        {"name": None},
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": "read"},
        {"scopes": ["read"] * 11},
        {"expires_in_days": 0},
        {"expires_in_days": 10**9},
        {"expires_in_days": "soon"},
    ],
)
def test_what_makes_no_sense_is_refused(alice: Person, wanted: dict[str, Any]) -> None:
    answer = alice.post("/api/tokens", json={"name": "x", "scopes": ["read"], **wanted})
    assert_problem(answer, 400)
    assert alice.get("/api/tokens").json == []


def test_nobody_has_a_great_many(app: APIFlask, alice: Person) -> None:
    for _ in range(MOST):
        make_token(alice)
    answer = alice.post("/api/tokens", json={"name": "x", "scopes": ["read"]})
    assert_problem(answer, 409, "conflict")


def test_a_changed_password_leaves_tokens_alone(app: APIFlask, alice: Person) -> None:
    token = make_token(alice)
    body = {"password": "a new password", "current_password": PASSWORD}
    assert alice.patch("/auth/me", json=body).status_code == 200
    assert call(app, token, "/auth/me").status_code == 200
    assert sign_in(alice.client, alice.email, "a new password").status_code == 200
