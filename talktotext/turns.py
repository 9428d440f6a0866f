"""Turns: a few threads of a process compute at a time, in the order in which they came.

Python computes in one thread at a time. With dozens of requests at it, each does a little and waits
for all others, again and again, and which of them is next is chance: one in a hundred waits several
times as long as most. So requests queue up for a turn, and the others sleep meanwhile.

A turn is a courtesy and no lock. Who waits for something else than the processor, above all for a
client, gives it up; and who has waited for one for a quarter of a second goes on without, so that
nothing that holds on to turns keeps others out.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 4  # one computes while others wait for the database
PATIENCE = 0.25  # seconds


class Turns:
    """See above.

    Args:
        at_once: how many have a turn at the same time.
        patience: seconds after which one goes on without.
    """

    def __init__(self, at_once: int, patience: float):
        self._free, self._patience = at_once, patience
        self._queue: deque[threading.Lock] = deque()
        self._lock, self._mine = threading.Lock(), threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have a turn for the block, unless that takes too long, or until it is given up."""
        self._mine.held = self._take()
        try:
            yield
        finally:
            self.give_up()

    def give_up(self) -> None:
        """Let the next one have this thread's turn, if it has one; it goes on without."""
        if not getattr(self._mine, "held", False):
            return
        self._mine.held = False
        with self._lock:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._free += 1

    def _take(self) -> bool:
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            called = threading.Lock()
            called.acquire()
            self._queue.append(called)
        return called.acquire(timeout=self._patience) or not self._leave(called)

    def _leave(self, called: threading.Lock) -> bool:
        """Queue no more; False if one was called at this very moment."""
        with self._lock:
            if called not in self._queue:
                return False
            self._queue.remove(called)
            return True


turns = Turns(AT_ONCE, PATIENCE)
