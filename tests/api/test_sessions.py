"""Sessions: listed, and ended."""

from uuid import uuid4

from apiflask import APIFlask

from tests.api.accounts import bearer, call, events, sign_in
from tests.api.helpers import assert_not_authenticated, assert_problem
from tests.conftest import Person


def test_sessions_are_listed_with_where_they_are(alice: Person, bob: Person) -> None:
    sign_in(alice.client, alice.email, agent="Phone\t1.0")
    answer = alice.get("/api/sessions")
    assert answer.status_code == 200
    phone, here = answer.json
    assert phone == {
        "id": phone["id"],
        "created_at": phone["created_at"],
        "last_used_at": phone["last_used_at"],
        "expires_at": phone["expires_at"],
        "address": "127.0.0.1",
        "user_agent": "Phone1.0",
        "current": False,
    }
    assert here["current"] and here["user_agent"].startswith("Werkzeug/")
    assert here["last_used_at"] <= phone["last_used_at"]
    assert [one["current"] for one in bob.get("/api/sessions").json] == [True]


def test_an_ended_session_is_refused_at_once(app: APIFlask, alice: Person, bob: Person) -> None:
    phone = sign_in(alice.client, alice.email).json
    other = next(one for one in alice.get("/api/sessions").json if not one["current"])
    path = f"/api/sessions/{other['id']}"
    refused = bob.delete(path)
    assert_problem(refused, 404, "not_found", "Session not found")
    assert refused.json == bob.delete(f"/api/sessions/{uuid4()}").json
    assert call(app, phone["token"], "/auth/me").status_code == 200
    assert alice.delete(path).status_code == 204
    assert_not_authenticated(call(app, phone["token"], "/auth/me"))
    assert_not_authenticated(call(app, phone["refresh_token"], "/auth/refresh", "POST"))
    assert len(alice.get("/api/sessions").json) == 1
    assert_problem(alice.delete(path), 404)
    assert_problem(alice.delete("/api/sessions/x"), 404)
    assert events(app, alice)[-1] == "session.revoked"


def test_all_others_end_at_once(app: APIFlask, alice: Person, bob: Person) -> None:
    others = [sign_in(alice.client, alice.email).json["token"] for _ in range(2)]
    assert alice.delete("/api/sessions").status_code == 204
    for token in others:
        assert_not_authenticated(call(app, token, "/auth/me"))
    assert [one["current"] for one in alice.get("/api/sessions").json] == [True]
    assert bob.get("/auth/me").status_code == 200


def test_ending_the_session_in_hand_signs_out(alice: Person) -> None:
    (here,) = alice.get("/api/sessions").json
    assert alice.delete(f"/api/sessions/{here['id']}").status_code == 204
    assert_not_authenticated(alice.get("/auth/me"))


def test_a_session_stays_itself_when_refreshed(app: APIFlask, alice: Person) -> None:
    (before,) = alice.get("/api/sessions").json
    headers = {**bearer(alice.tokens["refresh_token"]), "User-Agent": "Moved"}
    fresh = alice.client.post("/auth/refresh", headers=headers).json
    (after,) = call(app, fresh["token"], "/api/sessions").json
    assert after["id"] == before["id"]
    assert after["user_agent"] == "Moved"
    assert after["expires_at"] > before["expires_at"]


def test_a_session_that_is_over_is_not_listed(alice: Person) -> None:
    other = sign_in(alice.client, alice.email).json
    alice.client.post("/auth/logout", headers=bearer(other["token"]))
    assert len(alice.get("/api/sessions").json) == 1
    assert_problem(
        alice.client.post("/auth/logout", headers=bearer(other["token"])), 401, "not_authenticated"
    )
