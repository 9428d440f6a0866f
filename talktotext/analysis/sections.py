"""A transcript in sections that a model can read: all of it, none of it twice.

Cut between segments, into parts of about the same size; a segment too long for a section by
itself is cut between words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple, Self

from talktotext.analysis.cleaning import scrub
from talktotext.schema import Segment

LABEL = 24  # characters that "[1234] Somebody: " takes beside the words


class Line(NamedTuple):
    """Words of one segment, and the segment's place in the transcript."""

    place: int
    text: str


@dataclass(frozen=True)
class Section:
    """Lines that are read together, in order."""

    lines: tuple[Line, ...]

    @property
    def characters(self) -> int:
        """The length of what is said in it."""
        return sum(len(line.text) for line in self.lines)

    def halves(self) -> tuple[Self, Self]:
        """The same lines in two sections, none of them empty if it has two characters."""
        lines = self.lines
        if len(lines) == 1:
            place, text = lines[0]
            cut = _break(text, ceil(len(text) / 2))
            lines = (Line(place, text[:cut]), Line(place, text[cut:]))
        middle, so_far = 1, len(lines[0].text)
        while middle < len(lines) - 1 and so_far < self.characters / 2:
            so_far += len(lines[middle].text)
            middle += 1
        return type(self)(lines[:middle]), type(self)(lines[middle:])

    def shown(self, transcript: Sequence[Segment], names: Mapping[str, str]) -> str:
        """The section as a model reads it: "[12] Maria: We ship on Friday." line by line.

        Args:
            names: speaker label -> name, where it is known.
        """
        said = ((transcript[place], text.strip()) for place, text in self.lines)
        return "\n".join(
            f"[{segment.index}] {_name(segment.speaker or '', names)}: {text}"
            for segment, text in said
        )


def sections(transcript: Sequence[Segment], most: int) -> list[Section]:
    """`transcript` in as few sections of at most about `most` characters as it takes."""
    lines = list(_lines(transcript, most))
    total = sum(_size(line) for line in lines)
    room = total / max(1, ceil(total / most))  # equal parts rather than full ones and a rest
    found: list[list[Line]] = [[]]
    filled = 0
    for line in lines:
        if found[-1] and filled + _size(line) / 2 > room * len(found):
            found.append([])
        found[-1].append(line)
        filled += _size(line)
    return [Section(tuple(part)) for part in found if part]


def _name(label: str, names: Mapping[str, str]) -> str:
    return scrub(names.get(label, label)) or "Somebody"  # on one line, whatever people typed


def _size(line: Line) -> int:
    return len(line.text) + LABEL


def _lines(transcript: Sequence[Segment], most: int) -> Iterator[Line]:
    for place, segment in enumerate(transcript):
        text = scrub(segment.text)
        while len(text) > most:
            cut = _break(text, most)
            yield Line(place, text[:cut].rstrip())
            text = text[cut:].lstrip()
        if text:
            yield Line(place, text)


def _break(text: str, at: int) -> int:
    """The last space up to `at`, or `at` itself where there is none."""
    return max(text.rfind(" ", 1, at), 0) or at
