"""What admins do, who may not, and what not even they may."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from talktotext.api import admin as admin_views
from talktotext.extensions import db
from talktotext.models import User
from tests.api.accounts import bearer, call, disable, events, make_admin, make_token, sign_in
from tests.api.helpers import assert_not_authenticated, assert_problem, rows
from tests.conftest import PASSWORD, Person, run_jobs

EMPTY = {"queued": 0, "running": 0, "done": 0, "failed": 0, "cancelled": 0}


@pytest.fixture
def admin(app: APIFlask) -> Person:
    return make_admin(Person(app, "Root"))


def admin_calls(app: APIFlask) -> Iterator[tuple[str, str]]:
    """Every method of every admin's route."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/admin"):
            for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
                yield method, re.sub(r"<[^>]+>", "1", rule.rule)


def test_nobody_else_gets_in_whatever_is_there(app: APIFlask, alice: Person, bob: Person) -> None:
    calls = list(admin_calls(app))
    assert len(calls) >= 8
    for method, path in calls:
        for address in {path, path.replace("/1", "/999999")}:
            answer = bob.client.open(address, method=method, headers=bob.headers, json={})
            assert_problem(answer, 403, "admin_only", "Only an admin may do this")
    assert alice.get("/auth/me").status_code == 200


def test_every_route_of_admins_says_so(app: APIFlask) -> None:
    """Also one that is written later."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        scope = getattr(view, "scope", None)
        assert (scope == "admin") == rule.rule.startswith("/api/admin"), rule.rule


def test_an_admin_s_api_token_does_not_get_in(app: APIFlask, admin: Person) -> None:
    token = make_token(admin, "read", "write", "upload")
    for method, path in admin_calls(app):
        assert_problem(call(app, token, path, method, json={}), 403, "insufficient_scope")


def test_users_are_listed_in_pages(admin: Person, alice: Person, bob: Person) -> None:
    first = admin.get("/api/admin/users?limit=2")
    assert first.status_code == 200
    assert first.headers["X-Total-Count"] == "3"
    assert [user["email"] for user in first.json] == [admin.email, alice.email]
    following = re.search(r"<http://localhost(.*)>", first.headers["Link"])
    assert following
    (last,) = admin.get(following[1]).json
    assert last == {
        "id": bob.id,
        "name": "Bob",
        "email": bob.email,
        "role": "user",
        "email_verified": False,
        "created_at": last["created_at"],
        "disabled_at": None,
    }
    assert admin.get(f"/api/admin/users/{bob.id}").json == last
    assert admin.get("/api/admin/users?email=BOB@").json == [last]
    assert admin.get("/api/admin/users?email=%25").json == []
    assert_problem(admin.get("/api/admin/users/999"), 404, "not_found", "User not found")


def test_who_is_disabled_is_refused_at_once_everywhere(
    app: APIFlask, admin: Person, alice: Person, bob: Person
) -> None:
    token = make_token(alice, "read", "write")
    answer = admin.patch(f"/api/admin/users/{alice.id}", json={"disabled": True})
    assert answer.status_code == 200 and answer.json["disabled_at"]
    assert_not_authenticated(alice.get("/auth/me"))
    assert_not_authenticated(call(app, alice.tokens["refresh_token"], "/auth/refresh", "POST"))
    assert_not_authenticated(call(app, token, "/api/notes"))
    assert_problem(sign_in(alice.client, alice.email), 403, "account_disabled")
    wrong = sign_in(alice.client, alice.email, "wrong")
    assert_problem(wrong, 401, "not_authenticated", "Invalid credentials")
    assert bob.get("/auth/me").status_code == 200
    answer = admin.patch(f"/api/admin/users/{alice.id}", json={"disabled": False})
    assert answer.json["disabled_at"] is None
    assert_not_authenticated(alice.get("/auth/me"))  # sessions are over for good
    assert sign_in(alice.client, alice.email).status_code == 200
    assert call(app, token, "/api/notes").status_code == 200
    assert events(app, alice)[-3:] == ["login.failed", "user.enabled", "login"]


def test_a_role_is_given_and_taken(app: APIFlask, admin: Person, alice: Person) -> None:
    answer = admin.patch(f"/api/admin/users/{alice.id}", json={"role": "admin"})
    assert (answer.status_code, answer.json["role"]) == (200, "admin")
    assert alice.get("/api/admin/users").status_code == 200
    admin.patch(f"/api/admin/users/{alice.id}", json={"role": "user"})
    assert_problem(alice.get("/api/admin/users"), 403, "admin_only")
    assert events(app, alice)[-2:] == ["role.changed", "role.changed"]


@pytest.mark.parametrize("change", [{"role": "user"}, {"disabled": True}, None])
def test_who_is_no_admin_any_more_has_invited_nobody(
    app: APIFlask, admin: Person, alice: Person, change: dict[str, Any] | None
) -> None:
    """Else a way back in stays open for a week."""
    make_admin(alice)
    invited = {"email": "back@example.com", "role": "admin"}
    link = alice.post("/api/admin/invitations", json=invited).json["link"]
    kept = admin.post("/api/admin/invitations", json={"email": "dave@example.com"}).json["id"]
    path = f"/api/admin/users/{alice.id}"
    assert (admin.patch(path, json=change) if change else admin.delete(path)).status_code < 300
    person = {"name": "Back", "email": "back@example.com", "password": "battery staple"}
    body = {**person, "invitation": link.partition("?token=")[2]}
    assert_problem(app.test_client().post("/auth/register", json=body), 400, "link_invalid")
    assert [one["id"] for one in admin.get("/api/admin/invitations").json] == [kept]


def test_nobody_locks_themselves_out(admin: Person) -> None:
    path = f"/api/admin/users/{admin.id}"
    for body in ({"role": "user"}, {"disabled": True}):
        assert_problem(admin.patch(path, json=body), 409, "conflict")
    assert_problem(admin.delete(path), 409, "conflict")
    assert admin.get("/api/admin/users").status_code == 200


def leave(admin: Person) -> TestResponse:
    body = {"current_password": PASSWORD}
    return admin.client.delete("/auth/me", headers=admin.headers, json=body)


def test_the_last_admin_cannot_leave(app: APIFlask, admin: Person, alice: Person) -> None:
    refusal = assert_problem(leave(admin), 409, "conflict", "There would be no admin left")
    assert refusal["hint"] == "Make somebody else an admin first."
    disable(make_admin(alice))  # she cannot help anybody
    assert_problem(leave(admin), 409, "conflict")
    assert admin.get("/api/admin/users").status_code == 200
    admin.patch(f"/api/admin/users/{alice.id}", json={"disabled": False})
    assert leave(admin).status_code == 204
    alice.tokens = sign_in(alice.client, alice.email).json
    assert_problem(leave(alice), 409, "conflict")
    assert alice.get("/api/admin/users").status_code == 200


def test_who_is_no_admin_leaves_whoever_is_left(app: APIFlask, alice: Person, bob: Person) -> None:
    make_admin(bob)
    assert leave(alice).status_code == 204
    assert "user.deleted" in events(app)


@pytest.mark.parametrize("change", [{"role": "user"}, {"disabled": True}, None])
def test_of_two_admins_who_turn_on_each_other_one_stays(
    app: APIFlask, admin: Person, alice: Person, change: dict[str, Any] | None
) -> None:
    make_admin(alice)
    met = threading.Barrier(2)  # both are let in before either begins
    find = admin_views._another

    def another(user_id: int) -> User:
        found = find(user_id)
        db.session.commit()
        met.wait(10)
        return found

    def turn(one: Person, other: Person) -> int:
        path = f"/api/admin/users/{other.id}"
        client, method = app.test_client(), "PATCH" if change else "DELETE"
        return client.open(path, method=method, headers=one.headers, json=change).status_code

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(admin_views, "_another", another)
        found = list(pool.map(turn, (admin, alice), (alice, admin)))
    assert sorted(found) == [200 if change else 204, 409]
    left = [one for one in rows(app, User) if one.is_admin and not one.is_refused]
    assert len(left) == 1


def test_an_admin_deletes_a_user_with_all_that_is_theirs(
    app: APIFlask, admin: Person, alice: Person, bob: Person
) -> None:
    alice.make_note()
    his = bob.make_note()
    assert admin.delete(f"/api/admin/users/{alice.id}").status_code == 204
    assert_not_authenticated(alice.get("/api/notes"))
    assert_problem(admin.get(f"/api/admin/users/{alice.id}"), 404)
    assert_problem(admin.delete(f"/api/admin/users/{alice.id}"), 404)
    assert [user["email"] for user in admin.get("/api/admin/users").json] == [
        admin.email,
        bob.email,
    ]
    assert bob.get(f"/api/notes/{his}").status_code == 200


def test_not_even_an_admin_sees_others_notes(app: APIFlask, admin: Person, alice: Person) -> None:
    upload_id = alice.upload(name="Secret plan.wav")
    run_jobs(app)
    note_id = alice.get(f"/api/status/{upload_id}").json["note_id"]
    for path in (
        f"/api/notes/{note_id}",
        f"/api/notes/{note_id}/transcript",
        f"/api/notes/{note_id}/audio",
        f"/api/download/pdf/{note_id}",
        f"/api/status/{upload_id}",
    ):
        assert_problem(admin.get(path), 404, "not_found")
    assert admin.get("/api/notes").json == []
    for _, path in admin_calls(app):
        seen = admin.get(path.replace("/1", f"/{alice.id}")).get_data(as_text=True)
        for hidden in ("Secret", note_id, upload_id):
            assert hidden not in seen


def test_jobs_are_counted(app: APIFlask, admin: Person, alice: Person) -> None:
    assert admin.get("/api/admin/jobs").json == {**EMPTY, "oldest_queued_at": None}
    alice.make_note()
    alice.upload()
    found = admin.get("/api/admin/jobs").json
    assert found == {**EMPTY, "done": 1, "queued": 1, "oldest_queued_at": found["oldest_queued_at"]}
    assert found["oldest_queued_at"]


@pytest.mark.parametrize(
    "body", [{"role": "root"}, {"role": ["admin"]}, {"disabled": "perhaps"}, [], "x"]
)
def test_what_makes_no_sense_is_refused(admin: Person, alice: Person, body: Any) -> None:
    assert_problem(admin.patch(f"/api/admin/users/{alice.id}", json=body), 400)
    assert alice.get("/auth/me").json["role"] == "user"


def test_what_is_not_named_stays(admin: Person, alice: Person) -> None:
    before = admin.get(f"/api/admin/users/{alice.id}").json
    ignored = {"email": "x@example.com", "password": "a new password", "role": None}
    assert admin.patch(f"/api/admin/users/{alice.id}", json=ignored).json == before


def test_a_stolen_refresh_token_is_written_down(app: APIFlask, alice: Person) -> None:
    token = alice.tokens["refresh_token"]
    for _ in range(2):
        alice.client.post("/auth/refresh", headers=bearer(token))
    assert events(app, alice) == ["user.registered", "refresh.reused"]
