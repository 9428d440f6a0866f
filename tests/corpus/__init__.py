"""Hostile files, all of them made here: what strangers may send, and what it aims at.

`corpus(kit)` yields them by name; none is made before it is asked for. Each one is to end in an
answer that a person understands, within bounds, and with nothing of the canaries in it; see
`trial.py`, tests/test_hostile_corpus.py and benchmarks/hostile.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.corpus import bombs, damage, headers, references
from tests.corpus.kit import Kit

__all__ = ["Hostile", "Kit", "corpus"]


@dataclass(frozen=True)
class Hostile:
    """One file.

    Attributes:
        name: what it is called when it is uploaded, its kind before a slash.
        make: gives its bytes.
    """

    name: str
    make: Callable[[], bytes]


def corpus(kit: Kit) -> Iterator[Hostile]:
    """Every file there is."""
    kinds = {
        "reference": references.files,
        "bomb": bombs.files,
        "header": headers.files,
        "damage": damage.files,
    }
    for kind, files in kinds.items():
        for name, make in files(kit):
            yield Hostile(f"{kind}/{name}", make)
