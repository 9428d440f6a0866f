"""Virus scanners for tests: a small one, and the real one where it is installed."""

import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VIRUS = b"TalkToText test virus 6f1d9c0e"  # what both find, wherever in a file
NAME = "TalkToText.Test"  # what both call it, the real one with .UNOFFICIAL behind it
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


class FakeClamd(socketserver.ThreadingTCPServer):
    """Speaks INSTREAM and PING as clamd does.

    Attributes:
        largest: bytes of a stream that it takes (StreamMaxLength).
        mood: what it does instead of answering: "hang up", "babble", or nothing.
        scanned: how many streams it was sent whole.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int = 0):
        super().__init__(("127.0.0.1", port), _Conversation)
        self.largest, self.mood, self.scanned = 10**9, "", 0

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        command = b"".join(iter(lambda: self.rfile.read(1), b"\0"))
        if self.server.mood == "hang up":
            return
        answer = "PONG" if command == b"zPING" else self._scan()
        self.wfile.write(b"?" * 9000 if self.server.mood == "babble" else answer.encode() + b"\0")

    def _scan(self) -> str:
        data = b""
        while size := struct.unpack("!I", self.rfile.read(4).ljust(4, b"\0"))[0]:
            if len(data) + size > self.server.largest:
                return "INSTREAM size limit exceeded. ERROR"
            data += self.rfile.read(size)
        self.server.scanned += 1
        return f"stream: {NAME} FOUND" if VIRUS in data else "stream: OK"


@contextmanager
def fake_clamd(port: int = 0) -> Iterator[FakeClamd]:
    """A fake scanner, which answers as long as this lasts."""
    with FakeClamd(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def real_clamd(folder: Path, **options: Any) -> Iterator[str]:
    """A clamd that knows one virus, ours; its CLAMD_URL.

    Args:
        options: further lines of its clamd.conf.
    """
    assert CLAMD
    (folder / "signatures").mkdir()
    signature = f"{NAME}:0:*:{VIRUS.hex()}\n"  # https://docs.clamav.net/manual/Signatures.html
    (folder / "signatures" / "ours.ndb").write_text(signature)
    path = folder / "s"
    lines = {
        "DatabaseDirectory": folder / "signatures",
        "LocalSocket": path,
        "Foreground": "yes",
        "TemporaryDirectory": folder,
        **options,
    }
    conf = folder / "clamd.conf"
    conf.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([CLAMD, "--config-file", conf], stdout=log, stderr=log)
    try:
        _await(path, process, folder / "log")
        yield f"unix:{path}"
    finally:
        process.terminate()
        process.wait(20)


def _await(path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"clamd did not start:\n{log.read_text()}")
