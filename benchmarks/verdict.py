"""What became of every recording: read from databases, files and journals afterwards."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import rq
import sqlalchemy as sa

from benchmarks.ours import Ours, People
from benchmarks.plain_rq import Plain
from benchmarks.sounds import Truth, lines

MOST_REPEATED = 10.0  # percent
STAGES = ("decoding", "analyzing", "finishing the note")


@dataclass
class Verdict:
    """Counts of recordings, and percents of work done twice, by stage.

    Attributes:
        lost: accepted, and neither done nor failed.
        duplicated: more than one upload, note or copy of a segment; for plain RQ: run twice.
        wrong: done, with another transcript than without faults.
    """

    name: str
    done: int = 0
    failed: int = 0
    lost: int = 0
    duplicated: int = 0
    wrong: int = 0
    repeated: dict[str, float] = field(default_factory=dict)

    def is_perfect(self, recordings: int) -> bool:
        """Whether all is as promised."""
        nothing = (self.failed, self.lost, self.duplicated, self.wrong)
        low = all(percent < MOST_REPEATED for percent in self.repeated.values())
        return self.done == recordings and not any(nothing) and low

    def __str__(self) -> str:
        counts = (self.done, self.failed, self.lost, self.duplicated, self.wrong)
        repeated = ", ".join(f"{stage} {percent:.1f} %" for stage, percent in self.repeated.items())
        return f"{self.name:12}" + "".join(f"{n:11}" for n in counts) + f"   {repeated}"


HEAD = f"{'':12}" + "".join(
    f"{word:>11}" for word in ("done", "failed", "lost", "duplicated", "wrong")
)


def of_ours(ours: Ours, people: People, truths: dict[str, Truth]) -> Verdict:
    """What TalkToText made of the recordings."""
    rows = _rows(ours)
    verdict = Verdict(ours.name, repeated=_repeated(ours.journal, truths.values()))
    for name, truth in truths.items():
        mine = [row for row in rows if row.file_name == name]
        upload_id = people.accepted.get(name)
        statuses = {row.status for row in mine if row.upload_id == upload_id}
        verdict.done += statuses == {"done"}
        verdict.failed += statuses == {"failed"}
        verdict.lost += not statuses & {"done", "failed"}
        doubled = any(row.transcript and row.segments != truth.heard for row in mine)
        verdict.duplicated += len(mine) > 1 or doubled
        verdict.wrong += any(row.transcript not in (None, truth.transcript) for row in mine)
    log = (ours.folder / "log").read_text()
    for stage in STAGES:
        begun = len(re.findall(rf"job \S+: {stage}", log))
        verdict.repeated[stage] = _percent(begun, len(truths))
    return verdict


def _rows(ours: Ours) -> list[sa.Row]:
    """A row for every upload and note of it."""
    query = """
        SELECT uploads.id AS upload_id, file_name, status, notes.transcript AS transcript,
            (SELECT count(*) FROM segments WHERE segments.upload_id = uploads.id) AS segments
        FROM uploads LEFT JOIN notes ON notes.upload_id = uploads.id
    """
    with ours.database().connect() as connection:
        return list(connection.execute(sa.text(query)))


def unfinished(ours: Ours) -> int:
    """How many uploads are neither done nor failed."""
    query = sa.text("SELECT count(*) FROM uploads WHERE status NOT IN ('done', 'failed')")
    with ours.database().connect() as connection:
        return int(connection.scalar(query) or 0)


def of_plain(plain: Plain, truths: dict[str, Truth]) -> Verdict:
    """What plain RQ made of them."""
    begun, finished = (Counter(_names(plain.folder / name)) for name in ("begun", "finished"))
    failed = set(plain.queue().failed_job_registry.get_job_ids())
    came_out = [true for name, true in truths.items() if (plain.folder / "results" / name).exists()]
    verdict = Verdict(plain.name, repeated=_repeated(plain.journal, came_out))
    for name, truth in truths.items():
        result = plain.folder / "results" / name
        verdict.done += result.exists()
        verdict.failed += not result.exists() and Path(name).stem in failed
        verdict.lost += not result.exists() and Path(name).stem not in failed
        verdict.duplicated += finished[name] > 1
        verdict.wrong += result.exists() and result.read_text() != truth.transcript
    verdict.repeated["decoding"] = _percent(begun.total(), len(came_out))
    return verdict


def is_at_rest(plain: Plain) -> bool:
    """Whether plain RQ has nothing more to do: no job waits and no horse is at work."""
    queue: rq.Queue = plain.queue()
    return queue.count == 0 and not any(team.horse for team in plain.teams())


def _names(path: Path) -> Iterable[str]:
    return path.read_text().split() if path.exists() else ()


def _repeated(journal: Path, truths: Iterable[Truth]) -> dict[str, float]:
    needed = sum(truth.heard for truth in truths)
    return {"transcribing": _percent(lines(journal), needed)}


def _percent(done: int, needed: int) -> float:
    """What was done too much. What never came out was not needed: all of it was too much."""
    return 100 * (done / max(needed, 1) - 1)
