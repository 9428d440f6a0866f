"""text -> pieces between which a line may end, a light form of UAX #14.

Lines end after spaces and hyphens; in Chinese and Japanese after any character, but for what may
not begin or end a line; in Thai between phrases, as found by BudouX
(https://github.com/google/budoux); in Lao, Khmer, Myanmar and Tibetan after a syllable.
"""

import re
from collections.abc import Iterator
from functools import cache

import budoux

_WIDE = "\u2e80-\u2fff\u3003-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff"
# What may not begin a line, and what may not end one (kinsoku, JIS X 4051).
_CLOSE = (
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】〙〗〟ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    r",.:;?!)\]}»›%"
)
_OPEN = r"‘“（〔［｛〈《「『【〘〖〝(\[{«‹"
_WORD = re.compile(r"\S+\s*|\s+")
_HYPHEN = re.compile(r"(?<=\w[-‐–—/])(?=\w)")
_IDEOGRAPH = re.compile(
    rf"[{_OPEN}]*(?:[{_WIDE}][\ufe00-\ufe0f\u3099\u309a]*|[^\s{_WIDE}{_OPEN}]+)[{_CLOSE}]*\s*|\S\s*"
)
_SOUTH_EAST = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_THAI = re.compile("[\u0e00-\u0e7f]")
# A syllable of Lao, Khmer, Myanmar and Tibetan begins with a consonant or a leading vowel.
_SYLLABLE = re.compile(
    "(?<=[\u0f0b\u0f0d])"
    "|(?<=[\u0e80-\u0ebf\u0ec6-\u0eff])(?=[\u0ec0-\u0ec4])"
    "|(?<=[\u1780-\u17d1\u17d3-\u17ff])(?=[\u1780-\u17a2])"
    "|(?<=[\u102b-\u1038\u103a-\u109f])(?=[\u1000-\u1021](?![\u1039\u103a]))"
)


def pieces(text: str) -> Iterator[str]:
    """The text in pieces that no line divides, each with the spaces after it."""
    for word in _WORD.findall(text):
        if word.isascii():
            yield from _HYPHEN.split(word) if "-" in word or "/" in word else (word,)
        else:
            yield from filter(None, _foreign(word))


def _foreign(word: str) -> Iterator[str]:
    if _SOUTH_EAST.search(word):
        yield from _phrases(word) if _THAI.search(word) else _SYLLABLE.split(word)
        return
    for part in _HYPHEN.split(word):
        yield from _IDEOGRAPH.findall(part) or (part,)


def _phrases(word: str) -> list[str]:
    bare = word.rstrip()
    found: list[str] = _thai().parse(bare)
    found[-1] += word[len(bare) :]
    return found


@cache
def _thai() -> "budoux.Parser":
    return budoux.load_default_thai_parser()
