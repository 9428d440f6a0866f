"""What the tests of accounts share."""

import re
from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from talktotext import audit
from talktotext.accounts import users
from talktotext.extensions import db
from talktotext.models import User
from tests.conftest import PASSWORD, Person
from tests.smtp_server import Mailbox

MakeApp = Callable[..., APIFlask]
NEW_PASSWORD = "staple battery horse"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, agent: str = "x") -> Any:
    body = {"email": email, "password": password}
    return client.post("/auth/login", json=body, headers={"User-Agent": agent})


def make_token(person: Person, *scopes: str, **wanted: Any) -> str:
    """An API token of somebody."""
    body = {"name": "script", "scopes": scopes or ("read",), **wanted}
    answer = person.post("/api/tokens", json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["token"])


def call(app: APIFlask, token: str, path: str, method: str = "GET", **options: Any) -> TestResponse:
    """What a program with that token is answered."""
    return app.test_client().open(path, method=method, headers=bearer(token), **options)


def make_admin(person: Person) -> Person:
    with person.app.app_context():
        users.set_role(db.session.get_one(User, person.id), "admin", by="a test")
    return person


def disable(person: Person) -> None:
    with person.app.app_context():
        users.disable(db.session.get_one(User, person.id), by="a test")


def events(app: APIFlask, person: Person | None = None) -> list[str]:
    """The security events there are, oldest first; those of one user."""
    with app.app_context():
        found = db.session.scalars(audit.events(person.id if person else None)).all()
        return [one.event for one in reversed(found)]


def posted(app: APIFlask, box: Mailbox) -> list[Any]:
    """The letters that arrived once all are sent."""
    assert app.extensions["mail"].wait(10)
    return box.letters


def token_in(letter: Any, purpose: str) -> str:
    """The token of the link in a letter."""
    match = re.search(rf"http://localhost:3000/{purpose}\?token=(\S+)", letter.get_content())
    assert match, letter.get_content()
    return match[1]
