"""TalkToText as real processes, for tests that need them: started, spoken to, killed."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Self

import psutil
import requests
import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_database() -> str:
    """A new database beside that of TEST_DATABASE_URL, whose tables the tests in this process
    drop; empty, which is SQLite in the installation's folder, where there is none."""
    if not os.environ.get("TEST_DATABASE_URL"):
        return ""
    own = sa.make_url(os.environ["TEST_DATABASE_URL"]).set(database=f"s{secrets.token_hex(8)}")
    _on_server(f"CREATE DATABASE {own.database}")
    return own.render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    if url:
        _on_server(f"DROP DATABASE IF EXISTS {sa.make_url(url).database} WITH (FORCE)")


def _on_server(statement: str) -> None:
    server = sa.make_url(os.environ["TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def is_running(process: psutil.Process) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.NoSuchProcess:
        return []


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


class Stack:
    """`flask serve` in a folder of its own, on a database and a Redis of its own."""

    def __init__(self, folder: Path, **settings: str):
        self.folder = folder
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("COV_")},
            "FLASK_ENV": "development",
            "INSTANCE_FOLDER": str(folder),
            "DATABASE_URL": own_database(),
            "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "WEB_WORKERS": "1",
            "DIARIZER": "none",
            "RATELIMIT_ENABLED": "false",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            self.wait_for(lambda: self.health().get("status") == "ok", 60)
        except AssertionError:  # nobody will leave what was not entered
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)
        drop_database(self.environment["DATABASE_URL"])

    def health(self) -> dict[str, Any]:
        try:
            return dict(requests.get(f"{self.url}/health", timeout=5).json())
        except requests.RequestException:
            return {}

    def wait_for(self, condition: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain:\n{self.log()[-3000:]}"
            time.sleep(0.1)

    def command(self, *arguments: str) -> str:
        """What a `flask` command of this installation prints."""
        command = [sys.executable, "-m", "flask", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def database(self) -> sa.Engine:
        """The installation's database."""
        url = self.environment["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
        return sa.create_engine(
            url or f"sqlite:///{self.folder}/talktotext.db", poolclass=sa.NullPool
        )

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def tree(self) -> dict[str, list[psutil.Process]]:
        """The processes by what they are: web, keeper, worker, horse, ffmpeg, redis."""
        found: dict[str, list[psutil.Process]] = defaultdict(list)
        assert self.process is not None
        for child in _children(psutil.Process(self.process.pid)):
            name = " ".join(_command(child))
            if "redis-server" in name:
                found["redis"].append(child)
            elif "gunicorn" in name:
                found["web"].append(child)
            elif "worker.py" in name:
                self._descend(found, child, ("keeper", "worker", "horse", "ffmpeg"))
        return found

    def _descend(
        self,
        found: dict[str, list[psutil.Process]],
        process: psutil.Process,
        names: tuple[str, ...],
    ) -> None:
        found[names[0]].append(process)
        for child in _children(process) if names[1:] else ():
            self._descend(found, child, names[1:])

    def one(self, name: str, seconds: float = 30) -> psutil.Process:
        """The process of that name, waited for."""
        deadline = time.monotonic() + seconds
        while not (found := self.tree()[name]):
            assert time.monotonic() < deadline, f"no {name} in {seconds} s:\n{self.log()[-3000:]}"
            time.sleep(0.05)
        return found[0]

    def person(self) -> "RemotePerson":
        return RemotePerson(self)


class RemotePerson:
    """A registered user who speaks to the stack over HTTP."""

    def __init__(self, stack: Stack):
        self.stack, self.session = stack, requests.Session()
        body = {
            "name": "Alice",
            "email": f"{secrets.token_hex(8)}@example.com",
            "password": secrets.token_hex(8),
        }
        tokens = self.session.post(f"{stack.url}/auth/register", json=body, timeout=30).json()
        self.session.headers["Authorization"] = f"Bearer {tokens['token']}"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.stack.url + path, timeout=120, **options)

    def get(self, path: str) -> Any:
        return self.request("GET", path).json()

    def send(self, data: bytes, name: str = "talk.wav", **form: Any) -> requests.Response:
        return self.request("POST", "/api/upload", files={"file": (name, data)}, data=form)

    def upload(self, data: bytes, name: str = "talk.wav", **form: Any) -> str:
        answer = self.send(data, name, **form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["upload_id"])

    def status(self, upload_id: str) -> dict[str, Any]:
        return dict(self.get(f"/api/status/{upload_id}"))

    def wait(self, upload_id: str, status: str = "done", seconds: float = 90) -> dict[str, Any]:
        """Wait for a status; the whole answer."""
        self.stack.wait_for(lambda: self.status(upload_id)["status"] == status, seconds)
        return self.status(upload_id)
