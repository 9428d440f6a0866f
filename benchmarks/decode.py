"""What decoding costs beside the bare ffmpeg that does it.

    python -m benchmarks.decode --minutes 10 60

For every kind of recording, in turns: `ffmpeg -i X -ac 1 -ar 16000 -f s16le`, our `decode` with the
same binary, and reading all of it, minute by minute, while it is being decoded.
"""

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from talktotext.config import ROOT
from talktotext.media import SAMPLE_RATE, Decoding, decode, find_ffmpeg

MEETING = ROOT / "samples" / "meeting.mp3"
KINDS = {
    "mp3": ("-b:a", "128k"),
    "mp4": ("-c:a", "aac", "-b:a", "128k"),
    "wav": (),
    "webm": ("-c:a", "libopus", "-b:a", "64k"),
}
# To the right what was said to the left, later and quieter.
CHANNELS = {"stereo": "asplit[a][b];[b]adelay=700,volume=0.4[c];[a][c]amerge", "mono": "anull"}
MINUTE = 60 * SAMPLE_RATE
LIMITS = {"max_duration": 12 * 3600, "timeout": 900}


class Cost(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def main() -> None:
    """Prints a line for each kind, and the worst ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=int, nargs="+", default=[10])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args()
    print(
        "minutes channels kind | wall, CPU seconds: ffmpeg | ours | ours, read | ratio | ", end=""
    )
    print("ratio, read | first minute after")
    with tempfile.TemporaryDirectory(prefix="decode-") as name:
        for minutes in options.minutes:
            for channels in CHANNELS:
                for kind in options.kinds:
                    recording = _record(Path(name), minutes, channels, kind)
                    print(f"{minutes:3} {channels:6} {kind:4}", end=" | ")
                    _tell(recording, options.rounds)
                    recording.unlink()


def _record(folder: Path, minutes: int, channels: str, kind: str) -> Path:
    """The sample meeting again and again, at 44.1 kHz (48 kHz for Opus)."""
    path = folder / f"recording.{kind}"
    rate = "48000" if kind == "webm" else "44100"
    loop = ["-stream_loop", "-1", "-i", str(MEETING), "-t", str(60 * minutes)]
    _ffmpeg(*loop, "-af", CHANNELS[channels], "-ar", rate, *KINDS[kind], str(path))
    return path


def _tell(recording: Path, rounds: int) -> None:
    out, first = recording.with_name("out"), []
    ways: list[Callable[[], object]] = [
        lambda: _ffmpeg(
            "-i", str(recording), *("-ac", "1", "-ar", "16000", "-f", "s16le"), str(out)
        ),
        lambda: decode(recording, out, **LIMITS),
        lambda: first.append(_read(recording, out)),
    ]
    runs = [[_cost(way) for way in ways] for _ in range(rounds)]
    bare, ours, read = (
        Cost(min(c.wall for c in costs), min(c.cpu for c in costs))  # the least disturbed
        for costs in zip(*runs, strict=True)
    )
    for cost in (bare, ours, read):
        print(f"{cost.wall:6.2f} {cost.cpu:6.2f}", end=" | ")
    for cost in (ours, read):
        print(f"{cost.wall / bare.wall:.2f} {cost.cpu / bare.cpu:.2f}", end=" | ")
    print(f"{min(first):.2f}", flush=True)


def _read(recording: Path, out: Path) -> float:
    """Read as a job does; seconds until there was a minute."""
    began, waited, at = time.monotonic(), 0.0, 0
    with Decoding(recording, out, **LIMITS) as sound:
        while len(sound.read(at, at + MINUTE)):
            sound.levels(at, at + MINUTE)
            waited = waited or time.monotonic() - began
            at += MINUTE
        sound.finish()
    return waited


def _cost(way: Callable[[], object]) -> Cost:
    began, used = time.monotonic(), _cpu()
    way()
    return Cost(time.monotonic() - began, _cpu() - used)


def _cpu() -> float:
    """Seconds this process and those it has waited for have used."""
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _ffmpeg(*arguments: str) -> None:
    command = [find_ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
