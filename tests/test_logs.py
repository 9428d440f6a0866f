"""Lines of the log that many threads write at once."""

import subprocess
import sys

WRITERS = """
import logging, threading
from talktotext.logs import AtOnce
log = logging.getLogger("talktotext.test")
log.addHandler(AtOnce())
def write(name):
    for number in range(200):
        log.warning("%s %s %s", name, number, name * 300)
threads = [threading.Thread(target=write, args=(name,)) for name in "abcdefgh"]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr


def test_lines_of_many_threads_stay_apart_and_in_order() -> None:
    lines = run(WRITERS).splitlines()
    for name in "abcdefgh":
        mine = [line for line in lines if line.startswith(name)]
        assert mine == [f"{name} {number} {name * 300}" for number in range(200)]
    assert len(lines) == 8 * 200


def test_a_line_that_cannot_be_made_is_told_of_and_ends_nothing() -> None:
    code = """
import logging
from talktotext.logs import AtOnce
log = logging.getLogger("talktotext.test")
log.addHandler(AtOnce())
log.warning("%d", "no number")
log.warning("half a letter: \\ud83d")
log.warning("on it goes")
"""
    said = run(code)
    assert "TypeError" in said
    assert said.endswith("half a letter: \\ud83d\non it goes\n")


def test_a_log_that_nobody_reads_any_more_ends_nothing() -> None:
    code = """
import logging, os
from talktotext.logs import AtOnce
read, write = os.pipe()
os.dup2(write, 2), os.close(read), os.close(write)
logging.getLogger("talktotext.test").addHandler(AtOnce())
logging.getLogger("talktotext.test").warning("is anybody there?")
"""
    assert run(code) == ""
