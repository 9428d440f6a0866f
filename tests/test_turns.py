"""A few compute at a time, in order, and nobody is kept out."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from talktotext.turns import Turns


def test_so_many_at_once_and_no_more() -> None:
    turns, lock, inside, most = Turns(3, patience=10), threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        with turns.turn():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(48)))
    assert (inside, most) == (0, 3)


def queued(turns: Turns, names: str, seen: list[str]) -> list[threading.Thread]:
    """Threads that wait for a turn, in this order: there is none for them."""
    until = time.monotonic() + 10

    def work(name: str) -> None:
        with turns.turn():
            seen.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for count, thread in enumerate(threads, 1):
        thread.start()
        while len(turns._queue) < count:
            assert time.monotonic() < until
            time.sleep(0.001)
    return threads


def test_they_come_in_order() -> None:
    turns, seen = Turns(1, patience=10), list[str]()
    with turns.turn():
        threads = queued(turns, "abcdefgh", seen)
    for thread in threads:
        thread.join()
    assert seen == list("abcdefgh")


def test_whoever_waits_for_something_else_lets_the_next_one_in() -> None:
    turns, seen = Turns(1, patience=10), list[str]()
    with turns.turn():
        (thread,) = queued(turns, "a", seen)
        turns.give_up()
        thread.join(5)
        assert seen == ["a"]
        turns.give_up()  # a second time gives up nothing
        with turns.turn():  # there is one again, and one only
            queued(turns, "b", seen)
            assert seen == ["a"]


def test_after_a_while_one_goes_on_without() -> None:
    turns, seen = Turns(1, patience=0.5), list[str]()
    with turns.turn():
        threads = queued(turns, "ab", seen)
        for thread in threads:
            thread.join(5)
        assert sorted(seen) == ["a", "b"] and not turns._queue
    with turns.turn():  # theirs was none, so that none came back
        queued(turns, "c", seen)[0].join(5)
    assert seen[-1] == "c"
