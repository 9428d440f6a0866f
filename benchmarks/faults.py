"""What is done to those who work: kinds of faults, and a seeded schedule of them."""

from dataclasses import dataclass
from random import Random
from typing import TypeVar

Victim = TypeVar("Victim")

# A team is one keeper (worker.py), its RQ worker and the work horse with what is below it.
TEAM = ("kill horse", "kill worker", "kill keeper", "kill whole team")
SIGTERM = ("term keeper", "term whole team", "term horse", "term five times")
REDIS = ("kill redis", "kill redis and its data", "flush redis", "freeze redis")
WHOLE = ("deploy", "kill supervisor")
WEB = ("kill web server", "kill web worker")
POSTGRESQL = ("restart database fast", "restart database immediate")
FROZEN = (3.0, 8.0)  # seconds


@dataclass(frozen=True)
class Fault:
    """A fault to come.

    Attributes:
        at: seconds after the start.
        pick: 0 to 1, which of several victims it strikes.
        seconds: how long it lasts, where it lasts.
    """

    kind: str
    at: float
    pick: float
    seconds: float

    def choose(self, victims: list[Victim]) -> Victim:
        """One of the victims, who are at least one."""
        return victims[int(self.pick * len(victims))]


def schedule(count: int, seconds: float, seed: int, *, postgresql: bool) -> list[Fault]:
    """So many faults over that time, in order; each kind once before any comes twice."""
    draw = Random(seed)
    kinds = [*TEAM, *SIGTERM, *REDIS, *WHOLE, *WEB, *(POSTGRESQL if postgresql else ())]
    drawn = draw.sample(kinds, min(count, len(kinds)))
    drawn += draw.choices(kinds, k=count - len(drawn))
    draw.shuffle(drawn)
    times = sorted(draw.uniform(0.04, 1.0) * seconds for _ in drawn)
    return [
        Fault(kind, at, draw.random(), draw.uniform(*FROZEN))
        for kind, at in zip(drawn, times, strict=True)
    ]
