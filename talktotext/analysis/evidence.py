"""Statements and what they rest on; and the check that what is stated was said."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from talktotext.analysis.cleaning import finish, scrub
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Evidence, Segment, Statement

S = TypeVar("S", bound=Statement)
MOST = 12  # statements of one kind in a note
ALIKE = 0.6  # share of the longer words from which two statements are the same
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(r"\w{4,}")


def evidence(sentence: Sentence) -> Evidence:
    """Where `sentence` was said, and the words as the engine wrote them."""
    return Evidence(
        segments=sentence.segments, start=sentence.start, end=sentence.end, quote=sentence.raw
    )


def statement(sentence: Sentence) -> Statement:
    """`sentence` as a statement of the notes."""
    return Statement(text=sentence.text, evidence=(evidence(sentence),))


def borne(statements: Sequence[S], transcript: Mapping[int, Segment]) -> tuple[S, ...]:
    """Those statements that their evidence bears; the others are dropped."""
    return tuple(found for found in statements if is_borne(found, transcript))


def is_borne(found: Statement, transcript: Mapping[int, Segment]) -> bool:
    """Whether each quote stands in its segments, and the statement's words, in order, in them."""
    quoted = iter(_words(" ".join(part.quote for part in found.evidence)))
    # `in` on an iterator reads on from the last hit: a test for a subsequence.
    return bool(found.evidence) and (
        all(_stands(part, transcript) for part in found.evidence)
        and all(word in quoted for word in _words(found.text))
    )


def _stands(part: Evidence, transcript: Mapping[int, Segment]) -> bool:
    if not part.segments or not all(index in transcript for index in part.segments):
        return False
    said = " ".join(scrub(transcript[index].text) for index in part.segments)
    return part.quote in said


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


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
