"""How much a word or a pair of words tells: often said, by many, all through the recording."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from talktotext.analysis.language import Language
from talktotext.analysis.sentences import Sentence

STRETCHES = 12  # parts of a recording over which a subject's spread is counted
COMMON_SHARE = 0.15  # what a word of any conversation counts for beside a subject's
PAIR_SHARE = 0.5  # what a pair of neighbouring words counts for beside its words
SHORT = 150  # different words; in a shorter recording a word said once may be the subject

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Weights:
    """Stem -> weight and neighbouring stems -> weight; what is missing weighs nothing."""

    words: dict[str, float]
    pairs: dict[Pair, float]


def pairs_of(sentence: Sentence) -> set[Pair]:
    """The neighbouring content words of a sentence, stop words between them left out."""
    return set(zip(sentence.content, sentence.content[1:], strict=False))


def weigh(said: Sequence[Sentence], language: Language) -> Weights:
    """The weights of all that was said twice (in a short recording: said at all).

    log frequency x share of the speakers^3/4 x spread^1/2, for a word once misheard is rarely
    misheard again, and a subject is taken up by others and returned to.
    """
    counts = Counter(stem for sentence in said for stem in sentence.content)
    least = 1 if len(counts) < SHORT else 2
    reach = _reach(said)
    common = {language.stem(word) for s in said for word in s.words if language.is_common(word)}
    words = {
        stem: math.log1p(count) * reach[stem] * (COMMON_SHARE if stem in common else 1.0)
        for stem, count in counts.items()
        if count >= least
    }
    return Weights(words, _pair_weights(said, words))


def _reach(said: Sequence[Sentence]) -> dict[str, float]:
    """Stem -> 0..1: by how many it is said, and over how much of the recording."""
    speakers: defaultdict[str, set[str | None]] = defaultdict(set)
    stretches: defaultdict[str, set[int]] = defaultdict(set)
    for sentence in said:
        stretch = sentence.position * STRETCHES // len(said)
        for stem in sentence.content:
            speakers[stem].add(sentence.speaker)
            stretches[stem].add(stretch)
    voices = len({sentence.speaker for sentence in said}) or 1
    return {
        stem: (len(speakers[stem]) / voices) ** 0.75 * (len(stretches[stem]) / STRETCHES) ** 0.5
        for stem in speakers
    }


def _pair_weights(said: Sequence[Sentence], words: dict[str, float]) -> dict[Pair, float]:
    counts: Counter[Pair] = Counter()
    for sentence in said:
        counts.update(zip(sentence.content, sentence.content[1:], strict=False))
    return {
        (a, b): PAIR_SHARE * math.sqrt(words.get(a, 0.0) * words.get(b, 0.0)) * math.log1p(count)
        for (a, b), count in counts.items()
        if count > 1
    }
