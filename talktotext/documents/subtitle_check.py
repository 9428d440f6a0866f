"""cues -> where they break the rules of good subtitles, and by how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talktotext.documents.subtitle_file import ReadCue
from talktotext.documents.subtitle_rules import RULES


@dataclass(frozen=True)
class Violation:
    """One rule broken by one cue.

    Attributes:
        number: the cue's.
        start: when it begins, in milliseconds.
        rule: "lines", "width", "shortest", "longest", "speed" or "gap".
        message: what is, and what should be.
    """

    number: int
    start: int
    rule: str
    message: str


def check(cues: Sequence[ReadCue]) -> list[Violation]:
    """All violations, by cue."""
    found: list[Violation] = []
    ended: int | None = None
    for cue in cues:
        broken = (*_lines(cue), *_duration(cue), *_speed(cue), *_gap(cue, ended))
        found += [Violation(cue.number, cue.start, *each) for each in broken]
        ended = max(cue.end, ended or 0)
    return found


Broken = Iterator[tuple[str, str]]


def _lines(cue: ReadCue) -> Broken:
    if len(cue.lines) > RULES.lines:
        yield "lines", f"{len(cue.lines)} lines, {RULES.lines} at most"
    for number, line in enumerate(cue.lines, 1):
        columns = RULES.columns(line)
        if columns > RULES.width:
            wide = f" (a full-width one counts {RULES.width / RULES.wide:.1f})"
            about = "" if columns == RULES.letters(line) else wide
            yield "width", f"line {number}: {columns:g} characters, {RULES.width} at most{about}"


def _duration(cue: ReadCue) -> Broken:
    lasts = cue.end - cue.start
    if lasts < RULES.shortest:
        yield "shortest", f"{lasts / 1000:.3f} s, {RULES.shortest / 1000:g} s at least"
    if lasts > RULES.longest:
        yield "longest", f"{lasts / 1000:.3f} s, {RULES.longest / 1000:g} s at most"


def _speed(cue: ReadCue) -> Broken:
    lasts = cue.end - cue.start
    if lasts <= 0:
        return  # it is too short, whatever it says
    speed = RULES.speed(cue.lines, lasts)
    if round(speed, 6) > RULES.rate:
        yield "speed", f"{speed:.2f} characters a second, {RULES.rate} at most"


def _gap(cue: ReadCue, ended: int | None) -> Broken:
    gap = RULES.gap if ended is None else cue.start - ended
    if gap < 0:
        yield "gap", f"begins {-gap / 1000:.3f} s before an earlier one ends"
    elif gap < RULES.gap:
        yield "gap", f"{gap / 1000:.3f} s after an earlier one, {RULES.gap / 1000:g} s at least"
