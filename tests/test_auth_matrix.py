"""Every route × every way to come without leave, read off the routes: none can be forgotten.

Public are the routes in PUBLIC and no others. All refusals are problems in the one shape, never a
200 and never a 500, and nothing in the database changes by them.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from talktotext.extensions import db
from talktotext.models import ApiToken, now
from talktotext.models.base import Base
from tests.api.accounts import bearer, disable, make_token, sign_in
from tests.api.helpers import assert_not_authenticated, assert_problem
from tests.conftest import PASSWORD, Person

PUBLIC = {
    "GET /",
    "GET /docs/",
    "GET /docs/<path:path>",
    "GET /openapi.json",
    "GET /health",
    "GET /health/live",
    "GET /api/health",
    "POST /auth/register",
    "POST /auth/login",
    *("POST /auth/forgot", "POST /auth/verify", "POST /auth/reset"),  # with the token of a mail
}
ADMINS = {
    "GET /api/admin/users",
    "GET /api/admin/users/<int:user_id>",
    "PATCH /api/admin/users/<int:user_id>",
    "DELETE /api/admin/users/<int:user_id>",
    "GET /api/admin/jobs",
    "POST /api/admin/invitations",
    "GET /api/admin/invitations",
    "DELETE /api/admin/invitations/<invitation_id>",
}
REFRESH = "POST /auth/refresh"
# What names somebody's things in an address; all other parts of addresses name nobody's.
OWNED = {"upload_id", "note_id", "session_id", "token_id", "file_id"}
PARTS = {"extension": "pdf", "index": "0", "number": "1", "before": "1", "after": "1"}
TUS = {"Tus-Resumable": "1.0.0"}
EVERYTHING = ("read", "write", "upload")


@dataclass(frozen=True)
class Route:
    """A method of a route, and what a token must be good for."""

    method: str
    rule: Rule
    scope: str | None

    @property
    def name(self) -> str:
        return f"{'GET' if self.method == 'HEAD' else self.method} {self.rule.rule}"

    @property
    def token(self) -> str:
        return "refresh_token" if self.name == REFRESH else "token"

    def address(self, **ids: str) -> str:
        values = {"user_id": "1", **PARTS, **ids}
        return re.sub(
            r"<(?:\w+:)?(\w+)>", lambda part: values.get(part[1], str(uuid4())), self.rule.rule
        )


def routes(app: APIFlask) -> list[Route]:
    """Every method of every route but the public ones."""
    found = [
        Route(method, rule, app.view_functions[rule.endpoint].__dict__.get("scope"))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]
    return [route for route in found if route.name not in PUBLIC]


class World:
    """Alice, who has one of everything, and the tokens of those who have lost theirs."""

    def __init__(self, app: APIFlask):
        self.app, self.alice = app, Person(app, "Alice")
        self.out = sign_in(self.alice.client, self.alice.email).json
        self.alice.client.post("/auth/logout", headers=bearer(self.out["token"]))
        self.disabled, self.deleted = Person(app, "Dora"), Person(app, "Dave")
        self.disabled_token = make_token(self.disabled, *EVERYTHING)
        self.deleted_token = make_token(self.deleted, *EVERYTHING)
        disable(self.disabled)
        leaving = {"json": {"current_password": PASSWORD}, "headers": self.deleted.headers}
        assert self.deleted.client.delete("/auth/me", **leaving).status_code == 204

    def api_token(self, **columns: Any) -> str:
        """One of hers that is good for everything, but for what is changed in its row."""
        shown = make_token(self.alice, *EVERYTHING)
        with self.app.app_context():
            mine = sa.update(ApiToken).where(ApiToken.id == shown.split("_")[1])
            db.session.execute(mine.values(**columns))
            db.session.commit()
        return shown

    def revoked_token(self) -> str:
        shown = make_token(self.alice, *EVERYTHING)
        assert self.alice.delete(f"/api/tokens/{shown.split('_')[1]}").status_code == 204
        return shown

    def forged(self, kind: str, key: str | None = None, **claims: Any) -> str:
        """Her token with other claims, or signed with another key."""
        true = jwt.decode(self.alice.tokens[kind], options={"verify_signature": False})
        key = key or self.app.config["JWT_SECRET_KEY"]
        return jwt.encode({**true, **claims}, key, algorithm="HS256")

    def other_algorithm(self, kind: str, name: str) -> str:
        key = self.app.config["JWT_SECRET_KEY"]
        true = jwt.decode(self.alice.tokens[kind], options={"verify_signature": False})
        return jwt.encode(true, key * 2, algorithm=name)

    def unsigned(self, kind: str, algorithm: str, signature: str = "") -> str:
        """Her token as if it needed no signature."""
        header, payload, _ = self.alice.tokens[kind].split(".")
        said = json.dumps({"alg": algorithm, "typ": "JWT"}).encode()
        header = base64.urlsafe_b64encode(said).rstrip(b"=").decode()
        return f"{header}.{payload}.{signature}"

    def tampered(self, kind: str) -> str:
        """Her token with another payload, under its old signature."""
        header, payload, signature = self.alice.tokens[kind].split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        said = json.dumps({**claims, "exp": claims["exp"] + 1}).encode()
        return f"{header}.{base64.urlsafe_b64encode(said).rstrip(b'=').decode()}.{signature}"


Come = Callable[[World, str], dict[str, Any]]


def shown(token: Callable[[World, str], str]) -> Come:
    """Come with a bearer; it is made once for each kind of token."""
    return lambda world, kind: {"headers": bearer(token(world, kind))}


def other(kind: str) -> str:
    return "token" if kind == "refresh_token" else "refresh_token"


PAST = {"exp": 1_700_000_000}
CASES: dict[str, Come] = {
    "no token": lambda world, kind: {},
    "an empty one": shown(lambda world, kind: ""),
    "garbage": shown(lambda world, kind: "garbage"),
    "garbage of three parts": shown(lambda world, kind: "a.b.c"),
    "garbage that is no text": shown(lambda world, kind: "\xff\xfe\x80"),
    "a megabyte of it": shown(lambda world, kind: "x" * 1_000_000),
    "her name and password": lambda world, kind: {"auth": (world.alice.email, PASSWORD)},
    "another scheme": lambda world, kind: {
        "headers": {"Authorization": f"Token {world.alice.tokens[kind]}"}
    },
    "two at once": lambda world, kind: {
        "headers": {"Authorization": "Bearer {0}, Bearer {0}".format(world.alice.tokens[kind])}
    },
    "in the address": lambda world, kind: {
        "query_string": {"jwt": world.alice.tokens[kind], "token": world.alice.tokens[kind]}
    },
    "in a cookie": lambda world, kind: {
        "headers": {
            "Cookie": "; ".join(
                f"{name}={world.alice.tokens[kind]}"
                for name in ("access", "refresh", "access_token_cookie", "__Host-access")
            )
        }
    },
    "expired": shown(lambda world, kind: world.forged(kind, **PAST)),
    "not good yet": shown(lambda world, kind: world.forged(kind, nbf=4_000_000_000)),
    "signed out": shown(lambda world, kind: world.out[kind]),
    "wrong key": shown(lambda world, kind: world.forged(kind, "k" * 64)),
    "the key for links": shown(
        lambda world, kind: world.forged(kind, world.app.config["SECRET_KEY"])
    ),
    "alg none": shown(lambda world, kind: world.unsigned(kind, "none")),
    "alg nOnE": shown(lambda world, kind: world.unsigned(kind, "nOnE")),
    "alg none, signed": shown(
        lambda world, kind: world.unsigned(kind, "none", world.alice.tokens[kind].split(".")[2])
    ),
    "alg HS512": shown(lambda world, kind: world.other_algorithm(kind, "HS512")),
    "another payload": shown(lambda world, kind: world.tampered(kind)),
    "the other kind": shown(lambda world, kind: world.alice.tokens[other(kind)]),
    "a session that never was": shown(lambda world, kind: world.forged(kind, login=str(uuid4()))),
    "no session": shown(lambda world, kind: world.forged(kind, login="")),
    "a disabled user": shown(lambda world, kind: world.disabled.tokens[kind]),
    "a deleted user": shown(lambda world, kind: world.deleted.tokens[kind]),
    "a disabled user's API token": shown(lambda world, kind: world.disabled_token),
    "a deleted user's API token": shown(lambda world, kind: world.deleted_token),
    "an expired API token": shown(
        lambda world, kind: world.api_token(expires_at=now() - timedelta(seconds=1))
    ),
    "a revoked API token": shown(lambda world, kind: world.revoked_token()),
    "an API token with another secret": shown(
        lambda world, kind: world.api_token(secret_hash="0" * 64)
    ),
    "half an API token": shown(lambda world, kind: make_token(world.alice, *EVERYTHING)[:-8]),
}


@pytest.fixture
def world(app: APIFlask) -> World:
    return World(app)


def rows(app: APIFlask) -> dict[str, list[Any]]:
    """All there is in the database, but for the log of events."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "audit_events"]
    with app.app_context():
        return {
            table.name: sorted(map(repr, db.session.execute(sa.select(table)))) for table in tables
        }


