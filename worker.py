"""The job worker: `python worker.py`. Start as many as the machine has cores.

    this process        sweeps, and keeps the next one up
    └── RQ worker       waits for wake-ups
        └── work horse  runs one job at a time, and is the only one to be lost with it
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
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

import redis
import rq
from rq.exceptions import InvalidJobOperation
from rq.job import Job as Token
from rq.utils import now
from rq.worker import WorkerStatus
from sqlalchemy.exc import SQLAlchemyError

from talktotext import create_app, runner
from talktotext.config import ConfigError, Settings
from talktotext.extensions import QUEUE_NAME, connect, db
from talktotext.redis_server import die_with_parent, running
from talktotext.runner.horse import Horse
from talktotext.storage import make_storage

log = logging.getLogger("talktotext.worker")

# A platform kills 30 s after SIGTERM and our supervisor after 25; a deaf attempt ends after 12.
STOP_SECONDS = 20.0
RESTART_PAUSE = 1.0
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Worker(rq.Worker):
    """An RQ worker whose horse hands its job back instead of losing it."""

    horse: Horse | None = None

    def handle_warm_shutdown_request(self) -> None:
        """Told to stop: so is the horse, whether the platform told it too or not."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse:
            with suppress(ProcessLookupError):
                self.horse.tell(signal.SIGTERM)

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """Told again: the horse is already at it, and killing it would lose work."""

    def execute_job(self, job: Token, queue: rq.Queue) -> None:
        """Let the horse do it. What Redis is to know of it is written here: the horse needs no
        Redis, and does not end with the job."""
        self.prepare_execution(job)
        self.prepare_job_execution(job, remove_from_intermediate_queue=True)
        self.fork_work_horse(job, queue)
        self.monitor_work_horse(job, queue)
        try:
            if self.horse and self.horse.pid:  # alive, so it has done it
                job.ended_at = now()
                # The wake-up has done its service; Redis may have lost it meanwhile.
                with suppress(InvalidJobOperation):
                    self.handle_job_success(job, queue, queue.started_job_registry)
            self.set_state(WorkerStatus.IDLE)
        except redis.RedisError as error:
            log.warning("Redis is away after a job: %s", error)

    def fork_work_horse(self, job: Token, queue: rq.Queue) -> None:
        """The one that is there, or a new one."""
        if not (self.horse and self.horse.give(job.args[0])):
            self.horse = Horse(runner.work, self._begin_horse)
            self.horse.give(job.args[0])
        self._horse_pid = self.horse.pid

    def _begin_horse(self, is_idle: Callable[[], bool]) -> None:
        """In the horse: SIGTERM is a request; the worker's death is the horse's."""

        def hand_back(*_: Any) -> None:
            runner.handing_back.set()
            if is_idle():
                os._exit(os.EX_OK)

        die_with_parent(signal.SIGKILL)
        os.setpgrp()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, hand_back)
        if self._stop_requested:  # before there was a horse to tell
            runner.handing_back.set()

    def wait_for_horse(self) -> tuple[int, int, None]:
        """Return once it is done or gone. A crash, the kernel's out-of-memory killer, somebody's
        hand: the job is free at once, whatever Redis knows."""
        assert self.horse
        pid, status = self.horse.pid, self.horse.wait()
        if status and pid:
            _free_job_of(pid)
        return pid, status, None

    def monitor_work_horse(self, job: Token, queue: rq.Queue) -> None:
        """Wait for the horse, also while Redis is away: the job does not need it."""
        while True:
            try:
                super().monitor_work_horse(job, queue)
                return
            except redis.RedisError as error:
                log.warning("Redis is away while a job runs: %s", error)
                if self._stop_requested and not (self.horse and self.horse.at_work):
                    return
                time.sleep(RESTART_PAUSE)


def _free_job_of(pid: int) -> None:
    """Of a process that died at work."""
    try:
        runner.process_died(pid)
    except SQLAlchemyError as error:
        log.warning("the job of process %s waits for its lease to run out: %s", pid, error)


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
        if worker.horse:
            worker.horse.end()  # it is idle
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
