"""What a person types into a search field, understood. Nothing that is typed is an error.

budget plan      both words, anywhere in a note; the last one may be the beginning of a word
"budget plan"    these words in this order
3.5   it's       what is written together belongs together, as if in quotes
会議室            these characters next to each other
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talktotext.search.words import Unit, units, words

_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
MIN_PREFIX = 2  # characters; a single letter begins half of all words


@dataclass(frozen=True)
class Term:
    """Words that stand next to each other.

    Attributes:
        words: as they are stored, see `words.py`.
        is_prefix: whether the last of them is the beginning of a word.
        units: the same as they are seen in a text.
    """

    words: tuple[str, ...]
    is_prefix: bool
    units: tuple[str, ...]

    @property
    def laid_out(self) -> str:
        """What to look for in words between spaces; without words it occurs nowhere."""
        return " " + " ".join(self.words) + ("" if self.is_prefix else " ")

    def places(self, laid_out: str) -> Iterator[int]:
        """Where it occurs in words between spaces: each time the place of the space before it."""
        place = laid_out.find(self.laid_out)
        while place >= 0:
            yield place
            place = laid_out.find(self.laid_out, place + 1)


def parse(text: str) -> list[Term]:
    """The terms that a note must hold, all of them."""
    pieces = [match.groups() for match in _PIECE.finditer(text.translate(_QUOTES))]
    found = (
        _term(quoted or bare or "", may_be_prefix=number == len(pieces) and bool(bare))
        for number, (quoted, bare) in enumerate(pieces, 1)
    )
    return list(dict.fromkeys(term for term in found if term.words))


def exactly(text: str) -> Term:
    """Whole words in this order; `words` is empty where there is none."""
    return _term(text, may_be_prefix=False)


def _term(text: str, *, may_be_prefix: bool) -> Term:
    seen, stored = list(units(text)), list(words(text))
    is_prefix = may_be_prefix and bool(seen) and len(seen[-1].word) >= MIN_PREFIX
    if seen and seen[-1].is_unspaced:
        # The text may go on after the last character, which then stands in a pair.
        is_prefix = not _ends_in_pair(seen)
        stored = stored if is_prefix else stored[:-1]
    return Term(tuple(stored), is_prefix, tuple(unit.word for unit in seen))


def _ends_in_pair(seen: list[Unit]) -> bool:
    return len(seen) > 1 and seen[-2].is_pair_with(seen[-1])
