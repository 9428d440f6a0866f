"""JSON as it goes out and as it was kept: quick, and never broken."""

import json

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask import jsonify

from talktotext.extensions import db
from talktotext.models import User
from tests.conftest import Person

HALF = "\ud83d"  # the first half of 😀, which no text holds and some programs send


@pytest.mark.parametrize("text", ["Zoë 😀", "\u2028</script>", '"\\\n\x00'])
def test_text_of_every_kind_arrives(app: APIFlask, text: str) -> None:
    with app.test_request_context():
        answer = jsonify({text: [text]})
    assert answer.get_json() == {text: [text]}
    assert answer.content_type == "application/json" and answer.data.endswith(b"\n")


def test_half_a_letter_does_not_break_an_answer(app: APIFlask) -> None:
    with app.test_request_context():
        assert json.loads(jsonify(text=HALF).data) == {"text": HALF}


def test_what_is_no_number_is_null(app: APIFlask) -> None:
    with app.test_request_context():
        answer = jsonify([float("nan"), float("inf"), 1.5])
    assert answer.data == b"[null,null,1.5]\n"


def test_half_a_letter_that_was_kept_can_be_read(alice: Person) -> None:
    with alice.app.app_context():
        if db.engine.dialect.name == "postgresql":
            pytest.skip("PostgreSQL keeps none")
        db.session.execute(sa.update(User).values(vocabulary=[HALF, "Zoë"]))
        db.session.commit()
        assert db.session.scalars(sa.select(User.vocabulary)).all() == [[HALF, "Zoë"]]


def test_no_session_of_flask_is_kept(alice: Person) -> None:
    for path in ("/auth/me", "/api/notes", "/docs/"):
        assert "Set-Cookie" not in alice.get(path).headers
