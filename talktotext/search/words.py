"""Text cut into words as they are searched for, the same for what is stored and what is asked.

A word is a run of letters, digits and marks, in lower case and without accents. Scripts that put no
spaces between words, and Korean, whose particles hang on them, are stored as overlapping pairs of
characters: any part of a text can then be found as a phrase of pairs, whatever language it is in
and without a dictionary. Lucene's CJKBigramFilter does the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from unicodedata import category, normalize

MAX_WORD = 64  # characters; anything longer is noise, not a word
MAX_DISTINCT = 250_000  # bytes of different words in a text; see `laid_out`

# Thai, Lao, Burmese, Khmer, kana, Han, Hangul
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf\u1000-\u1049\u1050-\u109d"
    "\u1780-\u17d3\u17e0-\u17e9\u3041-\u3096\u3099-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
)
_UNSPACED = re.compile(f"[{UNSPACED}]")
# `re` knows no \p{M}: the marks of the basic plane, without those in UNSPACED.
_MARKS = "".join(
    char
    for char in map(chr, range(0x300, 0x10000))
    if category(char)[0] == "M" and not _UNSPACED.match(char)
)
_UNIT = re.compile(rf"(?P<unspaced>[{UNSPACED}])|(?:[^\W_{UNSPACED}]|[{_MARKS}])+")
# Accents; what writes vowels in Hebrew and Arabic, which mostly goes unwritten; the Arabic kashida.
_ACCENTS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670"
_DROPPED = re.compile(rf"[{_ACCENTS}]|(?![{UNSPACED}{_MARKS}])[\W_]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, or one character where words are not spaced: text[start:end], folded."""

    start: int
    end: int
    word: str
    is_unspaced: bool

    def is_pair_with(self, other: "Unit") -> bool:
        """Whether `other` is the next character of the same run."""
        return self.is_unspaced and other.is_unspaced and self.end == other.start


def units(text: str) -> Iterator[Unit]:
    """What a text consists of, in order."""
    for match in _UNIT.finditer(text):
        if word := fold(match[0]):
            yield Unit(match.start(), match.end(), word, match["unspaced"] is not None)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word as it is compared."""
    if word.isascii():
        return word.lower()[:MAX_WORD]
    plain = normalize("NFKD", word.casefold())
    return normalize("NFKC", _DROPPED.sub("", plain))[:MAX_WORD]


def words(text: str) -> Iterator[str]:
    """The words of a text as they are stored."""
    found = list(units(text))
    for here, after in pairwise(found):
        yield here.word + after.word if here.is_pair_with(after) else here.word
    if found:
        yield found[-1].word


def laid_out(texts: Iterable[str], close: str = "") -> tuple[str, list[int]]:
    """Words between single spaces, one space at each end; and where those of each text begin.

    What follows after MAX_DISTINCT bytes of different words is left out, so that a tsvector, which
    holds 1 MB, holds them all. A day of speech has not a half of it.

    Args:
        close: what to put after each text, so that no phrase goes across.
    """
    parts: list[str] = []
    offsets: list[int] = []
    seen: set[str] = set()
    length = size = 0
    for text in texts:
        said = list(words(text))
        new = {*said} - seen
        size += sum(len(word.encode()) for word in new)
        if size > MAX_DISTINCT:
            break
        seen |= new
        offsets.append(length)
        parts.append("".join(f" {word}" for word in said) + close)
        length += len(parts[-1])
    return "".join(parts) + " ", offsets
