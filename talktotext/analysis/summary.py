"""Summary and key points: the recording's own sentences, chosen to cover it."""

import math
import re
from collections.abc import Sequence

from talktotext.analysis.coverage import Taste, select
from talktotext.analysis.english import VERBS
from talktotext.analysis.language import Language
from talktotext.analysis.names import NAME
from talktotext.analysis.sentences import Sentence
from talktotext.analysis.weights import Weights

SUMMARY_WORDS, POINTS_WORDS = 150, 200  # at most
SHORT = 50  # words up to which a third of a recording may be taken; above, a quarter
SUMMARY_SHORTEST, POINTS_SHORTEST, LONGEST = 6, 5, 45  # words of a sentence that can stand alone
OPENING, OPENING_WORDS = 2.0, 200.0  # what the first sentence is worth more, and how that fades
POINTS_OPENING, POINTS_CUES = 0.1, 0.5  # what opening and cues count for in key points
ASIDE = -0.8  # cues below which a sentence is no point: greetings, requests, calls by name

# What a cue adds to a sentence's worth. Announcements are what a recording is about; asides,
# addresses and guesses seldom are.
_CUES: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (worth, re.compile(pattern))
    for worth, pattern in (
        (0.7, r"(?i)\b(?:agenda|purpose of|today we|going to (?:talk|discuss|look)|mov(?:e|ing) on|"
              r"next item|item \d|our (?:next|first) |welcome|the (?:first|main|next) (?:thing|"
              r"question|point|item)|evidence session|present(?:ation)?)\b"),
        (0.6, r"(?i)\bwe(?:'ve| have)? (?:\w+ )?(?:decided|agreed)\b|\bit's agreed\b"),
        (0.2, r"(?i)\b(?:found|show(?:s|ed)?|results?|survey|users?|percent|people)\b"),
        (-0.2, r"(?i)\b(?:because|which means|so that|in order|the reason|therefore)\b"),
        (-0.2, r"(?i)\b(?:I think|I guess|I don't know|I mean|you know)\b"),
        (-0.3, r"\b(?:I|I'm|I've|I'd|my|me)\b"),
        (-0.3, r"(?i)\b(?:we|our|us|we're|we'll|we've)\b"),
        (-0.5, r"(?i)\byour?\b"),
        (-0.4, r"\?$"),
        (-0.9, r"(?i)\b(?:can|could|would|will) you\b|\bplease\b"),
        (-0.9, r"(?i)^(?:good (?:morning|afternoon|evening)|hi|hello|hey|thanks|thank you|bye)\b|"
               r"\bmy name is\b|\bspeaking\.$"),
        # Who "I" is, and who is called, a summary does not say.
        (-0.3, r"\bI(?:'ll| will|'m going to)\b"),
        (-0.6, rf"^{NAME}, (?:can|could|will|would|where|what|how|when|who|please|do|is|are)\b"),
        # Without what was said before, these hang in the air.
        (-0.25, r"^(?:It|That|This|They|He|She|These|Those|Them|There)\b"),
        (-0.25, r"(?i)^(?:if|because|which|except|although|unless|when|like|under|to|while|as)\b"),
        (-0.25, r"\b(?:this one|that one|these ones|over here|over there|like this|like that)\b"),
    )
)  # fmt: skip
NO_VERB = -0.3
_LEAST = 0.05  # no cue makes a sentence worthless


def summarize(
    said: Sequence[Sentence], weights: Weights, language: Language
) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of the summary and those of the key points, each in order of time."""
    total = sum(sentence.length for sentence in said)
    opening = _opening_worth(said)
    cues = [_cue_worth(sentence, language) for sentence in said]
    summary = select(
        _standing_alone(said, SUMMARY_SHORTEST, total, language),
        weights,
        lambda s: max(_LEAST, 1 + opening[s.position] + cues[s.position]),
        Taste(cost=0.8, again=0.5, budget=_budget(SUMMARY_WORDS, total)),
    )
    points = select(
        [
            sentence
            for sentence in _standing_alone(said, POINTS_SHORTEST, total, language)
            if cues[sentence.position] > ASIDE
        ],
        weights,
        lambda s: max(
            _LEAST, 1 + POINTS_OPENING * opening[s.position] + POINTS_CUES * cues[s.position]
        ),
        Taste(cost=0.95, again=0.5, budget=_budget(POINTS_WORDS, total)),
    )
    return summary, points


def _budget(most: int, total: int) -> int:
    """Words that may be taken of so many said."""
    return min(most, max(total // 4, min(total // 3, SHORT)))


def _standing_alone(
    said: Sequence[Sentence], shortest: int, total: int, language: Language
) -> list[Sentence]:
    """The sentences that can be read by themselves; in a short note to self, all."""
    if total <= SHORT:
        return [sentence for sentence in said if sentence.content]
    return [
        sentence
        for sentence in said
        if shortest <= sentence.length <= LONGEST and _is_about_something(sentence, language)
    ]


def _is_about_something(sentence: Sentence, language: Language) -> bool:
    """Whether it has two words that not every conversation has."""
    words = (word for word in sentence.words if language.is_content(word))
    return len({word for word in words if not language.is_common(word)}) > 1


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
    worth = sum(worth for worth, pattern in _CUES if pattern.search(sentence.text))
    return worth + (0.0 if _has_verb(sentence) else NO_VERB)


def _has_verb(sentence: Sentence) -> bool:
    return any(
        word in VERBS or "'" in word or word.endswith(("ed", "ing")) for word in sentence.words
    )
