"""Speech, from an upload to its note: how fast, in how much memory, with how many errors.

    python -m benchmarks.speech [--minutes 10] [--hours 3]

Everything runs on Moonshine, the engine that is always there. Beside it, on the same samples and
the whole recording at once: a call of moonshine-voice itself, as its documentation shows it
("direct"), and a call of our own engine, which runs the same models ("whole").
"""

import argparse
import multiprocessing
import re
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.recordings import TWO_CITIES, Made, meeting, reading
from benchmarks.words import errors, words
from tests.stack import RemotePerson, Stack

EVERY = 0.25  # seconds between two looks at the memory
FIRST_WORDS = " ".join(words(TWO_CITIES)[:6])


@dataclass(frozen=True)
class Done:
    """What came of an upload: seconds from its answer to the note, the most memory that the
    worker's processes took together in bytes, and the note's transcript."""

    seconds: float
    memory: int
    segments: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return " ".join(segment["text"] for segment in self.segments)


def main() -> None:
    """Prints all of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--hours", type=float, default=3, help="0 leaves the long one out")
    options = parser.parse_args()
    made = {"reading": reading(options.minutes), "meeting": meeting(options.minutes)}
    with _stack() as stack:
        alice = stack.person()
        _tell_loading(stack, alice)
        short = {name: _tell(stack, alice, name, recording) for name, recording in made.items()}
        if options.hours:
            _tell_long(stack, alice, reading(60 * options.hours), short["reading"])


@contextmanager
def _stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="speech-") as folder:
        settings = {"TRANSCRIBER": "moonshine", "DIARIZER": "moonshine", "REDIS_URL": ""}
        with Stack(Path(folder), MAX_CONTENT_LENGTH="2GB", **settings) as stack:
            yield stack


def _tell_loading(stack: Stack, alice: RemotePerson) -> None:
    """How long a few seconds of sound take the first and the second job of a worker."""
    made = reading(0.1)
    short = Made(made.samples[: 5 * 16_000], made.spoken)
    first, second = (_done(stack, alice, short).seconds for _ in range(2))
    print(f"5 s of sound: first job {first:.2f} s, second {second:.2f} s")
    for line in re.findall(r"loaded \w+ for \w+ in .*", stack.log()):
        print(f"  {line}")


def _tell(stack: Stack, alice: RemotePerson, name: str, made: Made) -> Done:
    """A recording through everything, beside one direct call."""
    done = _done(stack, alice, made)
    minutes, said = len(made.samples) / 960_000, len(words(made.words))
    wrong = errors(made.words, done.text)
    print(
        f"{name}, {minutes:.1f} minutes, {said} words: upload to note {done.seconds:.1f} s, ",
        end="",
    )
    print(f"the worker took {done.memory / 1e6:.0f} MB, {wrong} word errors")
    for beside, call in (("direct", _direct), ("whole", _whole)):
        heard, seconds, memory = _apart(call, made.samples)
        more = wrong - errors(made.words, heard)
        print(f"  : {beside} {done.seconds / seconds:.2f} ({seconds:.1f} s, ", end="")
        print(f"{memory / 1e6:.0f} MB), word errors {more:+d}")
    return done


def _tell_long(stack: Stack, alice: RemotePerson, made: Made, short: Done) -> None:
    done = _done(stack, alice, made)
    print(f"reading, {len(made.samples) / 960_000:.0f} minutes: {done.seconds:.0f} s")
    print(f"  memory: worker {done.memory / 1e6:.0f} MB, to that of the short one ", end="")
    print(f"{done.memory / short.memory:.2f}")
    print(f"  word errors: {errors(made.words, done.text) / len(words(made.words)):.1%}")
    late = [start - page.start for start, page in _pages(done, made)]
    tenth = max(1, len(late) // 10)
    drift = float(np.median(late[-tenth:]) - np.median(late[:tenth]))
    print(f"  drift from the first to the last tenth: {drift:+.3f} s, {len(late)} pages found")


def _pages(done: Done, made: Made) -> Iterator[tuple[float, Any]]:
    """Where each page was heard to begin, beside where it does."""
    for segment in done.segments:
        if " ".join(words(segment["text"])).startswith(FIRST_WORDS):
            page = min(made.spoken, key=lambda page: abs(page.start - segment["start"]))
            yield segment["start"], page


def _done(stack: Stack, alice: RemotePerson, made: Made) -> Done:
    with _watched(stack) as memory:
        upload_id = alice.upload(made.wav())
        began = time.monotonic()
        while (status := alice.status(upload_id))["status"] not in ("done", "failed"):
            time.sleep(0.1)
        seconds = time.monotonic() - began
    assert status["status"] == "done", status
    return Done(seconds, max(memory), list(_segments(alice, status["note_id"])))


def _segments(alice: RemotePerson, note_id: str) -> Iterator[dict[str, Any]]:
    path: str | None = f"/api/notes/{note_id}/transcript?limit=500"
    while path:
        answer = alice.request("GET", path)
        yield from answer.json()["segments"]
        path = answer.links.get("next", {}).get("url")
        path = path and path.removeprefix(alice.stack.url)


@contextmanager
def _watched(stack: Stack) -> Iterator[list[int]]:
    """The most that the worker's processes take together: the horse's own high-water mark, which
    misses no peak, and what the others take beside it, looked at again and again."""
    most, beside, over = [0], [0], threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            keeper = stack.one("keeper")
            others = [keeper, *keeper.children(recursive=True)]
            horses = {horse.pid for horse in stack.tree()["horse"]}
            beside.append(sum(_pss(other) for other in others if other.pid not in horses))

    for horse in stack.tree()["horse"]:
        Path(f"/proc/{horse.pid}/clear_refs").write_text("5")  # man 5 proc: begins the mark anew
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()
        most.append(_high_water_mark(stack.one("horse")) + max(beside))


def _high_water_mark(process: psutil.Process) -> int:
    """The most memory it has had, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def _pss(process: psutil.Process) -> int:
    """Its share of the memory it has; what processes share counts once over all of them."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


def _apart(act: Any, *arguments: Any) -> Any:
    """What a function gives in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(act, arguments)


def _direct(samples: Any) -> tuple[str, float, int]:
    """One call of the package's: the words, its seconds, the process's most memory in bytes."""
    from moonshine_voice import ModelArch, get_model_path
    from moonshine_voice.transcriber import Transcriber

    engine = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY)
    sound = (samples.astype(np.float32) / 32768).tolist()
    began = time.monotonic()
    lines = engine.transcribe_without_streaming(sound, 16_000).lines
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return " ".join(line.text for line in lines), seconds, peak


def _whole(samples: Any) -> tuple[str, float, int]:
    """One call of our engine: the same."""
    from talktotext import speech
    from talktotext.speech.base import to_float
    from talktotext.speech.level import level

    [engine] = speech.load("moonshine", 1)
    began = time.monotonic()
    segments = list(engine.transcribe(level(to_float(samples))))
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return " ".join(segment.text for segment in segments), seconds, peak


if __name__ == "__main__":
    main()
