"""Rules for all routes, read off the routes themselves, so that a new one cannot be forgotten."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.api.helpers import assert_not_authenticated, assert_problem
from tests.conftest import Person, tone, whole

OPEN = {
    "/",
    "/auth/register",
    "/auth/login",
    *("/auth/verify", "/auth/forgot", "/auth/reset"),
    "/health",
    "/health/live",
    "/api/health",
    "/openapi.json",
    "/docs/",
    "/docs/<path:path>",
}


def calls(app: APIFlask) -> Iterator[tuple[str, Rule]]:
    """Every method of every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield method, rule


def address(rule: Rule, **ids: str) -> str:
    numbers = {"index": "0", **dict.fromkeys(("number", "before", "after"), "1")}
    values = {"extension": "pdf", "user_id": "7", **numbers, **ids}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: values.get(name[1], str(uuid4())), rule.rule)


def test_every_route_but_the_open_ones_refuses_a_missing_token(
    app: APIFlask, client: FlaskClient
) -> None:
    closed = [(method, rule) for method, rule in calls(app) if rule.rule not in OPEN]
    assert len(closed) >= 10
    for method, rule in closed:
        path = address(rule, note_id=str(uuid4()), upload_id=str(uuid4()))
        assert_not_authenticated(client.open(path, method=method))


def test_what_is_open_is_there(app: APIFlask) -> None:
    assert {rule.rule for _, rule in calls(app)} >= OPEN


def test_nobody_else_s_is_as_unknown_as_what_never_was(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    upload_id = alice.upload()
    hers = {"upload_id": upload_id, "note_id": alice.make_note(tone(2, 660))}
    never = {"upload_id": str(uuid4()), "note_id": str(uuid4())}
    routes = [(method, rule) for method, rule in calls(app) if rule.arguments & set(hers)]
    assert len(routes) >= 4
    for method, rule in routes:
        refused = bob.client.open(address(rule, **hers), method=method, headers=bob.headers)
        unknown = bob.client.open(address(rule, **never), method=method, headers=bob.headers)
        assert_problem(refused, 404, "not_found")
        assert refused.json == unknown.json
    # Nothing of hers was touched.
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"
    for method, rule in routes:
        if method == "GET":
            answer = alice.client.get(address(rule, **hers), headers=alice.headers)
            assert whole(answer).status_code == 200


@pytest.mark.parametrize(
    "bad_id",
    [
        "0",
        "..",
        "%2e%2e%2f",
        "%00",
        "a" * 4000,
        "' OR 1=1 --",
        "𝟙𝟚𝟛",
        "00000000-0000-0000-0000-00000000000g",
    ],
)
def test_what_is_no_id_is_not_found(alice: Person, bad_id: str) -> None:
    for path, error in (
        ("/api/status/", "Upload not found"),
        ("/api/notes/", "Note not found"),
        ("/api/download/pdf/", "Note not found"),
    ):
        answer = alice.get(path + bad_id)
        # An encoded slash or `..` may lead to another path, where there is nothing either.
        body = assert_problem(answer, 404, "not_found")
        assert body["error"] in (error, "Not found")
        if "." not in bad_id and "%2" not in bad_id:
            assert body["error"] == error
