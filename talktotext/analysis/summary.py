"""Summary and key points: the recording's own sentences, chosen to cover it."""

import math
import re
from collections.abc import Sequence

from talktotext.analysis.coverage import select
from talktotext.analysis.language import Language
from talktotext.analysis.sentences import Sentence
from talktotext.analysis.weights import Weights

SUMMARY_WORDS, SUMMARY_SHARE = 150, 3  # at most so many words, and a third of what was said
POINT_WORDS, POINT_SHARE = 200, 3
SHORTEST, LONGEST = 6, 45  # words of a sentence that can stand alone
OPENING, OPENING_WORDS = 2.0, 200.0  # what the first sentence is worth more, and how that fades

# What a cue adds to a sentence's worth. Announcements are what a recording is about; asides,
# addresses and guesses seldom are.
_CUES: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (worth, re.compile(pattern))
    for worth, pattern in (
        (0.7, r"(?i)\b(?:agenda|purpose of|today we|going to (?:talk|discuss|look)|mov(?:e|ing) on|"
              r"next item|item \d|our (?:next|first) |welcome|the (?:first|main|next) (?:thing|"
              r"question|point|item)|evidence session|present(?:ation)?)\b"),
        (0.2, r"(?i)\b(?:found|show(?:s|ed)?|results?|survey|users?|percent|people)\b"),
        (-0.2, r"(?i)\b(?:because|which means|so that|in order|the reason|therefore)\b"),
        (-0.2, r"(?i)\b(?:I think|I guess|I don't know|I mean|you know)\b"),
        (-0.3, r"\b(?:I|I'm|I've|I'd|my|me)\b"),
        (-0.3, r"(?i)\b(?:we|our|us|we're|we'll|we've)\b"),
        (-0.5, r"(?i)\byour?\b"),
        (-0.4, r"\?$"),
        (-0.9, r"(?i)^(?:good (?:morning|afternoon|evening)|hi|hello|hey|thanks|thank you|bye)\b|"
               r"\bmy name is\b|\bspeaking\.$"),
    )
)  # fmt: skip
_LEAST = 0.05  # no cue makes a sentence worthless


def summarize(
    said: Sequence[Sentence], weights: Weights, language: Language
) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of the summary and those of the key points, each in order of time."""
    total = sum(sentence.length for sentence in said)
    candidates = [s for s in said if _stands_alone(s, total)]
    opening = _opening_worth(said)
    summary = select(
        candidates,
        weights,
        lambda s: max(_LEAST, 1 + opening[s.position] + _cue_worth(s, language)),
        budget=min(SUMMARY_WORDS, max(SHORTEST, total // SUMMARY_SHARE)),
    )
    points = select(
        candidates,
        weights,
        lambda s: max(_LEAST, 1 + opening[s.position] / 4 + _cue_worth(s, language)),
        budget=min(POINT_WORDS, max(SHORTEST, total // POINT_SHARE)),
    )
    return summary, points


def _stands_alone(sentence: Sentence, total: int) -> bool:
    shortest = SHORTEST if total > 60 else 3
    return shortest <= sentence.length <= LONGEST and bool(sentence.content)


def _opening_worth(said: Sequence[Sentence]) -> list[float]:
    """By position: people say at the start what they have come for."""
    worth: list[float] = []
    before = 0
    for sentence in said:
        worth.append(OPENING * math.exp(-before / OPENING_WORDS))
        before += sentence.length
    return worth


def _cue_worth(sentence: Sentence, language: Language) -> float:
    if not language.english:
        return -0.4 if sentence.is_question else 0.0
    return sum(worth for worth, pattern in _CUES if pattern.search(sentence.text))
