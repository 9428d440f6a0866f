"""What clients that are slow, many or large do to everybody else, under gunicorn as it is deployed.

    python -m benchmarks.slow_uploads [--large]

Uploads at 10 KB/s, ten and a hundred of them, heads that never end, answers that nobody reads: how
long health and status take meanwhile. 100 MB of JSON to the login: what is answered, and the memory
of the web processes. Redis that swallows packets: what a request costs. With --large: four
recordings of 500 MB at once.
"""

import argparse
import secrets
import socket
import statistics
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import requests

from tests.api.helpers import HEAD, MULTIPART, TAIL
from tests.stack import RemotePerson, Stack
from tests.test_slow_readers import asked

Said = tuple[float, float, int]


def health(stack: Stack, seconds: float, token: str = "") -> Said:
    """Median and longest time of requests, one after the other, and how many they were."""
    times: list[float] = []
    until = time.monotonic() + seconds
    path, headers = ("/auth/me", {"Authorization": token}) if token else ("/health", {})
    while time.monotonic() < until:
        began = time.monotonic()
        answer = requests.get(stack.url + path, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        times.append(time.monotonic() - began)
    return statistics.median(times), max(times), len(times)


def show(what: str, said: Said) -> None:
    median, longest, count = said
    print(f"{what}: median {median * 1000:.1f} ms, longest {longest * 1000:.0f} ms of {count}")


def memory(stack: Stack) -> float:
    """MB that the web processes have for themselves (unique set size)."""
    main = stack.tree()["web"][0]
    processes = [main, *main.children(recursive=True)]
    return sum(process.memory_full_info().uss for process in processes) / 1e6


class Peak:
    """The most memory of the web processes, looked at ten times a second."""

    def __init__(self, stack: Stack):
        self.stack, self.most, self._stop = stack, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            with suppress(psutil.NoSuchProcess):  # a child that was there a moment ago
                self.most = max(self.most, memory(self.stack))


def connected(stack: Stack) -> socket.socket:
    host, _, port = stack.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


@contextmanager
def slow(stack: Stack, people: list[RemotePerson], count: int, rate: int) -> Iterator[None]:
    """So many uploads at so many bytes a second each, of as many people as there are."""
    stop, clients = threading.Event(), [connected(stack) for _ in range(count)]
    for number, client in enumerate(clients):
        token = people[number % len(people)].session.headers["Authorization"]
        head = f"POST /api/upload HTTP/1.1\r\nHost: x\r\nAuthorization: {token!s}\r\n"
        head += f"Content-Type: {MULTIPART['Content-Type']}\r\nContent-Length: 100000000\r\n\r\n"
        client.sendall(head.encode() + HEAD)

    def drip() -> None:
        left = list(clients)
        while not stop.wait(0.1):
            for client in list(left):
                try:
                    client.sendall(bytes(rate // 10))
                except OSError:
                    left.remove(client)

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(1)
    yield
    stop.set()
    thread.join()
    for client in clients:
        client.close()


@contextmanager
def endless_heads(stack: Stack, count: int) -> Iterator[None]:
    """Connections that have begun to say something."""
    clients = [connected(stack) for _ in range(count)]
    for client in clients:
        client.sendall(b"POST /auth/login HTTP/1.1\r\nContent-Le")
    time.sleep(0.5)
    yield
    for client in clients:
        client.close()


@contextmanager
def unread(stack: Stack, count: int) -> Iterator[None]:
    """Connections that read nothing of a large answer, for which they need no account."""
    clients = [asked(stack, "/docs/swagger-ui-bundle.js") for _ in range(count)]
    time.sleep(1)
    yield
    for client in clients:
        client.close()


def large_json(stack: Stack) -> None:
    for how in ("declared", "chunked"):
        before = memory(stack)
        with Peak(stack) as peak:
            body = b'{"email": "' + b"x" * 100_000_000 + b'", "password": "x"}'
            pieces = (body[at : at + 65536] for at in range(0, len(body), 65536))
            data: Any = body if how == "declared" else pieces
            kind = {"Content-Type": "application/json"}
            try:
                said: Any = requests.post(
                    f"{stack.url}/auth/login", data=data, headers=kind, timeout=120
                ).status_code
            except requests.ConnectionError as error:
                said = f"the connection ended ({error.__class__.__name__})"
            time.sleep(0.5)
        print(f"100 MB of JSON to login, {how}: {said}; {before:.0f} MB, peak {peak.most:.0f} MB")


def recording(path: Path, megabytes: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        for _ in range(megabytes):
            file.writeframesraw(secrets.token_bytes(999_900))


def four_large(stack: Stack, folder: Path) -> None:
    person = stack.person()
    files = [folder / f"{number}.wav" for number in range(4)]
    for file in files:
        recording(file, 500)
    before = memory(stack)
    with Peak(stack) as peak:
        began = time.monotonic()
        at_once([lambda file=file: send(stack, person, file) for file in files])
        took = time.monotonic() - began
    size = sum(file.stat().st_size for file in files) / 1e6
    print(
        f"4 x 500 MB at once, multipart: {took:.1f} s, {size / took:.0f} MB/s; "
        f"{before:.0f} MB, peak {peak.most:.0f} MB"
    )
    for file in files:
        file.unlink()


def send(stack: Stack, person: RemotePerson, file: Path) -> None:
    def body() -> Iterator[bytes]:
        yield HEAD
        with file.open("rb") as source:
            while data := source.read(1 << 18):
                yield data
        yield TAIL

    length = len(HEAD) + file.stat().st_size + len(TAIL)
    headers = {**MULTIPART, "Authorization": str(person.session.headers["Authorization"])}
    request = requests.Request("POST", f"{stack.url}/api/upload", headers=headers, data=body())
    prepared = request.prepare()
    prepared.headers.pop("Transfer-Encoding", None)
    prepared.headers["Content-Length"] = str(length)
    answer = requests.Session().send(prepared, timeout=300)
    assert answer.status_code == 200, answer.text


def at_once(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def redis_that_swallows(folder: Path) -> None:
    """Redis there, and then frozen: it takes connections and says nothing."""
    with Stack(folder, **SETTINGS, RATELIMIT_ENABLED="true") as stack:
        token = str(stack.person().session.headers["Authorization"])
        show_times("limits counted in Redis", [one(stack, token) for _ in range(500)])
        redis = stack.one("redis")
        redis.suspend()
        try:
            show_times("Redis swallows packets", [one(stack, token) for _ in range(500)])
        finally:
            redis.resume()


def show_times(what: str, times: list[float]) -> None:
    times.sort()
    print(
        f"{what}: median {times[len(times) // 2] * 1000:.1f} ms, longest "
        f"{times[-1] * 1000:.0f} ms of {len(times)}; over 100 ms: {sum(t > 0.1 for t in times)}"
    )


def one(stack: Stack, token: str) -> float:
    began = time.monotonic()
    headers = {"Authorization": token}
    assert requests.get(f"{stack.url}/auth/me", headers=headers, timeout=60).status_code == 200
    return time.monotonic() - began


SETTINGS = {"TRANSCRIBER": "fake", "WEB_WORKERS": "2", "UPLOADS_AT_ONCE": "12"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    large = parser.parse_args().large
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("one", "two"):
            (folder / part).mkdir()
        with Stack(folder / "one", **SETTINGS) as stack:
            people = [stack.person() for _ in range(10)]
            token = str(people[0].session.headers["Authorization"])
            show("idle: health", health(stack, 3))
            for count in (10, 100):
                with slow(stack, people, count, 10_000):
                    show(f"{count} uploads at 10 KB/s: health", health(stack, 5))
                    show(f"{count} uploads at 10 KB/s: /auth/me", health(stack, 3, token))
            with slow(stack, people[:1], 100, 10_000):
                show("100 of one user: health", health(stack, 5))
            with endless_heads(stack, 500):
                show("500 heads that never end: health", health(stack, 5))
            with unread(stack, 500):
                show("500 answers that nobody reads: health", health(stack, 5))
            large_json(stack)
            if large:
                four_large(stack, folder)
        redis_that_swallows(folder / "two")


if __name__ == "__main__":
    main()
