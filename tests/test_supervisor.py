"""`flask serve` keeps everything up, and takes everything down."""

import signal
from collections.abc import Iterator

import psutil
import pytest

from tests.conftest import tone
from tests.stack import Stack, is_running


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("serve"), TRANSCRIBER="fake", SWEEP_SECONDS="1") as running:
        yield running


def everything(stack: Stack) -> list[psutil.Process]:
    assert stack.process is not None
    return psutil.Process(stack.process.pid).children(recursive=True)


def test_what_dies_is_started_again_and_all_of_it_goes(stack: Stack) -> None:
    stack.wait_for(lambda: stack.tree()["worker"], 30)
    for name in [name for name in ("redis", "keeper", "worker", "web") if stack.tree()[name]]:
        victim = stack.one(name)
        below = [victim, *victim.children(recursive=True)]
        victim.kill()
        stack.wait_for(lambda gone=below: not any(map(is_running, gone)), 20)
        stack.wait_for(lambda name=name, pid=victim.pid: stack.one(name).pid != pid, 20)
    stack.wait_for(lambda: stack.health().get("status") == "ok", 30)
    alice = stack.person()
    alice.wait(alice.upload(tone(3)))
    assert stack.process is not None
    processes = everything(stack)
    stack.process.send_signal(signal.SIGTERM)
    assert stack.process.wait(40) == 0
    assert not any(map(is_running, processes))


def test_redis_comes_back_on_a_damaged_file_and_without_its_socket(stack: Stack) -> None:
    if stack.environment["REDIS_URL"]:
        pytest.skip("this Redis is not ours")
    folder = stack.folder / "redis"
    server = stack.one("redis")
    server.suspend()
    (folder / "appendonly.aof").write_text("no such thing\n")
    server.kill()
    stack.wait_for(lambda: stack.health().get("status") == "ok", 30)
    (folder / "redis.sock").unlink()
    stack.wait_for(lambda: stack.health().get("status") == "degraded", 30)
    stack.wait_for(lambda: stack.health().get("status") == "ok", 60)
    alice = stack.person()
    alice.wait(alice.upload(tone(3)))


def test_nothing_is_left_when_it_is_killed_itself(stack: Stack) -> None:
    stack.wait_for(lambda: stack.tree()["worker"], 30)
    processes = everything(stack)
    assert stack.process is not None
    stack.process.kill()
    stack.wait_for(lambda: not any(map(is_running, processes)), 40)
