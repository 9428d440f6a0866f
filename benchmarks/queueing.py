"""How soon a job begins, and what it costs that none is lost.

    python -m benchmarks.queueing

First: seconds from an upload's answer to its job's beginning, on an idle worker. Then: jobs that
do nothing, a second, on `worker.py` and on bare RQ, in turns, with the same number of workers.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import rq
import sqlalchemy as sa
from apiflask import APIFlask

from benchmarks import nothing
from benchmarks.postgres import Postgres
from benchmarks.target import end
from talktotext import create_app, redis_server, runner
from talktotext.config import ROOT, Settings
from talktotext.extensions import connect, db, queue
from talktotext.models import Job, User
from talktotext.models.base import Base
from tests.conftest import tone
from tests.stack import Stack

BARE = "bare"
PATIENCE = 300.0  # seconds
Command = list[str]


def main() -> None:
    """Prints both."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--uploads", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=200, help="in each round, of each side")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="queueing-") as name, ExitStack() as after:
        folder, url = Path(name), ""
        folder.chmod(0o755)  # PostgreSQL is another user
        if options.database == "postgresql":
            postgres = Postgres(folder / "postgres")
            postgres.start()
            after.callback(postgres.stop)
            url = postgres.url
        _tell_waits(folder / "stack", url, options.uploads)
        _tell_cost(folder / "nothing", url, options)


def _tell_waits(folder: Path, url: str, uploads: int) -> None:
    folder.mkdir()
    stack = Stack(folder, TRANSCRIBER="fake", DATABASE_URL=url, REDIS_URL="")
    with ExitStack() as after:
        stack.__enter__()
        after.callback(lambda: stack.process and end(stack.process, 40))
        waits = sorted(_waits(stack, uploads))
    print(
        f"from answer to beginning, {uploads} uploads one by one: "
        f"median {median(waits):.3f} s, worst {waits[-1]:.3f} s, best {waits[0]:.3f} s"
    )


def _waits(stack: Stack, uploads: int) -> Iterator[float]:
    """Seconds each job waited; negative where the worker was faster than the answer."""
    alice, engine = stack.person(), sa.create_engine(_settings(stack.environment).DATABASE_URL)
    for number in range(uploads):
        upload_id = alice.upload(tone(2, 300 + number))
        answered = time.time()
        alice.wait(upload_id)
        with sa.orm.Session(engine) as session:
            began = session.scalars(sa.select(Job.started_at).filter_by(upload_id=upload_id)).one()
        assert began is not None
        yield began.timestamp() - answered
    engine.dispose()


def _settings(environment: dict[str, str]) -> Settings:
    names = ("INSTANCE_FOLDER", "DATABASE_URL", "REDIS_URL", "LOG_LEVEL")
    return Settings(_env_file=None, **{n: environment[n] for n in names if n in environment})


def _tell_cost(folder: Path, url: str, options: argparse.Namespace) -> None:
    environment = {
        "INSTANCE_FOLDER": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "LOG_LEVEL": "WARNING",
    }
    app = create_app(_settings(environment))
    with redis_server.running(app.config["SETTINGS"]):
        durable, bare = 0.0, 0.0
        for _ in range(options.rounds):
            durable += _round_of_ours(app, environment, options)
            bare += _round_of_bare(app, environment, options)
    done = options.rounds * options.jobs
    print(f"jobs that do nothing, {options.workers} workers, {options.database}: ", end="")
    print(f"TalkToText {done / durable:.1f}/s, bare RQ {done / bare:.1f}/s, ", end="")
    print(f"ratio {bare / durable:.2f}")


def _round_of_ours(
    app: APIFlask, environment: dict[str, str], options: argparse.Namespace
) -> float:
    """Seconds for all jobs, from the first submission to the last end."""
    command = [sys.executable, "-m", "benchmarks.nothing"]
    with app.app_context(), _one_user(), _workers(command, options.workers, environment):
        _until(lambda: len(queue.workers()) == options.workers)
        began = time.monotonic()
        for _ in range(options.jobs):
            runner.submit("nothing", 1, nothing.Options())
        _until(lambda: _done() == options.jobs)
        return time.monotonic() - began


@contextmanager
def _one_user() -> Iterator[None]:
    """Tables with nothing in them but somebody to work for."""
    Base.metadata.drop_all(db.engine)
    Base.metadata.create_all(db.engine)
    db.session.add(User(id=1, name="A", email="a@example.com", password_hash=""))
    db.session.commit()
    yield
    db.session.remove()


def _done() -> int:
    with sa.orm.Session(db.engine) as session:
        query = sa.select(sa.func.count()).select_from(Job).filter_by(status="done")
        return session.scalar(query) or 0


def _round_of_bare(
    app: APIFlask, environment: dict[str, str], options: argparse.Namespace
) -> float:
    settings = app.config["SETTINGS"]
    tokens = rq.Queue(BARE, connection=connect(settings))
    tokens.connection.flushall()
    command = [str(Path(sys.executable).with_name("rq")), "worker", "--quiet", "--url"]
    with _workers([*command, settings.redis_url, BARE], options.workers, environment):
        _until(lambda: len(rq.Worker.all(queue=tokens)) == options.workers)
        began = time.monotonic()
        for _ in range(options.jobs):
            tokens.enqueue(os.getpid)  # that nothing need be imported for
        _until(lambda: tokens.finished_job_registry.count == options.jobs)
        return time.monotonic() - began


@contextmanager
def _workers(command: Command, count: int, environment: dict[str, str]) -> Iterator[None]:
    running = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(40)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("not done in time")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
