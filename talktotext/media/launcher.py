"""Put limits on this process, then become the command: `launcher.py PARENT AS CPU FSIZE COMMAND…`.

A script of its own instead of `preexec_fn`, which runs Python between fork and exec and can
deadlock when another thread held a lock at the fork
(https://docs.python.org/3/library/subprocess.html#popen-constructor); a web server and a worker
both have threads. Started with `-I -S` it costs some 20 ms and lets the parent use vfork.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent goes, so that a retry has no rival writer.

    The parent may already have gone before the request was made; then leave at once.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent has gone")


def limit(memory: int, cpu_seconds: int, file_bytes: int) -> None:
    """Bound address space, processor time and written bytes; leave no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    parent, memory, cpu_seconds, file_bytes = (int(value) for value in sys.argv[1:5])
    command = sys.argv[5:]
    die_with(parent)
    limit(memory, cpu_seconds, file_bytes)
    os.execv(command[0], command)  # noqa: S606 -- no shell is what is wanted
