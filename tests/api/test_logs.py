"""What the log says of requests and jobs, and what it never says."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from talktotext import logs
from talktotext.extensions import db
from tests.api.accounts import bearer, make_token, posted, sign_in, token_in
from tests.conftest import PASSWORD, Person, make_settings, run_jobs, tone, whole
from tests.smtp_server import Mailbox

MakeApp = Callable[..., APIFlask]
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG|INFO|WARNING|ERROR) \S+ .*")
KEYS = {
    "SECRET_KEY": "signing/+key=" * 4,
    "JWT_SECRET_KEY": "tokens-are-signed-with-this-key-here",
    "OPENAI_API_KEY": "sk-proj-0123456789abcdef",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG",
}
ADDRESSES = {
    "REDIS_URL": "redis://:horse-battery@127.0.0.1:1/0",
    "SMTP_URL": "smtp://me:p%40ss%2Fword99@127.0.0.1:1",
    "OPENAI_BASE_URL": "http://u:let-me-in-1@127.0.0.1:1/v1",
}


class Log:
    """Everything that is logged meanwhile, as it would be written."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.handler = logging.StreamHandler(self.out)

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def by(self, app: APIFlask) -> "Log":
        """Begin anew, and write as that application does."""
        self.out.seek(0)
        self.out.truncate()
        self.handler.setFormatter(logs.formatter(app.config["SETTINGS"]))
        return self

    def of(self, name: str) -> list[str]:
        return [line for line in self.text.splitlines() if f" {name} " in line]


@pytest.fixture
def log() -> Iterator[Log]:
    log, root = Log(), logging.getLogger()
    before = root.level
    root.addHandler(log.handler)
    root.setLevel(logging.DEBUG)
    yield log
    root.removeHandler(log.handler)
    root.setLevel(before)


def test_a_request_is_one_line(app: APIFlask, alice: Person, log: Log) -> None:
    log.by(app)
    answer = alice.get("/api/notes", query_string={"limit": 3})
    (line,) = log.of("talktotext.access")
    assert LINE.fullmatch(line)
    name = answer.headers["X-Request-ID"]
    assert re.search(
        rf"INFO talktotext\.access GET /api/notes 200 \d+ ms address=127\.0\.0\.1 "
        rf"user={alice.id} request={name}$",
        line,
    )
    assert "limit" not in line


def test_or_one_object(make_app: MakeApp, log: Log) -> None:
    app = make_app(LOG_FORMAT="json")
    alice = Person(app, "Alice")
    log.by(app)
    answer = alice.get("/api/notes/none")
    (said,) = [one for one in log.objects if one["logger"] == "talktotext.access"]
    assert isinstance(said.pop("ms"), int)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", said.pop("time"))
    assert re.fullmatch(r"GET /api/notes/none 404 \d+ ms address=127.0.0.1", said.pop("message"))
    assert said == {
        "level": "INFO",
        "logger": "talktotext.access",
        "method": "GET",
        "path": "/api/notes/none",
        "status": 404,
        "user_id": alice.id,
        "address": "127.0.0.1",
        "request_id": answer.headers["X-Request-ID"],
    }


def test_every_line_of_a_request_has_its_name(app: APIFlask, alice: Person, log: Log) -> None:
    log.by(app)
    whole(sign_in(alice.client, alice.email, "wrong password"))
    lines = log.of("talktotext.audit") + log.of("talktotext.access")
    assert len(lines) == 2 and len({re.search("request=(.*)", line)[1] for line in lines}) == 1


def test_who_is_not_signed_in_is_nobody_however_it_was_before(
    app: APIFlask, alice: Person, log: Log
) -> None:
    alice.get("/auth/me")
    log.by(app)
    logging.getLogger("anywhere").warning("between two requests")
    whole(alice.client.get("/auth/me"))
    (line,), (between,) = log.of("talktotext.access"), log.of("anywhere")
    assert "user=" not in line
    assert between.endswith("between two requests")


def test_a_job_can_be_traced_to_its_request(app: APIFlask, alice: Person, log: Log) -> None:
    log.by(app)
    answer = alice.send(tone())
    name = answer.headers["X-Request-ID"]
    (line,) = [line for line in log.of("talktotext.runner") if "is submitted" in line]
    job = re.search(r"job ([\w-]{36}) is submitted: notes", line)
    assert job and line.endswith(f"user={alice.id} request={name}")
    logs.forget()
    run_jobs(app)
    ours = [line for line in log.text.splitlines() if job[1] in line]
    assert f"job {job[1]} is done" in ours[-1]
    logging.getLogger("anywhere").warning("after it")
    assert "job=" not in log.of("anywhere")[0]


def test_all_threads_at_a_job_say_so(app: APIFlask, log: Log) -> None:
    log.by(app)
    logs.forget()
    with logs.at_work("j0b-1"):
        logging.getLogger("anywhere").info("halfway")
    assert log.of("anywhere")[0].endswith("anywhere halfway job=j0b-1")


@pytest.mark.parametrize("kind", ["text", "json"])
def test_nobody_can_write_lines_of_their_own(make_app: MakeApp, log: Log, kind: str) -> None:
    app = make_app(LOG_FORMAT=kind)
    alice = Person(app, "Alice")
    log.by(app)
    forged = "2026-11-20 18:00:00 INFO talktotext.audit login user=1"
    alice.get(f"/api/notes/x%0a{forged}")
    alice.get(f"/x%0d%0a{forged}%1b[2J%e2%80%a8%e2%80%ae")
    body = {"email": f"a@b\n{forged}", "password": "x\r\n"}
    headers = {"User-Agent": f"x\t{forged}", "X-Request-ID": f"a b {forged}"}
    whole(alice.client.post("/auth/login", json=body, headers=headers))
    logging.getLogger("anywhere").error("x\n%s", forged, exc_info=ValueError(f"y\n{forged}"))
    lines = log.text.splitlines()
    assert lines and not [line for line in lines if line.startswith(forged)]
    for line in lines:
        assert LINE.fullmatch(line) or line.startswith(("    ", "{")), line
        assert line.isprintable()
    if kind == "json":
        assert len(log.objects) == len(lines)


