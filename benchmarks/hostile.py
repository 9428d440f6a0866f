"""All of the corpus of hostile files (tests/corpus) through upload and job, one after the other.

    python -m benchmarks.hostile [--ffmpeg /usr/bin/ffmpeg] [--only bomb/]

`flask serve` as people run it, with the fake speech engine, on SQLite. Every ten milliseconds a
look at how much memory the worker has with all its processes, and the web server with all of its:
what processes share is divided among them (PSS), and of an ffmpeg it is the most that it ever had
(VmHWM).
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import psutil

from talktotext.media import find_ffmpeg
from tests.corpus import Hostile, Kit, corpus
from tests.corpus.kit import Listener
from tests.corpus.trial import Verdict, is_sound_leaked
from tests.stack import RemotePerson, Stack

SECONDS = 300  # that an answer may take
MEMORY = 400  # MB that the worker, or the web server, may have
LOOK = 0.01  # seconds
SELDOM = 0.25  # seconds


@dataclass
class Peaks:
    """Memory in MB: the most since `again` of each tree of processes, and of an ffmpeg."""

    trees: dict[str, int]
    most: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    known: dict[int, tuple[float, float]] = field(default_factory=dict)

    def watch(self) -> None:
        while not self.over.wait(LOOK):
            for name, root in self.trees.items():
                with suppress(OSError):
                    self._look(name, root)

    def again(self) -> None:
        self.most.clear()

    def _look(self, name: str, root: int) -> None:
        parts = {pid: Path(f"/proc/{pid}/comm").read_text().strip() for pid in _tree(root)}
        ffmpegs = [_field(pid, "status", "VmHWM") for pid, comm in parts.items() if is_ffmpeg(comm)]
        others = [self._share(pid) for pid, comm in parts.items() if not is_ffmpeg(comm)]
        self.most[name] = max(self.most[name], round(sum(others) + sum(ffmpegs)))
        self.most["ffmpeg"] = max([self.most["ffmpeg"], *map(round, ffmpegs)])

    def _share(self, pid: int) -> float:
        """What a process has by itself, and of what it shares, its part. Looked up now and then, as
        that takes a while; and not of what is only just about to become an ffmpeg."""
        now = time.monotonic()
        at, size = self.known.setdefault(pid, (now, 0.0))
        if now - at > SELDOM:
            at, size = self.known[pid] = (now, _field(pid, "smaps_rollup", "Pss"))
        return size


def is_ffmpeg(comm: str) -> bool:
    return comm.startswith("ffmpeg")


def _tree(pid: int) -> list[int]:
    """A process and all that came of it."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            for child in (thread / "children").read_text().split():
                found += _tree(int(child))
    return found


