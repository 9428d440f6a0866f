"""Chapters: what each stretch of a recording is about, in a few of its own words."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

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
    first = {phrase: at for phrase in found if (at := _first(part, phrase))}
    things = [phrase for phrase in first if not language.english or _is_thing(part, phrase)]
    best = sorted((things or list(first))[:2], key=lambda phrase: first[phrase])
    return {phrase: part[first[phrase][0]] for phrase in best}


def _first(part: Sequence[Sentence], phrase: str) -> tuple[int, int] | None:
    """The place of the sentence in which `phrase` is first said, and where it begins in it."""
    said = re.compile(rf"(?<!\w){re.escape(phrase)}(?!['’]?\w)", re.I)
    found = ((place, said.search(sentence.raw)) for place, sentence in enumerate(part))
    return next(((place, match.start()) for place, match in found if match), None)


def _is_thing(part: Sequence[Sentence], phrase: str) -> bool:
    """Whether it stands as often as not where a noun does, as in "the draft" but not "to draft".

    A word that looks like a plural is taken for one.
    """
    said = re.compile(rf"(?:([\w']+) )?\b{re.escape(phrase)}\b", re.I)
    before = [(match[1] or "").lower() for one in part for match in said.finditer(one.text)]
    nouns = sum(word in BEFORE_NOUNS for word in before)
    return bool(_PLURAL.search(phrase)) or 2 * nouns >= len(before)
