"""Words as the analysis sees them: tokens, stop words and stems, language by language."""

import re
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from typing import Any
from unicodedata import category

import snowballstemmer  # type: ignore[import-untyped]
from stop_words import (  # type: ignore[import-untyped]
    LANGUAGE_MAPPING,
    StopWordError,
    get_stop_words,
)

from talktotext.analysis.english import COMMON, STOP

_STEMMING = Lock()  # a stemmer keeps the word it works on in itself
MAX_WORD = 40  # characters; anything longer is noise, not a word
# Snowball's stemmers by ISO 639-1 code (https://snowballstem.org/algorithms/).
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian", "nb": "norwegian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
# Scripts that leave no spaces, and Thai, Lao, Burmese and Khmer, are read as overlapping pairs.
UNSPACED = f"{CJK}\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3"
# Vowels of Hindi, points of Arabic: part of a word, but no \w. `re` knows no \p{M}.
MARKS = "".join(c for c in map(chr, range(0x300, 0x10000)) if category(c)[0] == "M")
_LETTERS = rf"[^\W_{UNSPACED}]"
_WORD = rf"{_LETTERS}+(?:[{MARKS}]+{_LETTERS}*)*"
_TOKEN = re.compile(rf"[{UNSPACED}]+|{_WORD}(?:['’]{_WORD})*")
_UNSPACED_RUN = re.compile(rf"[{UNSPACED}]")
_CJK_RUN = re.compile(rf"[{CJK}]")
_WRITTEN = re.compile(rf"[{CJK}]|[^\s{CJK}]+")


def tokens(text: str) -> list[str]:
    """Lower-case words of `text`, apostrophes straight, in order."""
    found: list[str] = []
    for token in _TOKEN.findall(text.lower().replace("’", "'")):
        if _UNSPACED_RUN.match(token):
            found.extend(token[i : i + 2] for i in range(max(1, len(token) - 1)))
        elif len(token) <= MAX_WORD:
            found.append(token)
    return found


def word_count(text: str) -> int:
    """Words as a reader counts them; a character of Chinese or Japanese is half a word."""
    written = _WRITTEN.findall(text)
    pairs = sum(1 for word in written if _CJK_RUN.match(word))
    return len(written) - pairs + (pairs + 1) // 2


class Language:
    """The stop words and the stemmer of one language.

    Args:
        tag: a BCP 47 tag; only its first part counts.

    `known` is False where no stop words are at hand: then short words count as stop words.
    """

    def __init__(self, tag: str) -> None:
        self.code = tag.replace("_", "-").split("-")[0].lower() or "und"
        self.english = self.code == "en"
        self.stop = STOP if self.english else _listed_stop_words(self.code)
        self.known = bool(self.stop)
        self._algorithm = STEMMERS.get(self.code)

    def stem(self, word: str) -> str:
        """`word` without its ending; English also without 's and the like."""
        base = word.split("'", maxsplit=1)[0] if self.english else word
        return _stem(self._algorithm, base) if self._algorithm and len(base) > 3 else base

    def is_content(self, word: str) -> bool:
        """Whether `word` says something about the subject."""
        if word in self.stop or (self.english and word.split("'", maxsplit=1)[0] in self.stop):
            return False
        if not self.known:
            return len(word) > 3 or bool(_UNSPACED_RUN.match(word))
        return len(word) > 1 or word.isdigit()

    def is_common(self, word: str) -> bool:
        """Whether `word` is part of any talk at all, and so no subject by itself."""
        return self.english and word in COMMON

    def content(self, words: Iterable[str]) -> list[str]:
        """The stems of the content words among `words`, in order."""
        return [self.stem(word) for word in words if self.is_content(word)]


@lru_cache(maxsize=50_000)  # the words of a few days of talk; stemming is slow in Python
def _stem(algorithm: str, word: str) -> str:
    with _STEMMING:
        return str(_stemmer(algorithm).stemWord(word))


@lru_cache(maxsize=8)
def _stemmer(algorithm: str) -> Any:
    return snowballstemmer.stemmer(algorithm)


def guess_language(text: str) -> str:
    """The code of the language most of whose stop words occur in `text`; "und" without a sign.

    Counts running words, so that a borrowed sentence does not decide.
    """
    words = tokens(text[:20_000])
    shares = {code: _share(words, code) for code in LANGUAGE_MAPPING}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] > 0.15 else "und"


def _share(words: list[str], code: str) -> float:
    stop = _listed_stop_words(code)
    return sum(word in stop for word in words) / (len(words) or 1)


@lru_cache(maxsize=64)
def _listed_stop_words(code: str) -> frozenset[str]:
    try:
        return frozenset(get_stop_words("nb" if code == "no" else code))
    except StopWordError:
        return frozenset()
