"""Kill everything, again and again, and count what was lost: `make chaos`.

    python -m benchmarks.chaos --recordings 40 --faults 40 --minutes 4 --seed 1 --database sqlite

Starts TalkToText as `flask serve` does, sends recordings to it, and meanwhile kills, stops,
freezes and empties whatever there is, by a seeded schedule. Beside it, plain RQ has the same work
and the same faults. Ends with status 0 if every recording became its one right note and less than
a tenth of the work was done twice.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

import psutil
import redis
import sqlalchemy as sa

from benchmarks import faults, verdict
from benchmarks.ours import Ours, People
from benchmarks.plain_rq import Plain
from benchmarks.sounds import Sound, Truth, sounds, truth
from benchmarks.target import Target, below

log = logging.getLogger("chaos")

FILL = 0.85  # of the time of all workers that the work would take if nothing went wrong
SENDING = 0.8  # of the time, over which recordings come in


def main() -> int:
    """Exit status: 0 if nothing was lost, doubled, wrong or done over too often."""
    options = _options()
    logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stdout)
    recordings = sounds(options.recordings, options.seed)
    truths = {sound.name: truth(sound) for sound in recordings}
    with tempfile.TemporaryDirectory(prefix="chaos-") as name, ExitStack() as after:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL is another user
        after.callback(_sweep_up, folder)
        return _run(options, folder, recordings, truths)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recordings", type=int, default=40)
    parser.add_argument("--faults", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=4.0, help="over which faults come")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--plain", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lease", default="", help="LEASE_SECONDS, if not the default")
    parser.add_argument("--sweep", default="", help="SWEEP_SECONDS, if not the default")
    parser.add_argument("--patience", type=float, default=240, help="seconds to wait at the end")
    parser.add_argument("--keep", type=Path, help="a folder for the log")
    return parser.parse_args()


def _run(
    options: argparse.Namespace,
    folder: Path,
    recordings: list[Sound],
    truths: dict[str, Truth],
) -> int:
    seconds = 60 * options.minutes
    heard = sum(true.heard for true in truths.values())
    delay = FILL * seconds * options.workers / heard
    print(f"{len(recordings)} recordings, {heard} parts of {delay:.2f} s, on {options.database}")
    ours, plain = _targets(options, folder, delay)
    people = People(ours)
    senders: list[Callable[[int, Sound], None]] = [people.send]
    if plain:
        senders.append(plain.send)
    began = time.monotonic()
    _go_through(options, [ours, *([plain] if plain else [])], senders, recordings)
    _settle(ours, plain, options.patience)
    print(f"all over after {time.monotonic() - began:.0f} s")
    return _judge(options, ours, people, plain, truths)


def _targets(options: argparse.Namespace, folder: Path, delay: float) -> tuple[Ours, Plain | None]:
    """Both, started."""
    for name in ("ours", "plain"):
        (folder / name).mkdir()
    (folder / "ours").chmod(0o755)
    ours = Ours(
        folder / "ours",
        delay,
        options.workers,
        postgres="yes" if options.database == "postgresql" else "",
        LEASE_SECONDS=options.lease,
        SWEEP_SECONDS=options.sweep,
    )
    plain = Plain(folder / "plain", delay, options.workers) if options.plain else None
    for target in (ours, plain):
        if target:
            target.start()
    return ours, plain


def _go_through(
    options: argparse.Namespace,
    targets: Sequence[Target],
    senders: Sequence[Callable[[int, Sound], None]],
    recordings: list[Sound],
) -> None:
    """Send everything and do all faults, at their times; return when that is done."""
    seconds, began, draw = 60 * options.minutes, time.monotonic(), Random(options.seed)
    plan = faults.schedule(
        options.faults, seconds, options.seed, postgresql=options.database == "postgresql"
    )
    # The first few at once, so that there is work from the beginning.
    times = sorted(max(0.0, draw.uniform(-0.1, SENDING)) * seconds for _ in recordings)
    threads = [threading.Thread(target=target.play, args=(plan, began)) for target in targets]
    threads += [
        threading.Thread(target=_send_at, args=(began + at, send, number, sound))
        for number, (at, sound) in enumerate(zip(times, recordings, strict=True))
        for send in senders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send_at(moment: float, send: Callable[[int, Sound], None], number: int, sound: Sound) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
    send(number, sound)


def _settle(ours: Ours, plain: Plain | None, patience: float) -> None:
    """Wait until there is nothing left to do, but not for ever."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if not verdict.unfinished(ours) and (plain is None or verdict.is_at_rest(plain)):
                return
        except (sa.exc.SQLAlchemyError, redis.RedisError, psutil.Error) as error:
            log.info("cannot see: %s", error)
        time.sleep(1)
    print(f"not everything came to an end within {patience:.0f} s")


def _judge(
    options: argparse.Namespace,
    ours: Ours,
    people: People,
    plain: Plain | None,
    truths: dict[str, Truth],
) -> int:
    found = verdict.of_ours(ours, people, truths)
    kinds = Counter(fault.kind for fault in ours.struck)
    print(f"\n{len(ours.struck)} of {options.faults} faults struck:", *_counted(kinds))
    print("answers to uploads:", *_counted(people.answers))
    print(f"\n{verdict.HEAD}   repeated\n{found}")
    if plain:
        print(verdict.of_plain(plain, truths), f"({len(plain.struck)} faults)")
    for target in (ours, *([plain] if plain else [])):
        target.close()
        if options.keep:
            options.keep.mkdir(exist_ok=True)
            (options.keep / f"{target.folder.name}.log").write_bytes(
                (target.folder / "log").read_bytes()
            )
    return 0 if found.is_perfect(options.recordings) else 1


def _counted(counts: Counter[str]) -> list[str]:
    return [f"{name} {count}," for name, count in sorted(counts.items())]


def _sweep_up(folder: Path) -> None:
    """Nothing is left behind, whatever happened; what was is told."""
    left = [process for process in below(folder) if process.pid != psutil.Process().pid]
    for process in left:
        print("left behind:", process.pid, process.name())
        process.kill()


if __name__ == "__main__":
    raise SystemExit(main())
