"""TalkToText as `flask serve` runs it, for faults to be done to; and people who send to it."""

import json
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import requests
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from benchmarks.faults import POSTGRESQL, Fault
from benchmarks.postgres import Postgres
from benchmarks.sounds import Sound
from benchmarks.target import Target, Team, children, command, end, wait_for
from talktotext.config import Settings
from talktotext.models import Job
from tests.stack import Stack

USERS = 4
WEB_PATIENCE = 120.0  # seconds


class Ours(Target):
    """The whole of it: web, workers, Redis, and a PostgreSQL if there is one."""

    name = "TalkToText"

    def __init__(self, folder: Path, delay: float, workers: int, **settings: str):
        super().__init__(folder)
        self.postgres = Postgres(folder / "postgres") if settings.pop("postgres", "") else None
        self.journal = folder / "heard"
        engine = {"delay": delay, "journal": str(self.journal)}
        self.stack = Stack(
            folder,
            DATABASE_URL=self.postgres.url if self.postgres else "",
            REDIS_URL="",
            TRANSCRIBER="fake",
            TRANSCRIBER_OPTIONS=json.dumps(engine),
            WORKERS=str(workers),
            **{**settings, "WEB_WORKERS": "2"},
        )
        self.spared = () if self.postgres else POSTGRESQL

    def start(self) -> None:
        if self.postgres and not self.postgres.folder.exists():
            self.postgres.start()
        self.stack.__enter__()

    def stop(self) -> None:
        assert self.stack.process is not None
        end(self.stack.process, 60)

    def close(self) -> None:
        self.stop()
        if self.postgres:
            self.postgres.stop()

    def top(self) -> psutil.Process:
        assert self.stack.process is not None
        return psutil.Process(self.stack.process.pid)

    def teams(self) -> list[Team]:
        found, at_work = [], self._at_work()
        for keeper in _workers_below(self.top()):
            for worker in _workers_below(keeper)[:1]:
                horses = [horse for horse in _workers_below(worker) if horse.pid in at_work]
                found.append(Team(keeper, worker, horses[0] if horses else None))
        return found

    def _at_work(self) -> set[int]:
        """The processes that hold a job: horses stay when they have none."""
        running = sa.select(Job.lease_owner).where(Job.status == "running")
        try:
            with self.database().connect() as connection:
                owners = list(connection.scalars(running))
        except OperationalError:  # one of the faults
            return set()
        return {int(owner.rpartition(":")[2]) for owner in owners if owner}

    def database(self) -> sa.Engine:
        """To see for oneself."""
        url = self.postgres.url if self.postgres else ""
        return sa.create_engine(
            Settings(_env_file=None, INSTANCE_FOLDER=self.folder, DATABASE_URL=url).DATABASE_URL,
            poolclass=sa.NullPool,
        )

    def _web(self) -> psutil.Process:
        return wait_for(
            lambda: [child for child in children(self.top()) if "gunicorn" in command(child)]
        )[0]

    def kill_web_server(self, fault: Fault) -> None:
        self._web().kill()

    def kill_web_worker(self, fault: Fault) -> None:
        fault.choose(wait_for(lambda: children(self._web()))).kill()

    def restart_database_fast(self, fault: Fault) -> None:
        assert self.postgres is not None
        self.postgres.restart("fast")

    def restart_database_immediate(self, fault: Fault) -> None:
        assert self.postgres is not None
        self.postgres.restart("immediate")


class People:
    """Users who each send a recording now and then. What gets no answer is sent again, under the
    same Idempotency-Key, as a program would.

    Attributes:
        accepted: the id of the upload that the service said it took, by the recording's name.
        answers: how often which answer came.
    """

    def __init__(self, ours: Ours):
        self.url = ours.stack.url
        self.tokens = [ours.stack.person().session.headers["Authorization"] for _ in range(USERS)]
        self.accepted: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self.lock = threading.Lock()

    def send(self, number: int, sound: Sound) -> None:
        """Return once the service has taken it; give up after a while."""
        data, deadline = sound.wav(), time.monotonic() + WEB_PATIENCE
        while time.monotonic() < deadline:
            upload_id = self._try(number, sound.name, data)
            if upload_id:
                self.accepted[sound.name] = upload_id
                return
            time.sleep(1)

    def _try(self, number: int, name: str, data: bytes) -> str | None:
        headers = {"Authorization": self.tokens[number % USERS], "Idempotency-Key": name}
        files = {"file": (name, data)}
        try:
            answer = requests.post(
                f"{self.url}/api/upload", files=files, headers=headers, timeout=30
            )
        except requests.RequestException as error:
            self._count(type(error).__name__)
            return None
        self._count(str(answer.status_code))
        return str(answer.json()["upload_id"]) if answer.status_code == 200 else None

    def _count(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1


def _workers_below(process: psutil.Process) -> list[psutil.Process]:
    """Keepers, RQ workers and horses are forks of one another."""
    return [child for child in children(process) if "worker.py" in command(child)]
