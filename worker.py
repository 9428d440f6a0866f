"""The job worker: `python worker.py`. Start as many as the machine has cores.

    this process        sweeps, and keeps the next one up
    └── RQ worker       waits for wake-ups
        └── work horse  runs one job, and is the only one to be lost with it
            └── ffmpeg

On SIGTERM, to this process or to all of them, the job at work is handed back at its next
checkpoint. Each process ends when its parent does, however that ends.
"""

import logging
import os
import signal
import socket
import sys
import time
from functools import partial
from types import FrameType
from typing import Any

import redis
import rq
from rq.job import Job as Token

from talktotext import create_app, runner
from talktotext.config import ConfigError, Settings
from talktotext.extensions import QUEUE_NAME, connect, db
from talktotext.redis_server import die_with_parent, running

log = logging.getLogger("talktotext.worker")

STOP_SECONDS = 25.0  # a platform kills 30 s after SIGTERM; an attempt that is deaf ends after 12
RESTART_PAUSE = 1.0


class Worker(rq.Worker):
    """An RQ worker whose horse hands its job back instead of losing it."""

    def handle_warm_shutdown_request(self) -> None:
        """Told to stop: so is the horse, whether the platform told it too or not."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            os.kill(self.horse_pid, signal.SIGTERM)

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """Told again: the horse is already at it, and killing it would lose work."""

    def setup_work_horse_signals(self) -> None:
        """In the horse: SIGTERM is a request; the worker's death is the horse's."""
        die_with_parent(signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: runner.handing_back.set())

    def monitor_work_horse(self, job: Token, queue: rq.Queue) -> None:
        """Wait for the horse, also while Redis is away: the job does not need it."""
        while True:
            try:
                super().monitor_work_horse(job, queue)
                return
            except redis.RedisError as error:
                log.warning("Redis is away while a job runs: %s", error)
                if not _is_alive(self.horse_pid) and self._stop_requested:
                    return
                time.sleep(RESTART_PAUSE)

    def handle_work_horse_killed(self, job: Token, retpid: Any, ret_val: Any, rusage: Any) -> None:
        """The horse died: a crash, the kernel's out-of-memory killer, or somebody's hand."""
        if retpid:
            runner.process_died(retpid)


def main() -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT)."""
    try:
        app = create_app()
    except ConfigError as error:
        sys.exit(f"TalkToText cannot start: {error}")
    settings: Settings = app.config["SETTINGS"]
    with app.app_context(), running(settings):
        # A child must not share database connections with its parent.
        os.register_at_fork(after_in_child=partial(db.engine.dispose, close=False))
        Keeper(settings).run()


class Keeper:
    """Keeps an RQ worker up and sweeps, until told to stop."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.child = 0
        self.stopping = False

    def run(self) -> None:
        """Return once told to stop and the worker is gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        next_sweep = 0.0
        while not self.stopping:
            if not _is_alive(self.child):
                self._start()
            if time.monotonic() >= next_sweep:
                runner.sweep_quietly()
                next_sweep = time.monotonic() + self.settings.SWEEP_SECONDS
            time.sleep(0.2)
        self._wait()

    def _start(self) -> None:
        if self.child:
            log.warning("the worker ended; starting it again")
            time.sleep(RESTART_PAUSE)
        self.child = os.fork()
        if self.child == 0:
            _work(self.settings)

    def _stop(self, *_: Any) -> None:
        self.stopping = True
        if _is_alive(self.child):
            os.kill(self.child, signal.SIGTERM)

    def _wait(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(self.child):
            if time.monotonic() > deadline:
                os.kill(self.child, signal.SIGKILL)
            time.sleep(0.05)


def _work(settings: Settings) -> None:
    """The RQ worker's process."""
    die_with_parent(signal.SIGTERM)
    try:
        # Short intervals: a killed worker is noticed in a minute, not in a quarter of an hour.
        worker = Worker(
            [QUEUE_NAME],
            name=f"{socket.gethostname()}.{os.getpid()}",
            connection=connect(settings, socket_connect_timeout=5),
            worker_ttl=30,
            maintenance_interval=15,
            job_monitoring_interval=5,
        )
        logging.getLogger("rq.worker").setLevel("WARNING")
        worker.work(logging_level="WARNING")
    except redis.RedisError as error:
        log.warning("Redis is away: %s", error)
    finally:
        os._exit(0)


def _is_alive(pid: int) -> bool:
    """Whether a child of this process runs; one that ended is reaped."""
    try:
        return pid != 0 and os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main()
