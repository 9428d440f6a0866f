"""Who may register: everybody, nobody, or who is invited."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.accounts import invitations, links, users
from talktotext.extensions import db
from talktotext.models import Invitation, User, now
from tests.api.accounts import MakeApp, bearer, posted, sign_in, token_in
from tests.api.helpers import assert_problem
from tests.conftest import PASSWORD
from tests.smtp_server import Mailbox

CAROL = {"name": "Carol", "email": "carol@example.com", "password": PASSWORD}


@pytest.fixture
def app(make_app: MakeApp, box: Mailbox) -> APIFlask:
    """An application for invited guests."""
    return make_app(REGISTRATION="invitation", SMTP_URL=box.url)


def register(app: APIFlask, **body: Any) -> Any:
    return app.test_client().post("/auth/register", json={**CAROL, **body})


def invite(app: APIFlask, email: str = "carol@example.com", role: str = "user") -> str:
    with app.app_context():
        link = links.invitation_link(invitations.invite(email, role))
    return link.partition("?token=")[2]


@pytest.fixture
def admin(app: APIFlask) -> dict[str, str]:
    """Headers of an admin."""
    person = {"name": "Root", "email": "root@example.com", "role": "admin"}
    with app.app_context():
        users.create(person, PASSWORD)
        db.session.commit()
    token = sign_in(app.test_client(), "root@example.com").json["token"]
    return bearer(token)


def test_nobody_registers_where_it_is_closed(make_app: MakeApp) -> None:
    app = make_app(REGISTRATION="closed")
    token = invite(app)
    for body in ({}, {"invitation": token}, {"invitation": "x"}):
        assert_problem(register(app, **body), 403, "registration_closed")
    with app.app_context():
        assert db.session.scalars(sa.select(User)).all() == []


def test_a_closed_door_does_not_tell_who_is_behind_it(app: APIFlask) -> None:
    assert register(app, invitation=invite(app)).status_code == 201
    known, unknown = register(app), register(app, email="dave@example.com")
    assert_problem(known, 403, "registration_closed", "Registration is closed")
    assert known.json == unknown.json


def test_who_is_invited_registers_once(app: APIFlask) -> None:
    token = invite(app)
    answer = register(app, email="CAROL@example.com", invitation=token)
    assert answer.status_code == 201
    assert set(answer.json) == {"token", "refresh_token", "user"}
    me = app.test_client().get("/auth/me", headers=bearer(answer.json["token"])).json
    assert (me["role"], me["email_verified"]) == ("user", True)
    assert_problem(register(app, invitation=token), 400, "link_invalid")
    assert_problem(register(app, email="dave@example.com", invitation=token), 400, "link_invalid")


def test_an_invitation_is_for_one_email(app: APIFlask) -> None:
    token = invite(app)
    assert_problem(register(app, email="dave@example.com", invitation=token), 400, "link_invalid")
    assert register(app, invitation=token).status_code == 201


def test_what_is_refused_does_not_spend_the_invitation(app: APIFlask) -> None:
    token = invite(app)
    assert_problem(register(app, password="short", invitation=token), 400)
    assert register(app, invitation=token).status_code == 201


def test_of_two_who_come_with_it_at_once_one_gets_in(app: APIFlask) -> None:
    token, codes = invite(app), []

    def come() -> None:
        codes.append(register(app, invitation=token).status_code)

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 400, 400, 400]


def test_the_newest_invitation_counts_and_they_run_out(app: APIFlask) -> None:
    old, new = invite(app), invite(app)
    assert_problem(register(app, invitation=old), 400, "link_invalid")
    with app.app_context():
        db.session.execute(sa.update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
    assert_problem(register(app, invitation=new), 400, "link_invalid")


def test_an_invited_admin_is_one_also_where_all_may_register(make_app: MakeApp) -> None:
    app = make_app()
    answer = register(app, invitation=invite(app, role="admin"))
    me = app.test_client().get("/auth/me", headers=bearer(answer.json["token"])).json
    assert me["role"] == "admin"


def test_nobody_makes_themselves_an_admin(make_app: MakeApp) -> None:
    app = make_app()
    answer = register(app, role="admin", email_verified_at="2026-01-01", id=1)
    headers = bearer(answer.json["token"])
    app.test_client().patch("/auth/me", json={"role": "admin"}, headers=headers)
    me = app.test_client().get("/auth/me", headers=headers).json
    assert (me["role"], me["email_verified"]) == ("user", False)


def test_an_admin_invites_and_the_mail_lets_in(
    app: APIFlask, admin: dict[str, str], box: Mailbox
) -> None:
    path = "/api/admin/invitations"
    answer = app.test_client().post(path, json={"email": CAROL["email"]}, headers=admin)
    assert answer.status_code == 201
    invited = answer.json
    assert set(invited) == {"id", "email", "role", "created_at", "expires_at", "link"}
    (letter,) = posted(app, box)
    assert letter["To"] == CAROL["email"]
    link = invited.pop("link")
    assert link.endswith(token_in(letter, "register"))
    assert app.test_client().get(path, headers=admin).json == [invited]
    assert register(app, invitation=token_in(letter, "register")).status_code == 201
    assert app.test_client().get(path, headers=admin).json == []
    again = app.test_client().post(path, json={"email": CAROL["email"]}, headers=admin)
    assert_problem(again, 409, "conflict", "Email already registered")


def test_an_invitation_is_withdrawn(app: APIFlask, admin: dict[str, str]) -> None:
    token, client = invite(app), app.test_client()
    (listed,) = client.get("/api/admin/invitations", headers=admin).json
    path = f"/api/admin/invitations/{listed['id']}"
    assert client.delete(path, headers=admin).status_code == 204
    assert_problem(client.delete(path, headers=admin), 404, "not_found", "Invitation not found")
    assert_problem(register(app, invitation=token), 400, "link_invalid")


@pytest.mark.parametrize(
    "body", [{}, {"email": "x"}, {"email": "a\n@b"}, {"email": "c@example.com", "role": "root"}]
)
def test_what_makes_no_sense_is_refused(
    app: APIFlask, admin: dict[str, str], body: dict[str, str]
) -> None:
    answer = app.test_client().post("/api/admin/invitations", json=body, headers=admin)
    assert_problem(answer, 400)
