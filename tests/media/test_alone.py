"""What a program can do that the launcher keeps alone: think, and read its one file."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from talktotext.media import find_ffmpeg, launcher
from talktotext.media.ffmpeg import memory_for

Ended = subprocess.CompletedProcess[str]

PYTHON = str(Path(sys.executable).resolve())
LIMITS = (256 * 1024**2, 30, 10_000_000)  # memory, seconds, bytes of a file

LANDLOCK = sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) > 0

pytestmark = pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")


def launch(file: Path, program: list[str], *, alone: bool = True) -> Ended:
    """A program, ended."""
    limits = map(str, (os.getpid(), *LIMITS))
    start = [sys.executable, "-I", "-S", launcher.__file__, *limits]
    command = [*start, *(["--alone", str(file)] if alone else []), *program]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, cwd="/")


def run(file: Path, code: str, *, alone: bool = True) -> str:
    """What a Python program says, or the name of the error that ends it."""
    ended = launch(file, [PYTHON, "-IS", "-c", code, str(file)], alone=alone)
    return ended.stdout.strip() or ended.stderr.strip().splitlines()[-1].partition(":")[0]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "own").write_text("my own file")
    return tmp_path / "own"


@pytest.mark.parametrize(
    "code",
    [
        "print(open(sys.argv[1][:-3] + 'secret').read())",
        "print(open('/etc/passwd').read())",
        "print(open('/proc/1/environ').read())",
        "print(os.listdir('/'))",
        "print(os.listdir('/tmp'))",
        "print(open(sys.argv[1], 'a'))",
        "print(open(sys.argv[1] + '.new', 'w'))",
        "print(os.truncate(sys.argv[1], 0))",
        "print(os.remove(sys.argv[1]))",
        "print(os.rename(sys.argv[1], sys.argv[1] + '.new'))",
        "import _socket; print(_socket.socket())",
        "import _socket; print(_socket.socket(_socket.AF_UNIX))",
        "import _socket; print(_socket.socketpair())",
        "print(os.fork())",
        "print(os.posix_spawn(sys.executable, ['x'], {}))",
        "print(os.kill(os.getppid(), 0))",
        "print(os.pidfd_open(os.getppid()))",
    ],
)
def test_all_else_is_refused(own: Path, code: str) -> None:
    # Nothing but the launcher is in the way.
    assert run(own, f"import os, sys; {code}") == "PermissionError"
    assert own.read_text() == "my own file"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("print(open(sys.argv[1]).read())", "my own file"),
        ("print(len(os.urandom(4)))", "4"),
        ("import _thread; _thread.start_new_thread(lambda: os.write(1, b'hi'), ());"
         "import time; time.sleep(0.3)", "hi"),
    ],
)  # fmt: skip
def test_it_can_do_its_work(own: Path, code: str, says: str) -> None:
    assert run(own, f"import os, sys; {code}") == says


def test_without_it_all_is_open(own: Path) -> None:
    code = "import sys; print(open(sys.argv[1][:-3] + 'secret').read())"
    assert run(own, code, alone=False) == "secret"


def test_what_it_becomes_is_kept_alone_as_well(own: Path) -> None:
    code = "import os, sys; os.execv('/bin/cat', ['cat', sys.argv[1][:-3] + 'secret'])"
    assert "Permission denied" in launch(own, [PYTHON, "-IS", "-c", code, str(own)]).stderr


def test_memory_is_bounded(own: Path) -> None:
    assert run(own, f"bytearray({LIMITS[0]})") == "MemoryError"


def test_a_program_in_a_folder_of_its_own_starts(own: Path) -> None:
    """As ffmpeg does from imageio-ffmpeg's wheel, wherever that is installed."""
    assert launch(own, [find_ffmpeg(), "-version"]).returncode == 0


def test_a_small_file_gets_little_memory_and_a_large_one_more(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"RIFF")
    large.touch()
    os.truncate(large, 2**40)
    assert memory_for(small) < 100 * 1024**2 < 200 * 1024**2 < memory_for(large) < 300 * 1024**2
