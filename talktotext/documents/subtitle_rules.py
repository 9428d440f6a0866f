"""What good subtitles keep to: the one place that says so, for their maker and for their checker.

The measures are Netflix' Timed Text Style Guide's (https://partnerhelp.netflixstudios.com, general
requirements and those of each language) and agree with the BBC Subtitle Guidelines. A character is
what a reader takes for one (a grapheme cluster, Unicode UAX 29), a blank or the end of a line too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from wcwidth import iter_graphemes, wcwidth


@dataclass(frozen=True)
class Rules:
    """Measures of subtitles; times in milliseconds.

    Attributes:
        lines: at most so many at a time.
        width, wide: characters that fill a line, and full-width ones (Chinese, Japanese, Korean).
        rate, wide_rate: characters that can be read in a second, and full-width ones.
        shortest, longest: how long a cue stands.
        gap: from the end of a cue to the next: two frames of television, at 25 a second.
    """

    lines: int = 2
    width: int = 42
    wide: int = 16
    rate: int = 20
    wide_rate: int = 9
    shortest: int = 1000
    longest: int = 7000
    gap: int = 80

    def columns(self, text: str) -> float:
        """How wide a text is; a full line has `width`, whatever is written on it."""
        return _weight(text, self.width / self.wide)

    def letters(self, text: str) -> float:
        """How much there is to read: characters, a full-width one for as many as it delays."""
        return _weight(text, self.rate / self.wide_rate)

    def time_for(self, letters: float) -> int:
        """The shortest time in which so much can be read."""
        return max(self.shortest, ceil(1000 * letters / self.rate - 1e-6))

    def speed(self, lines: Sequence[str], duration: int) -> float:
        """Characters a second; `duration` is more than 0."""
        return 1000 * self.letters(" ".join(lines)) / duration


RULES = Rules()


def is_wide(character: str) -> bool:
    """Whether a character takes the room of two (Unicode UAX 11)."""
    return not character.isascii() and wcwidth(character[0]) == 2


def _weight(text: str, wide: float) -> float:
    if text.isascii():
        return len(text)
    return sum(wide if is_wide(cluster) else 1 for cluster in iter_graphemes(text))