def ask(app: APIFlask, route: Route, come: dict[str, Any], **ids: str) -> TestResponse:
    headers = {**TUS, **come.get("headers", {})}
    client = app.test_client()
    return client.open(route.address(**ids), method=route.method, **{**come, "headers": headers})


def assert_refused(answer: TestResponse, route: Route, status: int, code: str) -> None:
    if route.method == "HEAD":
        assert answer.status_code == status, route.name
    elif status == 401:
        assert_not_authenticated(answer)
    else:
        assert_problem(answer, status, code)


@pytest.mark.parametrize("case", CASES)
def test_nobody_gets_in_with(world: World, case: str) -> None:
    before = {kind: CASES[case](world, kind) for kind in ("token", "refresh_token")}
    stored, asked = rows(world.app), 0
    for route in routes(world.app):
        answer = ask(world.app, route, before[route.token])
        assert_refused(answer, route, 401, "not_authenticated")
        asked += 1
    assert rows(world.app) == stored
    assert asked >= 70
    # What would have let her in still does.
    assert world.alice.get("/auth/me").status_code == 200


def insufficient(route: Route) -> tuple[str, ...]:
    """All scopes of API tokens that are not good for the route."""
    if route.scope in ("session", "admin"):
        return EVERYTHING
    enough = {"read" if route.method in ("GET", "HEAD") else "write", route.scope}
    return tuple(scope for scope in EVERYTHING if scope not in enough)


