"""Chapters: what each stretch of a recording is about, in a few of its own words."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from talktotext.analysis.english import BEFORE_NOUNS
from talktotext.analysis.evidence import evidence
from talktotext.analysis.language import Language
from talktotext.analysis.segmentation import stretches
from talktotext.analysis.sentences import Sentence
from talktotext.analysis.title import capital, keywords
from talktotext.analysis.weights import Weights, weigh
from talktotext.schema import Chapter

OWN = 0.75  # power of the share of a word's mentions that fall into a chapter: what sets it apart

_PLURAL = re.compile(r"[^s]s$")


def chapters(
    said: Sequence[Sentence], language: Language, names: Collection[str] = ()
) -> tuple[Chapter, ...]:
    """The chapters in order of time; none of a short recording or one that keeps to its subject.

    Args:
        names: of people present, who are no subject.
    """
    parts = stretches(said)
    if len(parts) < 2:
        return ()
    ends = [part[0].start for part in parts[1:]] + [max(sentence.end for sentence in said)]
    total = Counter(stem for sentence in said for stem in sentence.content)
    found = (
        _chapter(_subjects(part, total, language, names), part[0].start, end)
        for part, end in zip(parts, ends, strict=True)
    )
    return tuple(chapter for chapter in found if chapter is not None)


def in_turn(found: Iterable[Chapter], end: float) -> tuple[Chapter, ...]:
    """Chapters in order of time, each of which ends where the next begins, the last at `end`."""
    ordered = sorted({one.start: one for one in found}.values(), key=lambda one: one.start)
    ends = [*(one.start for one in ordered[1:]), end]
    return tuple(
        one.model_copy(update={"end": until}) for one, until in zip(ordered, ends, strict=False)
    )


def _chapter(subjects: Mapping[str, Sentence], start: float, end: float) -> Chapter | None:
    """None where nothing is a subject."""
    if not subjects:
        return None
    shown = tuple(evidence(sentence) for sentence in dict.fromkeys(subjects.values()))
    return Chapter(title=capital(", ".join(subjects)), start=start, end=end, evidence=shown)


def _subjects(
    part: Sequence[Sentence], total: Counter[str], language: Language, names: Collection[str]
) -> dict[str, Sentence]:
    """The two phrases that tell most of what is said here and not elsewhere, as they come up.

    Each with the sentence in which it is first said.
    """
    counts = Counter(stem for sentence in part for stem in sentence.content)
    words = weigh(part, language).words
    own = {stem: words[stem] * (counts[stem] / total[stem]) ** OWN for stem in words}
    found = keywords(part, Weights(own, {}), language, names)
    text = "\n".join(sentence.text for sentence in part) if language.english else ""
    things = (phrase for phrase in found if not text or _is_thing(text, phrase))
    first = _two(part, things) or _two(part, found)
    return {phrase: part[first[phrase][0]] for phrase in sorted(first, key=first.__getitem__)}


def _two(part: Sequence[Sentence], phrases: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The first two of `phrases` that were said as they stand, and where."""
    said = ((phrase, at) for phrase in phrases if (at := _first(part, phrase)))
    return dict(islice(said, 2))


def _first(part: Sequence[Sentence], phrase: str) -> tuple[int, int] | None:
    """The place of the sentence in which `phrase` is first said, and where it begins in it."""
    said = re.compile(rf"(?<!\w){re.escape(phrase)}(?!['’]?\w)", re.I)
    found = ((place, said.search(sentence.raw)) for place, sentence in enumerate(part))
    return next(((place, match.start()) for place, match in found if match), None)


def _is_thing(text: str, phrase: str) -> bool:
    """Whether it stands as often as not where a noun does, as in "the draft" but not "to draft".

    A word that looks like a plural is taken for one.
    """
    if _PLURAL.search(phrase):
        return True
    before = re.findall(rf"(?:([\w']+) )?\b{re.escape(phrase)}\b", text, re.I)
    return 2 * sum(word.lower() in BEFORE_NOUNS for word in before) >= len(before)
