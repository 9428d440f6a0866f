"""The numbers in a text, in figures or in English words: "9,000" is "nine thousand"."""

import re
from collections.abc import Iterator

from talktotext.analysis.dates import ORDINALS

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = (
    {word: number for number, word in enumerate(_ONES)}
    | {word: 10 * number for number, word in enumerate(_TENS, 2)}
    | {word: number for word, number in ORDINALS.items() if word.isalpha()}
    | {"dozen": 12}
)
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9}
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[a-z]+|[^a-z\s-]+")


def in_figures(text: str) -> set[str]:
    """The numbers that `text` gives in figures, without what groups their digits."""
    return {re.sub(r"[.,]", "", match[0]) for match in _FIGURES.finditer(text)}


def numbers(text: str) -> set[str]:
    """All numbers in `text`; of "twenty twenty five" 20, 25 and 2025."""
    return in_figures(text) | {value for run in _runs(text.lower()) for value in _values(run)}


def _runs(text: str) -> Iterator[list[str]]:
    """The number words that stand together, past "and"."""
    run: list[str] = []
    for word in _WORD.findall(text):
        if (known := word.removesuffix("s") if word not in _SMALL else word) in _SMALL | _LARGE:
            run.append(known)
        elif word != "and" and run:
            yield run
            run = []
    if run:
        yield run


def _values(run: list[str]) -> Iterator[str]:
    """The number that `run` spells, the numbers in it, and a year said in two halves."""
    total = group = 0
    parts: list[int] = []  # "twenty five" is one, "twenty twenty" are two
    for word in run:
        if word in _LARGE:
            group = max(group, 1) * _LARGE[word]
            total, group = (total + group, 0) if word != "hundred" else (total, group)
            continue
        value = _SMALL[word]
        joins = bool(parts) and parts[-1] >= 20 and parts[-1] % 10 == 0 and 0 < value < 10
        parts = [*parts[:-1], parts[-1] + value] if joins else [*parts, value]
        group += value
        yield str(value)
    yield from map(str, parts)
    yield str(total + group) if _LARGE.keys() & run else "".join(map(str, parts))
