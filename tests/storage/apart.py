"""Web and worker as on two machines: folders of their own, one database, one Redis."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import requests

from talktotext import redis_server
from tests.conftest import make_settings
from tests.stack import ROOT, RemotePerson, free_port

WEB = ("-m", "gunicorn", "wsgi:app")
WORKER = ("worker.py",)


class Apart:
    """Starts machines; what they share is in the folder `shared`."""

    def __init__(self, folder: Path, redis_url: str, **settings: str):
        self.folder, self.url = folder, f"http://127.0.0.1:{(port := free_port())}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("COV_")},
            "FLASK_ENV": "development",
            "DATABASE_URL": f"sqlite:///{folder / 'shared' / 'talktotext.db'}",
            "REDIS_URL": redis_url,
            "TRANSCRIBER": "fake",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "WEB_WORKERS": "1",
            "LEASE_SECONDS": "3",
            "SWEEP_SECONDS": "1",
            **settings,
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, command: tuple[str, ...], **settings: str) -> psutil.Process:
        """A process on a machine called so."""
        with self.log_of(name).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment | self._folders(name) | settings,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return psutil.Process(process.pid)

    def _folders(self, name: str) -> dict[str, str]:
        """A machine's disk; UPLOAD_FOLDER and WORK_FOLDER follow from it."""
        return {"INSTANCE_FOLDER": str(self.folder / name)}

    def kill(self, process: psutil.Process) -> None:
        """The machine's plug is pulled: the whole tree at once."""
        for member in [process, *process.children(recursive=True)]:
            member.kill()
        psutil.wait_procs([process], timeout=10)

    def is_up(self) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def wait_for(self, condition: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain:\n{self.log()[-3000:]}"
            time.sleep(0.05)

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def log(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def person(self) -> RemotePerson:
        return RemotePerson(self)  # type: ignore[arg-type]

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(40)


@contextmanager
def apart(folder: Path, **settings: str) -> Iterator[Apart]:
    """A database and a Redis, and a web server in front of them."""
    with redis_server.running(shared := make_settings(folder / "shared", REDIS_URL="")):
        machines = Apart(folder, shared.redis_url, **settings)
        upgrade = [sys.executable, "-m", "flask", "db", "upgrade"]
        environment = machines.environment | {"INSTANCE_FOLDER": str(folder / "shared")}
        subprocess.run(upgrade, cwd=ROOT, env=environment, check=True, capture_output=True)
        try:
            machines.start("web", WEB)
            machines.wait_for(machines.is_up, 60)
            yield machines
        finally:
            machines.stop()