def test_an_api_token_is_good_for_its_scopes_only(world: World) -> None:
    tokens = {
        scopes: make_token(world.alice, *scopes)
        for scopes in {insufficient(route) for route in routes(world.app)}
    }
    stored = rows(world.app)
    for route in routes(world.app):
        answer = ask(world.app, route, {"headers": bearer(tokens[insufficient(route)])})
        refused = (
            (401, "not_authenticated") if route.name == REFRESH else (403, "insufficient_scope")
        )
        assert_refused(answer, route, *refused)
    assert rows(world.app) == stored


def test_what_admins_do_is_refused_to_others(world: World) -> None:
    stored, asked = rows(world.app), set()
    for route in routes(world.app):
        if route.scope == "admin":
            asked.add(route.name)
            answer = ask(world.app, route, {"headers": world.alice.headers})
            assert_refused(answer, route, 403, "admin_only")
    assert asked == ADMINS
    assert rows(world.app) == stored


@dataclass
class Things:
    """One of everything of somebody's that an address can name."""

    person: Person
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        note_id = self.person.make_note()
        length = {"Upload-Length": "10", "Upload-Metadata": "filename dGFsay53YXY="}
        begun = self.person.post("/api/files/", headers={**TUS, **length})
        assert begun.status_code == 201, begun.json
        self.ids = {
            "note_id": note_id,
            "upload_id": self.person.get(f"/api/notes/{note_id}").json["upload_id"],
            "session_id": self.person.get("/api/sessions").json[0]["id"],
            "token_id": make_token(self.person).split("_")[1],
            "file_id": begun.headers["Location"].rsplit("/", 1)[1],
        }
        assert set(self.ids) == OWNED