def _field(pid: int, file: str, name: str) -> float:
    """In MB; 0 of one that has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


@dataclass
class Trial:
    """Somebody who uploads one file after the other."""

    stack: Stack
    person: RemotePerson
    kit: Kit
    ffmpeg: str

    def of(self, path: Path, name: str) -> Verdict:
        begun, logged = time.monotonic(), len(self.stack.log())
        ended, sentence, said = self._upload(path, PurePosixPath(name).name)
        seconds = time.monotonic() - begun
        told = said + self.stack.log()[logged:].encode()
        leaked = self.kit.leaked(told)
        if ended == "done":
            leaked = leaked or is_sound_leaked(self.kit, path, self.ffmpeg)
        return Verdict(name, ended, sentence, seconds, leaked, self._left())

    def _upload(self, path: Path, name: str) -> tuple[str, str, bytes]:
        with path.open("rb") as file:
            answer = self.person.request("POST", "/api/upload", files={"file": (name, file)})
        if not answer.ok:
            return answer.json()["code"], answer.json()["error"], answer.content
        upload_id = answer.json()["upload_id"]
        while (status := self.person.status(upload_id))["status"] in ("uploaded", "processing"):
            time.sleep(0.05)
        said = answer.content + repr(status).encode()
        if note_id := status.get("note_id"):
            for what in ("", "/transcript", "/transcript?format=vtt"):
                said += self.person.request("GET", f"/api/notes/{note_id}{what}").content
        return status.get("code") or status["status"], status.get("error") or "", said

    def _left(self) -> int:
        """How many ffmpegs there are still, when all has been answered."""
        assert self.stack.process is not None
        time.sleep(0.02)  # one that was killed is there until it is waited for
        every = psutil.Process(self.stack.process.pid).children(recursive=True)
        return sum("ffmpeg" in one.name() for one in every)


def run(ffmpeg: str, only: str) -> list[dict[str, Any]]:
    """Every file's verdict, with its memory and the connections that were made."""
    with tempfile.TemporaryDirectory() as name, Listener() as listener:
        (folder := Path(name) / "stack").mkdir()
        kit = Kit(Path(name), listener.port)
        with Stack(folder, TRANSCRIBER="fake", FFMPEG=ffmpeg) as stack:
            peaks = Peaks({"web": stack.one("web").pid, "worker": stack.one("keeper").pid})
            watching = threading.Thread(target=peaks.watch)
            watching.start()
            trial = Trial(stack, stack.person(), kit, ffmpeg)
            try:
                chosen = (hostile for hostile in corpus(kit) if only in hostile.name)
                return [_tried(hostile, trial, peaks, listener) for hostile in chosen]
            finally:
                peaks.over.set()
                watching.join()


def _tried(hostile: Hostile, trial: Trial, peaks: Peaks, listener: Listener) -> dict[str, Any]:
    path = trial.kit.folder / "upload"
    path.write_bytes(hostile.make())
    calls = listener.count
    peaks.again()
    verdict = trial.of(path, hostile.name)
    most, calls = dict(peaks.most), listener.count - calls
    wrong = verdict.complaints(SECONDS)
    wrong += [f"{name} {most[name]} MB" for name in peaks.trees if most.get(name, 0) > MEMORY]
    wrong += ["connected"] if calls else []
    print(
        f"{verdict.seconds:6.1f} s {most} {verdict.ended} {hostile.name} {wrong or ''}", flush=True
    )
    nothing = {"web": 0, "worker": 0, "ffmpeg": 0}
    return {**asdict(verdict), **nothing, **most, "calls": calls, "wrong": wrong}


def tell(ffmpeg: str, tried: list[dict[str, Any]], seconds: float) -> None:
    """What came of it, for a person."""
    version = subprocess.check_output([ffmpeg, "-version"], text=True).splitlines()[0]
    print(f"\n{version}\n{len(tried)} files in {seconds:.0f} s")
    print("  by kind:", dict(Counter(one["name"].partition("/")[0] for one in tried)))
    print("  ended:  ", dict(Counter(one["ended"] for one in tried).most_common()))
    for what, name in (("canaries", "leaked"), ("connections", "calls"), ("processes", "left")):
        print(f"  {what}: {sum(one[name] for one in tried)}")
    for name, unit in {"worker": "MB", "web": "MB", "ffmpeg": "MB", "seconds": "s"}.items():
        top = sorted(tried, key=lambda one: -one[name])[:4]
        print(
            f"  most {name}:", ", ".join(f"{one[name]:.0f} {unit} ({one['name']})" for one in top)
        )
    print(f"  with something wrong: {sum(bool(one['wrong']) for one in tried)}")


def main() -> int:
    """Exit status 1 if something is wrong with any file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ffmpeg", default=find_ffmpeg())
    parser.add_argument("--only", default="", help="names that hold this")
    asked = parser.parse_args()
    begun = time.monotonic()
    tried = run(asked.ffmpeg, asked.only)
    tell(asked.ffmpeg, tried, time.monotonic() - begun)
    return int(any(one["wrong"] for one in tried))


if __name__ == "__main__":
    sys.exit(main())
