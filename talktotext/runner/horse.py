"""A child process that works through what it is given, one job at a time, and stays.

It keeps the speech models it has loaded from one job to the next, and is the only process to be
lost with a job: it can be killed at any moment, and the next job brings up another.

    parent                        child
    give("id")      --- id --->   act("id")
    wait() -> 0     <--- . ----   done, waits for the next one
    wait() -> status, once it is gone, however it went
"""

import ctypes
import logging
import os
import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

log = logging.getLogger(__name__)

BLOCKED = (signal.SIGTERM, signal.SIGINT)  # while the process splits in two
DONE = b"."
LONGEST = 255  # bytes of an id
M_MMAP_THRESHOLD, LARGE = -3, 2**20  # bytes; see man 3 mallopt


class Horse:
    """A forked child, seen from its parent.

    Args:
        act: what the child does with an id. If it raises, the child ends with status 1.
        begin: run in the child before anything else, to set up its signals; it is told a function
            that says whether the child is idle.
    """

    def __init__(self, act: Callable[[str], None], begin: Callable[[Callable[[], bool]], None]):
        self.pid = 0
        self.at_work = False
        self._status = 0
        # Each side speaks in turn, so that one message is one reading; an end is seen at once.
        self._socket, theirs = socket.socketpair()
        # What comes in between waits until each half knows what to do about it.
        signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            _live(theirs, act, begin)
        theirs.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)

    def give(self, job_id: str) -> bool:
        """Let it work on a job; whether it is still there to do so."""
        if self.pid:
            try:
                self._socket.send(job_id.encode())
                self.at_work = True
            except OSError:
                self._reap()
        return self.at_work

    def wait(self) -> int:
        """Return 0 once it is done with what it was given; if it ended instead, its status as
        os.wait gives it. A signal whose handler raises ends the waiting, and nothing is lost: the
        next call waits on."""
        if self.at_work:
            select.select([self._socket], [], [])
            with _undisturbed():
                self._hear()
        return self._status

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it is there."""
        if self.pid:
            os.kill(self.pid, number)

    def end(self) -> None:
        """Kill it, whatever it does."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()

    def _hear(self) -> None:
        try:
            done = self._socket.recv(len(DONE)) == DONE
        except ConnectionResetError:
            done = False
        self.at_work = False
        if not done:
            self._reap()

    def _reap(self) -> None:
        """Its number may soon be another process's, so it is forgotten at once."""
        self._socket.close()
        pid, self.pid = self.pid, 0
        # Gone without having said that it was done: a death, whatever status it ended with.
        self._status = os.waitpid(pid, 0)[1] or os.EX_SOFTWARE << 8


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No alarm rings, so that what is read is also noted."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])


def _live(
    parent: socket.socket,
    act: Callable[[str], None],
    begin: Callable[[Callable[[], bool]], None],
) -> NoReturn:
    """The child's life, until the parent is gone."""
    idle, status = True, 1
    try:
        _give_large_blocks_back()
        begin(lambda: idle)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
        while message := parent.recv(LONGEST):
            idle = False
            act(message.decode())
            idle = True
            parent.send(DONE)
        status = 0
    finally:
        # Nothing goes up into what was the parent's: neither an error nor an end of the process.
        if status:
            log.error("the process at work ends", exc_info=True)
        os._exit(status)


def _give_large_blocks_back() -> None:
    """Have glibc give blocks of samples back to the system when they are freed. It comes to keep
    them otherwise, and a process that lives on stays as large as its longest recording made it."""
    with suppress(AttributeError):  # other C libraries have no such thing
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