def owned(app: APIFlask) -> Iterator[Route]:
    """Routes that name something of somebody's."""
    for route in routes(app):
        if route.rule.arguments & OWNED:
            yield route


def not_found(route: Route) -> tuple[int, str]:
    """Where there is no bucket nothing is sent there, whosever it is; see tests of direct.py."""
    direct = route.rule.endpoint.startswith("direct.")
    return (400, "invalid_request") if direct else (404, "not_found")


def test_what_is_hers_is_not_found_by_others(world: World) -> None:
    things, bob = Things(world.alice), Person(world.app, "Bob")
    stored, asked = rows(world.app), 0
    for route in owned(world.app):
        hers = ask(world.app, route, {"headers": bob.headers}, **things.ids)
        never = ask(world.app, route, {"headers": bob.headers})
        assert_refused(hers, route, *not_found(route))
        assert hers.text == never.text, route.name  # not even that it is there
        asked += 1
    assert asked >= 40
    assert rows(world.app) == stored


def test_nor_by_their_api_tokens_nor_by_admins(world: World) -> None:
    things, bob = Things(world.alice), Person(world.app, "Bob")
    token = make_token(bob, *EVERYTHING)
    with world.app.app_context():
        db.session.execute(sa.text("UPDATE users SET role = 'admin' WHERE email LIKE 'bob@%'"))
        db.session.commit()
    stored = rows(world.app)
    for route in owned(world.app):
        as_admin = ask(world.app, route, {"headers": bob.headers}, **things.ids)
        assert_refused(as_admin, route, *not_found(route))
        if route.scope != "session":
            answer = ask(world.app, route, {"headers": bearer(token)}, **things.ids)
            assert_refused(answer, route, *not_found(route))
    kept = {name: one for name, one in rows(world.app).items() if name != "api_tokens"}
    assert kept == {name: one for name, one in stored.items() if name != "api_tokens"}  # last used


def test_every_route_is_public_or_asks_who_it_is(app: APIFlask) -> None:
    for route in routes(app):
        view = app.view_functions[route.rule.endpoint]
        assert "scope" in view.__dict__, f"{route.name} has no @signed_in, and is not in PUBLIC"


def test_what_is_public_is_there_and_nothing_of_it_asks(app: APIFlask) -> None:
    there = {
        f"{method} {rule.rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert there.keys() >= PUBLIC
    for name in PUBLIC:
        assert "scope" not in app.view_functions[there[name]].__dict__


def test_every_part_of_an_address_is_known(app: APIFlask) -> None:
    known = {*OWNED, *PARTS, "user_id", "invitation_id"}
    for route in routes(app):
        assert route.rule.arguments <= known, f"{route.name}: is it somebody's? Then it is OWNED"


def test_a_route_that_is_forgotten_is_found(app: APIFlask) -> None:
    before = len(routes(app))
    app._got_first_request = False
    app.get("/api/secrets")(lambda: "all of them")
    assert len(routes(app)) == before + 2
    with pytest.raises(AssertionError, match="/api/secrets has no @signed_in"):
        test_every_route_is_public_or_asks_who_it_is(app)
