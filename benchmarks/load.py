"""How many requests a second the server answers, beside a bare Flask route that reads one row.

    python -m benchmarks.load [--database postgresql] [--rounds 3] [--seconds 5]

`flask serve` and `benchmarks/bare.py` run side by side, under the same gunicorn.conf.py and with as
many workers and threads, and are asked in turns over 64 connections that stay open. The user has
10,000 notes with transcripts of 6 kB. Limits are counted as in production, and set so high that
this user does not reach them, so that they are counted in larger lots. Ours writes a line of log a
request, the bare route none. Needs `wrk` (Debian: apt-get install wrk).

Prints requests a second, how much that is of the bare route's in the same round, the latencies
that half and 99 of 100 requests stay below, and milliseconds of the servers' processors a request:
on a machine that has something else to do too, the last is the steadiest. The medians of all rounds
are at the end, with the least and the most.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
import requests

from benchmarks.crowd import Crowd, fill
from benchmarks.postgres import Postgres
from benchmarks.target import end
from talktotext.config import ROOT
from tests.stack import RemotePerson, Stack, free_port

CONNECTIONS = 64
PLENTY = "10000000 per minute"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
REQUIRED = {"status": 0.6, "note": 0.6, "notes": 0.3}  # of the bare route's requests a second
PROMPT = 200.0  # milliseconds in which 99 of 100 lists have to be there


@dataclass(frozen=True)
class Address:
    """What is asked for, and the server that answers.

    Attributes:
        server: gunicorn's process above its workers.
    """

    url: str
    server: psutil.Process
    token: str = ""


@dataclass(frozen=True)
class Result:
    """What a few seconds of asking gave.

    Attributes:
        rate: requests a second.
        half, most: milliseconds in which so many were answered: a half, 99 of 100.
        cpu: milliseconds of the server's processes a request.
    """

    rate: float
    half: float
    most: float
    cpu: float

    def beside(self, bare: "Result") -> str:
        """As a line."""
        return (
            f"{self.rate:8.0f} {self.rate / bare.rate:6.2f} {self.half:8.1f} {self.most:8.1f} "
            f"{self.cpu:8.2f} {bare.cpu / self.cpu:6.2f}"
        )


def ask(address: Address, seconds: int) -> Result:
    """Ask over all connections for so long. Raises AssertionError if an answer is an error."""
    used = _cpu_seconds(address.server)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    head = ["-H", f"Authorization: Bearer {address.token}"] if address.token else []
    out = subprocess.run(
        [*command, *head, address.url], check=True, capture_output=True, text=True
    ).stdout
    assert "Non-2xx" not in out and "Socket errors" not in out, out
    count = int(re.findall(r"(\d+) requests in", out)[0])
    used = _cpu_seconds(address.server) - used
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", out)[0])
    return Result(rate, _latency(out, 50), _latency(out, 99), 1000 * used / count)


def _latency(out: str, percent: int) -> float:
    number, unit = re.findall(rf"{percent}%\s+([\d.]+)(us|ms|s)", out)[0]
    return float(number) * UNITS[unit]


def _cpu_seconds(server: psutil.Process) -> float:
    """Of the processor that a server's workers used."""
    times = [child.cpu_times() for child in server.children()]
    return sum(time.user + time.system for time in times)


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """The stack, which by itself would drop a database of the tests."""
    stack.__enter__()
    try:
        yield stack
    finally:
        assert stack.process is not None
        end(stack.process, 40)


@contextmanager
def bare_server(folder: Path, stack: Stack, database: str) -> Iterator[Address]:
    """The bare route, under gunicorn as the stack is."""
    url = database.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{folder}/bare"
    port = str(free_port())
    environment = {**stack.environment, "PORT": port, "BARE_DATABASE": url}
    script = "from benchmarks.bare import fill; fill()"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "benchmarks.bare:app"]
    with (folder / "bare.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}/items/500"
        stack.wait_for(lambda: _answers(address), 30)
        yield Address(address, psutil.Process(server.pid))
    finally:
        end(server, 30)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def addresses(stack: Stack, person: RemotePerson, crowd: Crowd) -> dict[str, Address]:
    """What is asked of ours, by the name of the figure that is required."""
    token = str(person.session.headers["Authorization"]).removeprefix("Bearer ")
    (web,) = stack.tree()["web"]
    paths = {
        "status": f"/api/status/{crowd.upload_id}",
        "note": f"/api/notes/{crowd.note_id}",
        "notes": "/api/notes?limit=25",
    }
    return {name: Address(stack.url + path, web, token) for name, path in paths.items()}


Rounds = dict[str, list[tuple[Result, Result]]]


def measure(bare: Address, ours: dict[str, Address], options: argparse.Namespace) -> Rounds:
    """By what was asked, each round's result and the bare route's beside it."""
    found: Rounds = {name: [] for name in ours}
    for address in (bare, *ours.values()):  # connections are made, caches are filled
        ask(address, 2)
    for _ in range(options.rounds):
        for name, address in ours.items():
            beside, result = ask(bare, options.seconds), ask(address, options.seconds)
            found[name].append((result, beside))
            print(f"{'bare':8}{beside.beside(beside)}")
            print(f"{name:8}{result.beside(beside)}", flush=True)
    return found


def conclude(found: Rounds) -> bool:
    """Print the medians; whether all is as required."""
    good = True
    for name, pairs in found.items():
        ratios = sorted(ours.rate / bare.rate for ours, bare in pairs)
        slowest = [ours.most for ours, _ in pairs]
        spent = median(bare.cpu / ours.cpu for ours, bare in pairs)
        good &= median(ratios) >= REQUIRED[name]
        good &= name != "notes" or median(slowest) < PROMPT
        print(
            f"{name:8} {median(ratios):.2f} of the bare route ({ratios[0]:.2f}–{ratios[-1]:.2f}; "
            f"required {REQUIRED[name]}), by processor time {spent:.2f}; "
            f"p99 {median(slowest):.0f} ms ({min(slowest):.0f}–{max(slowest):.0f})"
        )
    return good


def run(folder: Path, database: str, options: argparse.Namespace) -> bool:
    (folder / "stack").mkdir()
    settings = {
        **{"DATABASE_URL": database, "REDIS_URL": "", "TRANSCRIBER": "fake"},
        **{"RATELIMIT_ENABLED": "true", "WEB_WORKERS": str(options.workers)},
        **{"RATELIMIT_DEFAULT": PLENTY, "RATELIMIT_ADDRESS": PLENTY},
    }
    with running(Stack(folder / "stack", **settings)) as stack:
        person = stack.person()
        crowd = fill(stack.database(), options.notes)
        with bare_server(folder, stack, database) as bare:
            print("            rate  ratio   p50 ms   p99 ms   cpu ms  ratio")
            return conclude(measure(bare, addresses(stack, person, crowd), options))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as name, ExitStack() as after:
        folder, url = Path(name), ""
        folder.chmod(0o755)  # PostgreSQL is another user
        if options.database == "postgresql":
            postgres = Postgres(folder / "postgres")
            postgres.start()
            after.callback(postgres.stop)
            url = postgres.url
        sys.exit(0 if run(folder, url, options) else 1)


if __name__ == "__main__":
    main()
