"""What the tests share: an application with a database of its own, and two people who use it.

Without further ado everything runs on SQLite and without a queue: jobs are executed in this
process. TEST_DATABASE_URL and TEST_REDIS_URL put the same tests on a PostgreSQL and a Redis.
"""

import io
import os
import subprocess
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from talktotext import create_app, passwords, runner
from talktotext.config import Settings
from talktotext.extensions import db
from talktotext.jobs import engines
from talktotext.models import Job
from talktotext.models.base import Base
from tests.smtp_server import Mailbox, mail_server
from tests.stack import Stack
from tests.tables import Tables

PASSWORD = "correct horse battery"
NO_REDIS = "redis://127.0.0.1:1/0"  # nobody listens there, so that it answers "no" at once


def make_settings(folder: Path, **values: Any) -> Settings:
    """Settings of an installation in `folder`, whatever the environment says."""
    defaults = {
        "FLASK_ENV": "testing",
        "INSTANCE_FOLDER": folder,
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "REDIS_URL": NO_REDIS,
        "TRANSCRIBER": "fake",
        "DIARIZER": "none",
        "LOG_LEVEL": "WARNING",
        "RATELIMIT_ENABLED": False,
    }
    return Settings(_env_file=None, **(defaults | values))  # type: ignore[call-arg]


@pytest.fixture(scope="session", autouse=True)
def true_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords in earnest; in this process a quick one stands in for it."""
    with pytest.MonkeyPatch.context() as patch:
        true, quick = passwords._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        yield true


@pytest.fixture
def in_earnest(true_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as they are where it counts."""
    monkeypatch.setattr(passwords, "_hasher", true_hasher)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    """What gives an application empty tables."""
    folder = tmp_path_factory.mktemp("tables")
    with create_app(make_settings(folder, DATABASE_URL="")).app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    made = Tables(folder / "talktotext.db")
    yield made
    made.drop()


@pytest.fixture
def make_app(tmp_path: Path, tables: Tables) -> Iterator[Callable[..., APIFlask]]:
    """Makes applications with settings of one's own, each on empty tables."""
    made: list[APIFlask] = []

    def make(**values: Any) -> APIFlask:
        app = create_app(make_settings(tmp_path / "instance", **values))
        app.testing = True
        with app.app_context():
            tables.empty(db.engine)
        made.append(app)
        return app

    yield make
    engines.forget()
    for app in made:
        app.extensions["mail"].wait(15)  # until then it may hold a connection
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., APIFlask]) -> APIFlask:
    """An application with the fake speech engine."""
    return make_app()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """Somebody without a token."""
    return app.test_client()


class Person:
    """A registered user with a token, and what such people do."""

    def __init__(self, app: APIFlask, name: str):
        self.app, self.name, self.email = app, name, f"{name.lower()}@example.com"
        self.client = app.test_client()
        body = {"name": name, "email": self.email, "password": PASSWORD}
        answer = self.client.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.json
        self.tokens, self.id = answer.json, answer.json["user"]["id"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['token']}"}

    def get(self, path: str, **options: Any) -> TestResponse:
        return whole(self.client.get(path, headers=self.headers, **options))

    def post(self, path: str, **options: Any) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.post(path, headers=headers, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self.client.patch(path, headers=self.headers, **options)

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(path, headers=self.headers)

    def send(self, data: bytes | None = None, name: str = "talk.wav", **form: Any) -> TestResponse:
        """Upload a recording and return the answer."""
        data = tone() if data is None else data
        return self.post("/api/upload", data={"file": (io.BytesIO(data), name), **form})

    def upload(self, data: bytes | None = None, name: str = "talk.wav", **form: Any) -> str:
        """Upload a recording that is taken; its id."""
        answer = self.send(data, name, **form)
        assert answer.status_code == 200, answer.json
        return str(answer.json["upload_id"])

    def make_note(self, data: bytes | None = None, name: str = "talk.wav", **form: Any) -> str:
        """Upload a recording, run its job here, and return the note's id."""
        upload_id = self.upload(data, name, **form)
        run_jobs(self.app)
        status = self.get(f"/api/status/{upload_id}").json
        assert status["status"] == "done", status
        return str(status["note_id"])


@pytest.fixture
def alice(app: APIFlask) -> Person:
    """The person a test is about."""
    return Person(app, "Alice")


@pytest.fixture
def bob(app: APIFlask) -> Person:
    """Somebody else, who must not see what is Alice's."""
    return Person(app, "Bob")


def whole(answer: TestResponse) -> TestResponse:
    """An answer with its body read, and the file it came from closed, as a server would."""
    answer.get_data()
    answer.close()
    return answer


def run_jobs(app: APIFlask) -> None:
    """Do in this process what a worker would: execute whatever waits."""
    with app.app_context():
        waiting = sa.select(Job.id).filter_by(status="queued").order_by(Job.created_at)
        for job_id in db.session.scalars(waiting).all():
            db.session.rollback()
            runner.execute(job_id)
        db.session.remove()


def tone(seconds: float = 2.0, pitch: float = 440.0) -> bytes:
    """A WAV file with a tone that swells and falls; other pitches are other recordings."""
    times = np.arange(int(seconds * 8_000)) / 8_000
    samples = 0.3 * np.sin(2 * np.pi * pitch * times) * (1 + np.sin(2 * np.pi * times)) / 2
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return out.getvalue()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """The mailbox of a mail server, whose `url` is for SMTP_URL."""
    with mail_server() as box:
        yield box


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole of it as real processes: web server, worker, queue."""
    folder = tmp_path_factory.mktemp("stack")
    with Stack(folder, TRANSCRIBER="fake") as running:
        yield running


@pytest.fixture(scope="session")
def long_silence(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two hours of silence in a small file: work for nobody but ffmpeg."""
    folder, ffmpeg = tmp_path_factory.mktemp("silence"), imageio_ffmpeg.get_ffmpeg_exe()
    minute, hours = str(folder / "minute.mp3"), str(folder / "hours.mp3")
    silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "60", "-b:a", "32k", minute]
    subprocess.run([ffmpeg, "-v", "error", *silence], check=True)
    loop = ["-stream_loop", "119", "-i", minute, "-c", "copy", hours]
    subprocess.run([ffmpeg, "-v", "error", *loop], check=True)
    return Path(hours).read_bytes()
