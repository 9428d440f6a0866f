"""Put limits on this process, then become the command:
`launcher.py PARENT MEMORY CPU FSIZE [--alone FILE] COMMAND…`.

A script of its own instead of `preexec_fn`, which runs Python between fork and exec and can
deadlock when another thread held a lock at the fork
(https://docs.python.org/3/library/subprocess.html#popen-constructor); a web server and a worker
both have threads. Started with `-I -S` it costs some 20 ms and lets the parent use vfork.

A command that is to be alone can read FILE and the system's programs and libraries, write what it
was given open, and that is all there is for it: no other file, no network, no other process. Linux
sees to that, by Landlock (https://docs.kernel.org/userspace-api/landlock.html) and seccomp (`man 2
seccomp`), neither of which takes privileges; a kernel without one of them does without.
"""

# Importing pathlib would take as long as all the rest.
# ruff: noqa: PTH118, PTH120, PTH112

import ctypes
import os
import resource
import signal
import struct
import sys

ROOM = 1024**3  # bytes of address space for the program itself, mapped and mostly not in memory
FILES = 64  # open at once
STACK = 2 * 1024**2  # bytes of a thread, which count as memory whether they are used or not
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 38, 22

# Classic BPF (https://docs.kernel.org/networking/filter.html) over `struct seccomp_data`.
LOAD, EQUALS, HAS_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # the errors EPERM and ENOSYS
CLONE_THREAD = 0x10000
X32 = 0x40000000  # second names of x86-64's system calls
# Per machine: its name to the filter, clone, and what is refused: socket, socketpair, fork, vfork,
# kill, ptrace, process_vm_readv and _writev, unshare, setns, mount.
SYSTEM_CALLS = {
    "x86_64": (0xC000003E, 56, (41, 53, 57, 58, 62, 101, 310, 311, 272, 308, 165)),
    "aarch64": (0xC00000B7, 220, (198, 199, 129, 117, 270, 271, 97, 268, 40)),
}
# The same number on both: io_uring, pidfd_send_signal, pidfd_open, pidfd_getfd.
REFUSED = (425, 424, 434, 438)
CLONE3 = 435  # its flags lie where no filter can read them; C libraries then use clone

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
EXECUTE, READ, LIST, TRUNCATE = 1, 4, 8, 1 << 14
EVERYTHING = (1 << 13) - 1  # that Landlock knew at first
SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib"),
    *("/bin", "/usr/bin", "/usr/local/bin", "/nix/store", "/gnu/store", "/etc/ld.so.cache"),
)
DEVICES = ("/dev/null", "/dev/urandom")


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent goes, so that a retry has no rival writer.

    The parent may already have gone before the request was made; then leave at once.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent has gone")


def limit(memory: int, cpu_seconds: int, file_bytes: int) -> None:
    """Bound memory, processor time, written bytes and open files; leave no core file."""
    # Data is what really takes memory (since Linux 4.7 all that is private and writable).
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_AS, (memory + ROOM, memory + ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def stay_alone(file: str, program: str) -> None:
    """Keep this process, whatever it becomes, from all but reading `file` and being `program`."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    resource.setrlimit(resource.RLIMIT_STACK, (STACK, STACK))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _touch_no_files(libc, file, program)
        _make_no_calls(libc)


def _touch_no_files(libc: ctypes.CDLL, file: str, program: str) -> None:
    version = libc.syscall(CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    handled = EVERYTHING | (TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("Q", handled)
    rules = libc.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    beside = os.path.join(os.path.dirname(os.path.realpath(program)), "../lib")  # as conda has it
    for path in (*SYSTEM, beside, program):
        _allow(libc, rules, path, READ | EXECUTE | LIST)
    for path in (*DEVICES, file):
        _allow(libc, rules, path, READ)
    libc.syscall(RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    """Allow a file, or all that is in a folder; what is not there needs no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    allowed = access if os.path.isdir(path) else access & ~LIST
    libc.syscall(ADD_RULE, rules, 1, struct.pack("=Qi", allowed, place), 0)
    os.close(place)


def _make_no_calls(libc: ctypes.CDLL) -> None:
    if os.uname().machine not in SYSTEM_CALLS:
        return
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in _filter())
    program = ctypes.create_string_buffer(code, len(code))
    whole = struct.pack("HP", len(code) // 8, ctypes.addressof(program))  # struct sock_fprog
    libc.prctl(PR_SET_SECCOMP, 2, whole, 0, 0)


def _filter() -> list[tuple[int, int, int, int]]:
    """Instructions: what to do, how many to skip if it is so and if not, with what."""
    name, clone, refused = SYSTEM_CALLS[os.uname().machine]
    code = [(LOAD, 0, 0, ARCHITECTURE), (EQUALS, 1, 0, name), (RETURN, 0, 0, REFUSE)]
    code += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, REFUSE)]
    for number in (*refused, *REFUSED):
        code += [(EQUALS, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    code += [(EQUALS, 0, 1, CLONE3), (RETURN, 0, 0, UNKNOWN)]
    # A new thread is fine, a new process is not.
    code += [(EQUALS, 0, 3, clone), (LOAD, 0, 0, FIRST_ARGUMENT)]
    code += [(HAS_BIT, 1, 0, CLONE_THREAD), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return code


if __name__ == "__main__":
    parent, memory, cpu_seconds, file_bytes = (int(value) for value in sys.argv[1:5])
    command = sys.argv[5:]
    die_with(parent)
    limit(memory, cpu_seconds, file_bytes)
    if command[0] == "--alone":
        _, file, *command = command
        stay_alone(file, command[0])
    os.execv(command[0], command)  # noqa: S606 -- no shell is what is wanted
