"""Keeps the processes of one machine up: web, workers and, where none is configured, Redis.

honcho and the like take everything down when one process dies; here a dead one is started again.
When this process ends, however it ends, all of them go.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from talktotext import config, redis_server
from talktotext.config import Settings

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2  # seconds
STOP_SECONDS = 25.0  # a platform kills after 30
PAUSES = (0.0, 1.0, 2.0, 5.0)  # before starting again what keeps dying
HEALTHY_SECONDS = 30.0


@dataclass
class Program:
    """A process to be kept up.

    Attributes:
        socket: the file it listens on, if it does: without that nobody reaches it.
        last_resort: what may help if it ends with an error again and again.
    """

    name: str
    command: list[str]
    socket: Path | None = None
    last_resort: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = field(default=0.0)

    def look(self) -> None:
        """Start the process if it does not run; later, if it has died again and again."""
        if self.process is not None and self.process.poll() is not None:
            self._died(self.process.returncode)
        if self._is_unreachable():
            log.warning("%s has lost its socket; starting it again", self.name)
            self.tell(signal.SIGKILL)
        elif self.process is None and time.monotonic() >= self.again_at:
            self.process = subprocess.Popen(
                self.command,
                cwd=config.ROOT,
                preexec_fn=redis_server.die_with_parent,  # noqa: PLW1509 - no threads here
            )
            self.started = time.monotonic()
            log.info("%s runs as process %s", self.name, self.process.pid)

    def _died(self, status: int) -> None:
        lived = time.monotonic() - self.started
        self.deaths = 0 if lived > HEALTHY_SECONDS else self.deaths + 1
        pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
        log.warning("%s ended with %s; starting it again in %s s", self.name, status, pause)
        self.process, self.again_at = None, time.monotonic() + pause
        if status > 0 and self.deaths > 1 and self.last_resort:
            self.last_resort()

    def _is_unreachable(self) -> bool:
        """Whether the file it listens on was taken away, by somebody who tidied up."""
        grown_up = time.monotonic() - self.started > redis_server.START_SECONDS
        return bool(self.process and self.socket and grown_up and not self.socket.exists())

    def tell(self, signal_number: int) -> None:
        """Send the process a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal_number)

    def wait(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic seconds), then kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def programs(settings: Settings) -> Iterator[Program]:
    """What `flask serve` runs; Redis first, since it is also the last to be stopped."""
    if not settings.REDIS_URL:
        command, forget = redis_server.command(settings), partial(redis_server.forget, settings)
        yield Program("redis", command, settings.redis_socket, forget)
    yield Program("web", [sys.executable, "-m", "gunicorn", "wsgi:app"])
    for number in range(1, settings.WORKERS + 1):
        yield Program(f"worker {number}", [sys.executable, "worker.py"])


def serve(settings: Settings) -> None:
    """Keep everything up until SIGTERM or SIGINT, then take everything down."""
    running = list(programs(settings))
    # For whom we start there is a Redis, also while it does not answer: a worker that started a
    # second one would take its socket away and write into its file.
    os.environ["REDIS_URL"] = settings.redis_url
    keep_up(running)


def keep_up(running: list[Program]) -> None:
    """Keep these programs up until SIGTERM or SIGINT, then take them down."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        while not stopping:
            for program in running:
                program.look()
            time.sleep(LOOK_EVERY)
    finally:
        _stop(running)


def _stop(running: list[Program]) -> None:
    """Redis goes last: workers hand their jobs back to it."""
    redis = [program for program in running if program.name == "redis"]
    for group in ([program for program in running if program not in redis], redis):
        deadline = time.monotonic() + STOP_SECONDS
        for program in group:
            program.tell(signal.SIGTERM)
        for program in group:
            program.wait(deadline)
