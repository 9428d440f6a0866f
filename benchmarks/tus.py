"""Resumable uploads with tus-js-client as it comes from npm: cut, resumed, byte for byte the same.

    python -m benchmarks.tus [--megabytes 200]

The client is killed while it sends; then the web server's process is; then it is let go on. Last,
somebody else tries to go on with a stranger's upload. Needs node and npm, which fetches the client
into a temporary folder.
"""

import argparse
import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

from tests.stack import RemotePerson, Stack

CLIENT = Path(__file__).with_name("tus_client.js")
VERSION = "4.3.1"


def make_recording(path: Path, megabytes: int) -> str:
    """Noise, so that no two pieces are the same; its SHA-256."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        for _ in range(megabytes):
            file.writeframesraw(secrets.token_bytes(1_000_000))
    return digest(path)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Client:
    """tus-js-client in a folder, on behalf of a user."""

    def __init__(self, folder: Path, stack: Stack):
        self.folder, self.stack = folder, stack
        command = ["npm", "install", "--no-audit", "--no-fund", f"tus-js-client@{VERSION}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)

    def start(self, person: RemotePerson, file: Path, urls: str, *more: str) -> Any:
        token = str(person.session.headers["Authorization"]).removeprefix("Bearer ")
        endpoint, kept = f"{self.stack.url}/api/files/", str(self.folder / urls)
        return subprocess.Popen(
            ["node", str(CLIENT), endpoint, token, str(file), kept, *more],
            env={**os.environ, "NODE_PATH": f"{self.folder}/node_modules"},
            stdout=subprocess.PIPE,
        )

    def run(self, *args: Any) -> dict[str, Any]:
        out, _ = self.start(*args).communicate(timeout=600)
        return dict(json.loads(out.splitlines()[-1]))


def kill_web_while_sending(client: Client, stack: Stack, process: Any) -> dict[str, Any]:
    """Let the web server's process die; what the client says in the end."""
    time.sleep(0.35)  # node takes half of that to begin
    worker = max(stack.tree()["web"][0].children(), key=lambda child: child.cpu_times().user)
    worker.kill()
    out, _ = process.communicate(timeout=600)
    return dict(json.loads(out.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    size = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "stack").mkdir()
        recording = folder / "talk.wav"
        sha256 = make_recording(recording, size)
        with Stack(folder / "stack", TRANSCRIBER="fake", WORKERS="1") as stack:
            client, alice, bob = Client(folder, stack), stack.person(), stack.person()
            began = time.monotonic()
            first = client.run(alice, recording, "alice", str(size * 300_000))
            print("client killed:", first)
            stranger = folder / "bob"
            stranger.write_text((folder / "alice").read_text())
            other = client.run(bob, recording, "bob", str(size * 10_000))
            print("somebody else has to begin anew:", other, other["url"] != first["url"])
            second = client.run(alice, recording, "alice", str(size * 600_000))
            print("client killed again:", second)
            process = client.start(alice, recording, "alice")
            last = kill_web_while_sending(client, stack, process)
            print(f"done, the web process killed meanwhile: {last}")
            print(f"{time.monotonic() - began:.1f} s in all")
            (kept,) = (folder / "stack" / "uploads" / "recordings").iterdir()
            same = digest(kept) == sha256 and kept.stat().st_size == recording.stat().st_size
            print("byte for byte the same:", same)
            left = list((folder / "stack" / "uploads" / "partial").iterdir())
            print("pieces left, which are the other one's:", len(left))
            good = same and other["url"] != first["url"] == second["url"] == last["url"]
            sys.exit(0 if good and last["upload_id"] else 1)


if __name__ == "__main__":
    main()
