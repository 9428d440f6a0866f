"""lines -> what is shown at a time: one line, or two, also those of two speakers.

Where there is time, lines stay together as their speaker's phrases have it. Where speakers follow
so fast that not all can be read (a word of assent stands for a second, like any cue), lines are
put together so that the whole takes the least time.
"""

from collections.abc import Sequence
from math import inf

from talktotext.documents.cue_breaks import Line
from talktotext.documents.cue_times import Wish, delays
from talktotext.documents.subtitle_rules import RULES

DASH = "-"  # before the words of each, where two speak in one cue
PRESSED = 100  # milliseconds off, from which on it is better to put lines together
TOGETHER = 4000  # milliseconds: lines that begin further apart are not shown at once
APART = 200  # milliseconds that must be won by tearing two lines apart

Group = tuple[Line, ...]


def groups(lines: Sequence[Line]) -> list[Group]:
    """The lines in groups of one or two, in order."""
    pressed = _pressed(lines)
    total, double = [0.0], [False]
    for place, line in enumerate(lines):
        alone = total[-1] + wish((line,)).needs if pressed[place] or not line.goes_on else inf
        both = inf
        if place and (line.goes_on or any(pressed[place - 1 : place + 1])):
            both = total[-2] + _needed(lines[place - 1], line)
        alone += APART if line.goes_on else 0
        total.append(min(alone, both))
        double.append(both < alone)
    return _read_back(lines, double)


def wish(group: Group) -> Wish:
    """When a group is said, and how much there is to read in it."""
    letters = sum(RULES.letters(text) for text in shown(group)) + len(group) - 1
    return Wish(group[0].start, max(line.end for line in group), letters)


def shown(group: Group) -> list[str]:
    """The lines as they are seen: a dash before each of two speakers."""
    dash = DASH if len({line.speaker for line in group}) > 1 else ""
    return [dash + line.text for line in group]


def _pressed(lines: Sequence[Line]) -> list[bool]:
    """Which lines would not be shown when they are said."""
    spoken = _read_back(lines, [False, *(line.goes_on for line in lines)])
    late = delays([wish(group) for group in spoken])
    return [delay > PRESSED for group, delay in zip(spoken, late, strict=True) for _ in group]


def _needed(one: Line, other: Line) -> float:
    """Milliseconds that two lines take together; infinite if they cannot be shown at once."""
    fits = all(RULES.columns(text) <= RULES.width for text in shown((one, other)))
    if other.goes_on or (fits and other.start - one.start < TOGETHER):
        return wish((one, other)).needs
    return inf


def _read_back(lines: Sequence[Line], double: Sequence[bool]) -> list[Group]:
    """The groups, if `double` says which number of lines ends with one of two."""
    out, end = [], len(lines)
    while end:
        size = 2 if double[end] else 1
        out.append(tuple(lines[end - size : end]))
        end -= size
    return out[::-1]
