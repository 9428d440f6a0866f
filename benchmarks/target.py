"""Something that runs jobs in processes of its own, and the faults that are done to it."""

import logging
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from benchmarks.faults import Fault

log = logging.getLogger("chaos")

PATIENCE = 30.0  # seconds that a fault waits for its victim
FOR_WORK = 5.0  # … of which for one that is at work


@dataclass(frozen=True)
class Team:
    """A keeper, its RQ worker and the horse if one is at work. Where nobody keeps the worker up
    but the supervisor, keeper and worker are one."""

    keeper: psutil.Process
    worker: psutil.Process
    horse: psutil.Process | None

    def whole(self) -> list[psutil.Process]:
        """All there are, from below."""
        everybody = [*self.keeper.children(recursive=True)[::-1], self.keeper]
        return [process for process in everybody if "ffmpeg" not in process.name()]


class Target:
    """Runs jobs: processes below one that keeps them up.

    Attributes:
        folder: where it keeps all it has; its Redis keeps its data in `redis` below.
        spared: kinds of faults that do not apply to it.
        struck: the faults that found their victim.
    """

    name = ""
    spared: tuple[str, ...] = ()

    def __init__(self, folder: Path):
        self.folder = folder
        self.struck: list[Fault] = []

    def start(self) -> None:
        """Return once it runs."""
        raise NotImplementedError

    def stop(self) -> None:
        """Tell it to stop and wait until it has."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop it with all that it was given."""
        self.stop()

    def teams(self) -> list[Team]:
        """The teams that run now."""
        raise NotImplementedError

    def top(self) -> psutil.Process:
        """The process that keeps the others up."""
        raise NotImplementedError

    def connection(self) -> redis.Redis:
        """To its Redis."""
        return redis.Redis(unix_socket_path=f"{self.folder}/redis/redis.sock", socket_timeout=5)

    def play(self, faults: list[Fault], began: float) -> None:
        """Do the faults when their time has come; the time is of the monotonic clock."""
        for fault in faults:
            time.sleep(max(0.0, began + fault.at - time.monotonic()))
            if fault.kind not in self.spared:
                at = time.monotonic() - began
                missed = self._strike(fault)
                log.info("%-12s %6.1f s  %s %s", self.name, at, fault.kind, missed)

    def _strike(self, fault: Fault) -> str:
        """Do one fault; why it missed, if it did."""
        try:
            getattr(self, fault.kind.replace(" ", "_"))(fault)
        except (psutil.NoSuchProcess, TimeoutError, redis.RedisError) as error:
            return f"missed ({error})"
        self.struck.append(fault)
        return ""

    def _team(self, fault: Fault) -> Team:
        """A team, one that is at work if there is one soon."""
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            teams = self.teams()
            at_work = [team for team in teams if team.horse]
            if at_work:
                return fault.choose(at_work)
            if teams and time.monotonic() > began + FOR_WORK:
                return fault.choose(teams)
            time.sleep(0.05)
        raise TimeoutError("nobody there")

    def _horse(self, fault: Fault) -> psutil.Process:
        """A horse at work, waited for."""
        return fault.choose(wait_for(lambda: [team.horse for team in self.teams() if team.horse]))

    def kill_horse(self, fault: Fault) -> None:
        self._horse(fault).kill()

    def kill_worker(self, fault: Fault) -> None:
        self._team(fault).worker.kill()

    def kill_keeper(self, fault: Fault) -> None:
        self._team(fault).keeper.kill()

    def kill_whole_team(self, fault: Fault) -> None:
        _tell(self._team(fault).whole(), signal.SIGKILL)

    def term_keeper(self, fault: Fault) -> None:
        self._team(fault).keeper.terminate()

    def term_whole_team(self, fault: Fault) -> None:
        _tell(self._team(fault).whole(), signal.SIGTERM)

    def term_horse(self, fault: Fault) -> None:
        self._horse(fault).terminate()

    def term_five_times(self, fault: Fault) -> None:
        team = self._team(fault).whole()
        for _ in range(5):
            _tell(team, signal.SIGTERM)
            time.sleep(0.3)

    def _redis(self) -> psutil.Process:
        """Its Redis, waited for, and thawed if it was frozen."""
        found = wait_for(
            lambda: [child for child in children(self.top()) if "redis-server" in command(child)]
        )
        found[0].resume()
        return found[0]

    def kill_redis(self, fault: Fault) -> None:
        self._redis().kill()

    def kill_redis_and_its_data(self, fault: Fault) -> None:
        server = self._redis()
        server.suspend()
        for path in (self.folder / "redis").glob("*.[ar][od][fb]"):
            path.unlink()
        shutil.rmtree(self.folder / "redis" / "appendonlydir", ignore_errors=True)
        server.kill()

    def flush_redis(self, fault: Fault) -> None:
        self._redis()
        self.connection().flushall()

    def freeze_redis(self, fault: Fault) -> None:
        server = self._redis()
        server.suspend()
        threading.Timer(fault.seconds, lambda: _quietly(server.resume)).start()

    def deploy(self, fault: Fault) -> None:
        """Stopped as a platform stops it, and started again."""
        self.stop()
        self.start()

    def kill_supervisor(self, fault: Fault) -> None:
        """What keeps all up is killed, and started again while the rest is still going."""
        self.top().kill()
        self.start()


def wait_for(find: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    """What `find` finds, as soon as that is something. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := find():
            return found
        time.sleep(0.05)
    raise TimeoutError("nobody there")


def children(process: psutil.Process) -> list[psutil.Process]:
    """The children of a process that still run."""
    try:
        return [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.NoSuchProcess:
        return []


def command(process: psutil.Process) -> str:
    """The command line of a process, empty if it is gone."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def below(folder: Path) -> Iterator[psutil.Process]:
    """Every process of this machine that works in this folder, whoever its parent is."""
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join((*process.environ().values(), *process.cmdline())):
                yield process
        except psutil.Error:
            continue


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """SIGTERM, and the end of it after so many seconds."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        log.warning("process %s did not stop in %s s", process.pid, seconds)
        process.kill()
        process.wait()


def _tell(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        _quietly(lambda process=process: process.send_signal(number))


def _quietly(act: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        act()
