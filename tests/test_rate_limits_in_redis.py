"""Requests are counted in Redis, by all web processes together, and without it they go on."""

import time
from collections.abc import Iterator

import pytest
import requests

from tests.stack import Stack


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("limited")
    settings = {"RATELIMIT_ENABLED": "true", "RATELIMIT_LOGIN": "10 per hour", "WEB_WORKERS": "2"}
    settings["REDIS_URL"] = ""  # a Redis of its own: it is stopped below
    with Stack(folder, TRANSCRIBER="fake", **settings) as running:
        yield running


def guess(stack: Stack) -> requests.Response:
    body = {"email": "nobody@example.com", "password": "x"}
    return requests.post(f"{stack.url}/auth/login", json=body, timeout=30)


def test_processes_count_together(limited: Stack) -> None:
    found = [guess(limited) for _ in range(14)]
    assert [answer.status_code for answer in found] == [401] * 10 + [429] * 4
    assert 1 <= int(found[-1].headers["Retry-After"]) <= 3600


def test_a_redis_that_says_nothing_slows_nobody_down(limited: Stack) -> None:
    redis = limited.one("redis")
    redis.suspend()
    try:
        times = []
        for _ in range(40):
            began = time.monotonic()
            assert guess(limited).status_code in (401, 429)
            times.append(time.monotonic() - began)
    finally:
        redis.resume()
    # Each of the two processes asked once, and half a second for each of two questions at most.
    assert sorted(times)[-5] < 0.4, sorted(times)
    assert sum(times) < 10
