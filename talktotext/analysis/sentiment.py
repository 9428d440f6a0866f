"""Mood, by the VADER lexicon (Hutto & Gilbert, ICWSM 2014), which knows English only.

Sentences count by their length in words, so that "great, thanks" does not outweigh an argument.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from vaderSentiment.vaderSentiment import (  # type: ignore[import-untyped]
    SentimentIntensityAnalyzer,
)

from talktotext.analysis.people import People
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Sentiment, SentimentPoint

STRETCHES = 10  # points of the timeline at most
SHORTEST = 4  # words; "yeah, right" is a signal of listening, no mood
LONGEST = 60  # words read of a sentence
# Talk is polite: with this much praise and thanks it is still neutral.
FEW = 4  # sentences below which nothing is called mixed
POSITIVE, NEGATIVE, STRONG = 0.15, -0.05, 0.3


@lru_cache(maxsize=1)
def _vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def sentiment(said: Sequence[Sentence], people: People) -> Sentiment:
    """The mood of the whole, of each speaker (by name where known) and over time."""
    felt = [(s, _polarity(s.text)) for s in said if s.length >= SHORTEST]
    if not felt:
        return Sentiment()
    speakers: defaultdict[str, list[tuple[Sentence, float]]] = defaultdict(list)
    for sentence, score in felt:
        if name := people.name_of(sentence.speaker):
            speakers[name].append((sentence, score))
    return Sentiment(
        label=_label([score for _, score in felt], _mean(felt)),
        score=_mean(felt),
        by_speaker={name: _mean(scores) for name, scores in speakers.items()},
        timeline=_timeline(felt),
    )


def _polarity(text: str) -> float:
    return float(_vader().polarity_scores(" ".join(text.split()[:LONGEST]))["compound"])


def _mean(felt: Sequence[tuple[Sentence, float]]) -> float:
    total = sum(min(s.length, LONGEST) for s, _ in felt)
    return round(sum(min(s.length, LONGEST) * score for s, score in felt) / total, 3)


def _label(scores: Sequence[float], mean: float) -> str:
    """ "mixed" where much is said both ways and neither side prevails."""
    gladly = sum(score > STRONG for score in scores) / len(scores)
    sadly = sum(score < -STRONG for score in scores) / len(scores)
    if len(scores) >= FEW and min(gladly, sadly) > max(0.15, max(gladly, sadly) / 2):
        return "mixed"
    if mean >= POSITIVE:
        return "positive"
    return "negative" if mean <= NEGATIVE else "neutral"


def _timeline(felt: Sequence[tuple[Sentence, float]]) -> tuple[SentimentPoint, ...]:
    """The mean mood of stretches of equal length in time that have speech."""
    start = felt[0][0].start
    length = (max(s.end for s, _ in felt) - start) / STRETCHES
    stretches: defaultdict[int, list[tuple[Sentence, float]]] = defaultdict(list)
    for sentence, score in felt:
        at = int((sentence.start - start) / length) if length > 0 else 0
        stretches[max(0, min(STRETCHES - 1, at))].append((sentence, score))
    return tuple(
        SentimentPoint(start=round(start + at * length, 2), score=_mean(stretches[at]))
        for at in sorted(stretches)
    )
