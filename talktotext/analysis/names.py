"""What is a name, and which names are one: "Lucy" is "Lucy Brown", "Mariah" a misheard "Maria"."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher

from talktotext.analysis.english import COMMON, NOT_NAMES, STOP
from talktotext.analysis.language import Language
from talktotext.analysis.sentences import Sentence

NAME = r"(?:[A-Z]['’])?[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?(?!['’])\b"
MISHEARD = 0.85  # likeness of letters from which two names are one, heard differently
LONG_ENOUGH = 5  # letters; "Dan" and "Ian" are two people

_ENGLISH = Language("en")
_CAPITAL = re.compile(rf"(?<=[a-z,] ){NAME}\b")
_SMALL = re.compile(r"\b[a-z]{2,}\b")


class NameTest:
    """Whether a capitalised word is a name in this recording.

    A word that is also written small is none, unless it is written large within a sentence at
    least as often; nor is one of the words on the lists, nor the plural of a small word.
    """

    def __init__(self, said: Sequence[Sentence]) -> None:
        self._small: Counter[str] = Counter()
        self._large: Counter[str] = Counter()
        for sentence in said:
            self._small.update(_SMALL.findall(sentence.raw))
            self._large.update(word.lower() for word in _CAPITAL.findall(sentence.raw))
        self._stems = {_ENGLISH.stem(word) for word in self._small}

    def __call__(self, name: str) -> bool:
        """Whether `name`, or the first part of it, names somebody."""
        word = name.split(maxsplit=1)[0].lower()
        if word in NOT_NAMES or word in STOP or word in COMMON or word.endswith("ly"):
            return False
        if word.endswith("s") and _ENGLISH.stem(word) in self._stems:
            return False
        return self._large[word] >= self._small[word]


def one_name_each(heard: Mapping[str, int], introduced: Collection[str]) -> dict[str, str]:
    """Each name heard -> its form to use: as given at an introduction, else the commonest.

    Args:
        heard: name -> how often.
        introduced: names by which people introduced themselves; two such stay two.
    """
    chosen: dict[str, str] = {}
    kept: list[str] = []
    for name in sorted(heard, key=lambda name: (name not in introduced, -heard[name], name)):
        others = (other for other in kept if not (name in introduced and other in introduced))
        chosen[name] = next((other for other in others if _are_one(name, other)), name)
        if chosen[name] == name:
            kept.append(name)
    return chosen


def _are_one(name: str, other: str) -> bool:
    if name[0] != other[0] or (" " in name and " " in other):
        return False
    a, b = name.split(maxsplit=1)[0], other.split(maxsplit=1)[0]
    if a == b:
        return True
    close = min(len(a), len(b)) >= LONG_ENOUGH and abs(len(a) - len(b)) <= 1
    return close and SequenceMatcher(None, a, b).ratio() >= MISHEARD
