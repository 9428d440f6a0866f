"""Statements and what they rest on."""

import re
from collections.abc import Sequence
from typing import TypeVar

from talktotext.analysis.cleaning import finish
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Evidence, Statement

S = TypeVar("S", bound=Statement)
MOST = 12  # statements of one kind in a note
ALIKE = 0.6  # share of the longer words from which two statements are the same
_LONG_WORD = re.compile(r"\w{4,}")


def evidence(sentence: Sentence) -> Evidence:
    """Where `sentence` was said, and the words as the engine wrote them."""
    return Evidence(
        segments=sentence.segments, start=sentence.start, end=sentence.end, quote=sentence.raw
    )


def statement(sentence: Sentence) -> Statement:
    """`sentence` as a statement of the notes."""
    return Statement(text=sentence.text, evidence=(evidence(sentence),))


def without(announcement: re.Pattern[str], text: str) -> str:
    """`text` without the announcement at its start, if a sentence is left."""
    rest = announcement.sub("", text, count=1)
    return finish(rest) if rest != text and len(rest.split()) > 3 else text


def distinct(found: Sequence[S], most: int | None = MOST) -> tuple[S, ...]:
    """The first of those that say the same, at most `most`; None for all of them."""
    kept: list[tuple[set[str], S]] = []
    for candidate in found:
        words = set(_LONG_WORD.findall(candidate.text.lower()))
        if not any(len(words & other) > ALIKE * min(len(words), len(other)) for other, _ in kept):
            kept.append((words, candidate))
    return tuple(candidate for _, candidate in kept[:most])
