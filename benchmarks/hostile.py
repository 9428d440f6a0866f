"""All of the corpus of hostile files through upload and job, one after the other.

    python -m benchmarks.hostile [--ffmpeg /usr/bin/ffmpeg] [--only bomb/]

The web application and the worker are one process here, with the fake speech engine, on SQLite.
Beside it a process makes the files and looks every few milliseconds how much memory that process
and its children have: for a child, the most it ever had (VmHWM). The corpus is tests/corpus.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from talktotext import create_app
from talktotext.extensions import db
from talktotext.media import find_ffmpeg
from talktotext.models.base import Base
from tests.conftest import make_settings
from tests.corpus import Kit, corpus
from tests.corpus.kit import Listener
from tests.corpus.trial import Trial, Verdict

SECONDS = 120  # that an answer may take
MEMORY = 400  # MB that the tree may have
LOOK = 0.003  # seconds


@dataclass
class Peak:
    """Memory in MB of a process and its children: the most since `again`."""

    process: psutil.Process
    tree: float = 0.0
    child: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.over.wait(LOOK):
            with suppress(psutil.Error, OSError):
                children = [_most(child.pid) for child in self.process.children(recursive=True)]
                own = self.process.memory_info().rss / 1e6
                self.tree = max(self.tree, own + sum(children))
                self.child = max(self.child, *children, 0.0)

    def again(self) -> None:
        self.tree = self.child = 0.0


def _most(pid: int) -> float:
    """The most memory that a process ever had, in MB; since it became what it is."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def worker(folder: Path, ffmpeg: str, port: int) -> None:
    """Try what is named on standard input, a line of JSON each; a verdict a line."""
    app = create_app(make_settings(folder / "instance", FFMPEG=ffmpeg))
    app.testing = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
    trial = Trial(app, Kit(folder / "kit", port))
    for line in sys.stdin:
        asked = json.loads(line)
        trial.kit.mark, path = asked["mark"], Path(asked["path"])
        print(json.dumps(trial.of(path, asked["name"]).as_dict()), flush=True)


def run(ffmpeg: str, only: str) -> list[dict[str, Any]]:
    """Every file's verdict, with its memory and the connections that were made."""
    with tempfile.TemporaryDirectory() as name, Listener() as listener:
        folder = Path(name)
        (folder / "kit").mkdir()
        kit = Kit(folder, listener.port)
        command = [sys.executable, "-m", "benchmarks.hostile", "--worker", name]
        process = subprocess.Popen(
            [*command, "--ffmpeg", ffmpeg, "--port", str(listener.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        peak = Peak(psutil.Process(process.pid))
        watching = threading.Thread(target=peak.watch)
        watching.start()
        try:
            return [
                _tried(hostile, kit, process, peak, listener)
                for hostile in corpus(kit)
                if only in hostile.name
            ]
        finally:
            peak.over.set()
            watching.join()
            process.communicate()


def _tried(
    hostile: Any, kit: Kit, process: subprocess.Popen[str], peak: Peak, listener: Listener
) -> dict[str, Any]:
    path = kit.folder / "upload"
    path.write_bytes(hostile.make())
    assert process.stdin is not None and process.stdout is not None
    calls = listener.count
    peak.again()
    task = {"name": hostile.name, "path": str(path), "mark": kit.mark}
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    verdict = Verdict(**json.loads(process.stdout.readline()))
    wrong = verdict.complaints(SECONDS)
    wrong += [f"{peak.tree:.0f} MB"] if peak.tree > MEMORY else []
    wrong += ["connected"] if listener.count > calls else []
    if wrong:
        print(f"{hostile.name}: {', '.join(wrong)}", flush=True)
    measured = {"tree": peak.tree, "child": peak.child, "calls": listener.count - calls}
    return {**asdict(verdict), **measured, "wrong": wrong}


def tell(ffmpeg: str, tried: list[dict[str, Any]], seconds: float) -> None:
    """What came of it, for a person."""
    version = subprocess.check_output([ffmpeg, "-version"], text=True).splitlines()[0]
    print(f"\n{version}\n{len(tried)} files in {seconds:.0f} s")
    print("  by kind:", dict(Counter(one["name"].partition("/")[0] for one in tried)))
    print("  ended:  ", dict(Counter(one["ended"] for one in tried).most_common()))
    for what, name in (("canaries", "leaked"), ("connections", "calls"), ("processes", "left")):
        print(f"  {what}: {sum(one[name] for one in tried)}")
    units = {"tree": ("MB, worker tree", 1), "child": ("MB, ffmpeg", 1), "seconds": ("s", 2)}
    for name, (unit, digits) in units.items():
        top = sorted(tried, key=lambda one: -one[name])[:4]
        most = ", ".join(f"{one[name]:.{digits}f} ({one['name']})" for one in top)
        print(f"  most {unit}: {most}")
    print(f"  with something wrong: {sum(bool(one['wrong']) for one in tried)}")


def main() -> int:
    """Exit status 1 if something is wrong with any file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ffmpeg", default=find_ffmpeg())
    parser.add_argument("--only", default="", help="names that hold this")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.worker:
        worker(asked.worker, asked.ffmpeg, asked.port)
        return 0
    begun = time.monotonic()
    tried = run(asked.ffmpeg, asked.only)
    tell(asked.ffmpeg, tried, time.monotonic() - begun)
    return int(any(one["wrong"] for one in tried))


if __name__ == "__main__":
    sys.exit(main())
