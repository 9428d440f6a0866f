"""The child process that does the jobs, and stays."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from talktotext.runner.horse import Horse


@contextmanager
def horse(act: Callable[[str], None]) -> Iterator[Horse]:
    one = Horse(act, lambda is_idle: None)
    try:
        yield one
    finally:
        one.end()


def test_one_process_does_one_job_after_another(tmp_path: Path) -> None:
    def act(job_id: str) -> None:
        (tmp_path / job_id).write_text(str(os.getpid()))

    with horse(act) as one:
        for job_id in ("a", "b"):
            assert one.give(job_id)
            assert one.at_work
            assert one.wait() == 0
            assert not one.at_work
        assert {path.read_text() for path in tmp_path.iterdir()} == {str(one.pid)}
        assert one.pid != os.getpid()


def test_a_death_at_work_is_told_with_its_status() -> None:
    with horse(lambda _: time.sleep(60)) as one:
        one.give("a")
        one.tell(signal.SIGKILL)
        status = one.wait()
        assert os.WIFSIGNALED(status)
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert one.pid == 0
        assert not one.give("b")


@pytest.mark.parametrize("status", [0, 3])
def test_ending_in_the_middle_is_a_death_whatever_it_says_of_itself(status: int) -> None:
    with horse(lambda _: os._exit(status)) as one:
        one.give("a")
        assert one.wait() != 0


def test_a_job_that_raises_ends_the_process(capfd: pytest.CaptureFixture[str]) -> None:
    def act(job_id: str) -> None:
        raise RuntimeError(job_id)

    with horse(act) as one:
        one.give("a")
        assert os.waitstatus_to_exitcode(one.wait()) == 1


def test_one_that_died_idle_is_noticed_when_it_is_given_something() -> None:
    with horse(lambda _: None) as one:
        os.kill(one.pid, signal.SIGKILL)
        os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT)
        assert not one.give("a")
        assert one.pid == 0


def test_alarms_while_waiting_lose_nothing() -> None:
    class Rang(Exception):
        pass

    def ring(*_: object) -> None:
        raise Rang

    before = signal.signal(signal.SIGALRM, ring)
    rang = 0
    try:
        with horse(lambda _: time.sleep(0.01)) as one:
            for _ in range(30):
                one.give("a")
                while one.at_work:
                    signal.setitimer(signal.ITIMER_REAL, 0.0031, 0.0031)
                    try:
                        assert one.wait() == 0
                        signal.setitimer(signal.ITIMER_REAL, 0)
                    except Rang:
                        rang += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rang


def test_what_it_is_told_while_it_begins_waits_until_it_listens(tmp_path: Path) -> None:
    def begin(_: Callable[[], bool]) -> None:
        signal.signal(signal.SIGTERM, lambda *_: (tmp_path / "told").touch())

    one = Horse(lambda _: time.sleep(0.2), begin)
    one.tell(signal.SIGTERM)
    one.give("a")
    assert one.wait() == 0
    assert (tmp_path / "told").exists()
    one.end()
    assert not one.give("b")
