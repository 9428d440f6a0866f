"""Stretches of speech with numbers for speakers -> turns, as the rest of TalkToText knows them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from talktotext.speech.diarization.base import Turn

PAUSE = 0.8  # seconds; a shorter one does not end a turn
MARGIN = 0.15  # seconds: voice activity starts late and ends early


class Stretch(NamedTuple):
    """Speech of one speaker; seconds from the start of the recording."""

    start: float
    end: float
    label: int


def divide(
    start: float, end: float, label: int, changes: Iterable[tuple[float, int]]
) -> Iterator[Stretch]:
    """Speech from `start` to `end`, first of `label`, cut at each (seconds, label of the next)."""
    for at, following in changes:
        yield Stretch(start, at, label)
        start, label = at, following
    yield Stretch(start, end, label)


def named(stretches: Iterable[Stretch], end: float) -> list[Turn]:
    """Join what follows on without a pause, and call speakers by the order of their appearance.

    Args:
        stretches: in order, none over another.
        end: seconds; the recording's.
    """
    names: dict[int, str] = {}
    joined = _joined(stretches)
    starts = [stretch.start for stretch in joined[1:]]
    ends = [stretch.end for stretch in joined[:-1]]
    return [
        Turn(
            max(start - MARGIN, (before + start) / 2),
            min(stop + MARGIN, (stop + after) / 2),
            names.setdefault(label, f"Speaker {len(names) + 1}"),
        )
        for (start, stop, label), before, after in zip(
            joined,
            [0.0, *ends],
            [*starts, max(end, joined[-1].end)] if joined else [],
            strict=False,
        )
    ]


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last and last.label == stretch.label and stretch.start - last.end < PAUSE:
            joined[-1] = last._replace(end=stretch.end)
        elif stretch.end > stretch.start:
            joined.append(Stretch(float(stretch.start), float(stretch.end), stretch.label))
    return joined