def test_signing_in_and_out_leaves_no_secret(app: APIFlask, log: Log) -> None:
    log.by(app)
    alice = Person(app, "Alice")
    secrets = [PASSWORD, alice.tokens["token"], alice.tokens["refresh_token"]]
    secrets += [token := make_token(alice, "read"), "wrong password"]
    whole(alice.client.get("/api/notes", headers=bearer(token)))
    whole(sign_in(alice.client, alice.email, "wrong password"))
    for place in (f"/auth/verify?token={secrets[1]}", f"/auth/{secrets[1]}", f"/x/{token}"):
        alice.get(place)
    for _ in range(2):
        whole(alice.client.post("/auth/refresh", headers=bearer(secrets[2])))
    assert len(log.of("talktotext.access")) == 7
    assert_silent(log, secrets)


def test_links_in_mails_leave_none(make_app: MakeApp, box: Mailbox, log: Log) -> None:
    app = make_app(SMTP_URL=box.url)
    log.by(app)
    alice = Person(app, "Alice")
    alice.client.post("/auth/forgot", json={"email": alice.email})
    letters = posted(app, box)
    tokens = [token_in(letters[0], "verify"), token_in(letters[1], "reset")]
    alice.client.post("/auth/verify", json={"token": tokens[0]})
    alice.client.post("/auth/reset", json={"token": tokens[1], "password": "brand new secret"})
    assert "password.reset" in log.text
    assert_silent(log, [*tokens, "brand new secret"])


def test_the_database_s_errors_leave_none(make_app: MakeApp, log: Log) -> None:
    app = make_app()
    log.by(app)
    alice = Person(app, "Alice")
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    with app.app_context():
        db.session.execute(db.text("ALTER TABLE notes RENAME COLUMN title TO other"))
        db.session.commit()
    try:
        answer = alice.get("/api/notes/6f9619ff-8b86-d011-b42d-00cf4fc964ff")
    finally:
        with app.app_context():
            db.session.execute(db.text("ALTER TABLE notes RENAME COLUMN other TO title"))
            db.session.commit()
    assert answer.status_code in (500, 503)
    assert "SELECT notes" in log.text and "hidden due to hide_parameters" in log.text
    assert "6f9619ff" not in re.sub(r"(?m)^.* talktotext\.access .*$", "", log.text).replace(
        "/api/notes/6f9619ff-8b86-d011-b42d-00cf4fc964ff", ""
    )


def test_settings_leave_none_whoever_says_them(make_app: MakeApp, log: Log) -> None:
    app = make_app(**KEYS, **ADDRESSES)
    log.by(app)
    settings = app.config["SETTINGS"]
    database = "postgresql+psycopg://me:open/sesame@db.example/talk"
    anywhere = logging.getLogger("anywhere")
    for text in (repr(settings), str(settings.model_dump()), database, *ADDRESSES.values()):
        anywhere.warning("starting with %s", text)
        anywhere.error("broken", exc_info=RuntimeError(text))
    assert_silent(log, [*KEYS.values(), "horse-battery", "p%40ss", "p@ss/word99", "let-me-in-1"])
    assert_silent(log, ["sesame"])
    assert "db.example/talk" in log.text  # where it is, is no secret


SIGNED = "https://bucket.example/a/b.mp3?X-Amz-Signature=0f1e2d3c4b5a&X-Amz-Credential=AKIAEXAMPLE"


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        (f"no route to {SIGNED}", "0f1e2d3c4b5a"),
        (f"no route to '{SIGNED}' at all", "AKIAEXAMPLE"),
        ("fetching http://ann:pass1@x.example/talk.mp3", "pass1"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("{'Authorization': 'Bearer abc-def'}", "abc-def"),
        ("AUTHORIZATION: BEARER abcdef", "abcdef"),
        ('{"password": "open sesame"}', "sesame"),
        ("password=opensesame dbname=x", "opensesame"),
        ("Cookie: access=abcdefgh; refresh=ijklmnop", "ijklmnop"),
        ("refresh_token=abcdefghijkl", "abcdefghijkl"),
        ("ttt_Ab12_" + "x" * 43, "x" * 43),
    ],
)
def test_what_looks_like_a_secret_is_one(said: str, secret: str) -> None:
    assert secret in said
    assert secret not in logs.Redactor()(said)


@pytest.mark.parametrize(
    "said",
    [
        "GET /api/notes/6f9619ff-8b86-d011-b42d-00cf4fc964ff 200 12 ms",
        "token.made user=7 address=::1 {'token': 'Ab12345678', 'scopes': ['read']}",
        "password.reset user=7 address=::1",
        "a link of https://x.example/talk.mp3 by ann@example.com",
        "job 7 waits 3 s: the database does not answer",
    ],
)
def test_what_does_not_stays(said: str) -> None:
    assert logs.Redactor()(said) == said


def test_short_values_are_words_and_stay(app: APIFlask) -> None:
    settings = make_settings(
        app.config["SETTINGS"].INSTANCE_FOLDER, OPENAI_API_KEY="none", REDIS_URL="redis://:pw@h"
    )
    assert not {"none", "pw"} & logs.secrets_of(settings)


def assert_silent(log: Log, secrets: list[str]) -> None:
    assert log.text
    for secret in secrets:
        assert secret not in log.text
