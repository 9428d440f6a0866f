"""text -> words that stay whole, and how well a line or a cue may end after each.

Where words have no spaces between them, BudouX' models say what belongs together
(https://github.com/google/budoux); elsewhere punctuation, and the little words that lead on to
the next: none of them is left at the end of a line if that can be helped.
"""

import re
from collections.abc import Iterator
from functools import cache

import budoux

from talktotext.documents.little_words import BEGINNERS, LEADING
from talktotext.documents.subtitle_rules import RULES
from talktotext.documents.words import pieces, tokens

# What it costs to end a line or a cue after a word.
SENTENCE, CLAUSE, BEFORE_PHRASE, PLAIN, NAME, LEADS_ON, INSIDE = 0.0, 1.0, 3.0, 5.0, 8.0, 11.0, 20.0

_THAI = re.compile(r"[\u0e01-\u0e5b]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile(f"{_THAI.pattern}|{_KANA.pattern}|{_HAN.pattern}")
_CLOSING = "、。，．！？：；」』）】》〉”’…—ー々ๆฯ,.!?:;)]}»"  # nor may a line begin with these
_OPENING = "「『（【《〈“‘([{«¿¡"
_QUOTES = "\"'”’»)]}」』）】》〉"
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।", "۔", "։", "።", "။", "។")
_CLAUSE_ENDS = (",", ";", ":", "–", "—", "、", "，", "；", "：", "،", "؛", "՝", "፣", "၊")


def phrases(text: str, language: str = "und") -> Iterator[str]:
    """The words of a text, each with the space after it; a line may end after each.

    Args:
        language: BCP 47 tag; it decides between Chinese and Japanese where the text does not.
    """
    for word in tokens(text) if not _UNSPACED.search(text) else re.findall(r"\S+\s*", text):
        bare = word.rstrip()
        parts = _parts(bare, language) if _UNSPACED.search(bare) else [bare]
        parts[-1] += word[len(bare) :]
        for part in parts:
            yield from _fitting(part)


def cost(word: str, after: str, language: str = "und") -> float:
    """What it costs to end a line or a cue between a word and the one after it, 0 to 20."""
    bare = word.rstrip()
    if bare == word:  # no space between them
        return _ending(bare, PLAIN if _UNSPACED.search(bare) else INSIDE)
    if _UNSPACED.search(bare[-1:]) and _UNSPACED.search(after[:1]):
        return _ending(bare, CLAUSE)  # Thai has spaces where others have commas
    code = language.partition("-")[0].lower()
    this, other = _plain(bare), _plain(after)
    if this in LEADING.get(code, frozenset()):
        return INSIDE if this.endswith(".") else LEADS_ON  # "Dr." and a name are one word
    ends = _ending(bare, PLAIN)
    if ends < PLAIN:
        return ends
    if bare[:1].isupper() and after[:1].isupper() and len(bare) > 1:
        return NAME
    return BEFORE_PHRASE if other in BEGINNERS.get(code, frozenset()) else PLAIN


def _ending(bare: str, otherwise: float) -> float:
    inner = bare.rstrip(_QUOTES)
    if inner.endswith(SENTENCE_ENDS):
        return SENTENCE
    return CLAUSE if inner.endswith(_CLAUSE_ENDS) else otherwise


def _plain(word: str) -> str:
    return word.strip(" \"'“”‘’«»()[]¿¡…").casefold()


def _parts(word: str, language: str) -> list[str]:
    """What belongs together in a stretch without spaces."""
    out: list[str] = []
    for part in _parser(word, language).parse(word):
        if out and (part[0] in _CLOSING or out[-1][-1] in _OPENING):
            out[-1] += part
        else:
            out.append(part)
    return out


def _fitting(part: str) -> Iterator[str]:
    """A part that is wider than a line, in pieces that are not."""
    if len(part) <= RULES.wide or RULES.columns(part.rstrip()) <= RULES.width:
        yield part
    else:
        narrow = not _UNSPACED.search(part) and RULES.columns(part) == RULES.letters(part)
        yield from pieces(part, RULES.width if narrow else RULES.wide)


def _parser(word: str, language: str) -> budoux.Parser:
    tag = language.lower()
    if _THAI.search(word):
        return _load("thai")
    if tag.startswith("ja") or _KANA.search(word):
        return _load("japanese")
    traditional = any(part in tag.split("-") for part in ("hant", "tw", "hk", "mo", "yue"))
    return _load("traditional_chinese" if traditional else "simplified_chinese")


@cache
def _load(name: str) -> budoux.Parser:
    loaded: budoux.Parser = getattr(budoux, f"load_default_{name}_parser")()
    return loaded
