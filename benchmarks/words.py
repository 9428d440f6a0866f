"""Word errors: the least number of words to be replaced, left out or put in (Levenshtein 1966)."""

import re

import numpy as np


def words(text: str) -> list[str]:
    """In lower case, without punctuation."""
    plain = text.lower().replace("’", "'").replace("-", " ")
    return re.sub(r"[^a-z0-9' ]", " ", plain.replace("\n", " ")).split()


def errors(said: str, heard: str) -> int:
    """How many words of what was said are wrong, missing or too many in what was heard."""
    numbers: dict[str, int] = {}
    a, b = (
        np.array([numbers.setdefault(word, len(numbers)) for word in words(text)])
        for text in (said, heard)
    )
    places = np.arange(len(b) + 1)
    row = places
    for count, word in enumerate(a, 1):
        row = np.concatenate([[count], np.minimum(row[1:] + 1, row[:-1] + (b != word))])
        # An insertion costs one more than the place before; all of them at once.
        row = np.minimum.accumulate(row - places) + places
    return int(row[-1])
