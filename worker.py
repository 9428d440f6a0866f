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
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

import redis
import rq
from rq.exceptions import InvalidJobOperation
from rq.job import Job as Token
from sqlalchemy.exc import SQLAlchemyError

from talktotext import create_app, runner
from talktotext.config import ConfigError, Settings
from talktotext.extensions import QUEUE_NAME, connect, db
from talktotext.redis_server import die_with_parent, running
from talktotext.storage import make_storage

log = logging.getLogger("talktotext.worker")

# A platform kills 30 s after SIGTERM and our supervisor after 25; a deaf attempt ends after 12.
STOP_SECONDS = 20.0
RESTART_PAUSE = 1.0
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Worker(rq.Worker):
    """An RQ worker whose horse hands its job back instead of losing it."""

    died = 0  # process id of a horse that died at work

    def handle_warm_shutdown_request(self) -> None:
        """Told to stop: so is the horse, whether the platform told it too or not."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """Told again: the horse is already at it, and killing it would lose work."""

    def fork_work_horse(self, job: Token, queue: rq.Queue) -> None:
        """What comes while the process splits in two waits until each half knows what to do."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        super().fork_work_horse(job, queue)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def setup_work_horse_signals(self) -> None:
        """In the horse: SIGTERM is a request; the worker's death is the horse's."""
        die_with_parent(signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: runner.handing_back.set())
        if self._stop_requested:  # before there was a horse to tell
            runner.handing_back.set()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def wait_for_horse(self) -> tuple[Any, Any, Any]:
        """Its number may soon be another process's, so it is forgotten at once."""
        pid, status, usage = super().wait_for_horse()
        if pid:
            self._horse_pid = 0
            self.died = pid if status else 0
        return pid, status, usage

    def monitor_work_horse(self, job: Token, queue: rq.Queue) -> None:
        """Wait for the horse, also while Redis is away: the job does not need it."""
        while True:
            try:
                super().monitor_work_horse(job, queue)
                return
            except redis.RedisError as error:
                log.warning("Redis is away while a job runs: %s", error)
                if not self.horse_pid and self._stop_requested:
                    return
                time.sleep(RESTART_PAUSE)
            finally:
                self._free_job_of_the_dead()

    def _free_job_of_the_dead(self) -> None:
        """A crash, the kernel's out-of-memory killer, or somebody's hand; whatever Redis knows."""
        pid, self.died = self.died, 0
        try:
            if pid:
                runner.process_died(pid)
        except SQLAlchemyError as error:
            log.warning("the job of process %s waits for its lease to run out: %s", pid, error)

    def handle_job_success(self, job: Token, *more: Any, **named: Any) -> None:
        """The wake-up has done its service; Redis may have lost it with everything meanwhile."""
        with suppress(InvalidJobOperation):
            super().handle_job_success(job, *more, **named)


def main() -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT)."""
    try:
        app = create_app()
    except ConfigError as error:
        sys.exit(f"TalkToText cannot start: {error}")
    settings: Settings = app.config["SETTINGS"]
    with app.app_context(), running(settings):
        make_storage(settings)  # its package is loaded here once, and not by every horse
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
        for number in STOPPING:
            signal.signal(number, self._stop)
        runner.warm_up()
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
        # Nobody is told to stop while there is no telling who hears it: until the new process has
        # handlers of its own, it has ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        self.child = os.fork()
        if self.child == 0:
            _work(self.settings)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def _stop(self, *_: Any) -> None:
        self.stopping = True
        self._tell_child()

    def _tell_child(self) -> None:
        if _is_alive(self.child):
            os.kill(self.child, signal.SIGTERM)

    def _wait(self) -> None:
        self._tell_child()  # again: it may have been started after the first time
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(self.child):
            if time.monotonic() > deadline:
                os.kill(self.child, signal.SIGKILL)
            time.sleep(0.05)


def _work(settings: Settings) -> None:
    """The RQ worker's process."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_DFL)  # there is nothing to hand back before work begins
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
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
