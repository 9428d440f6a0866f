"""What was decided, by what people say when they decide.

Precise rather than complete: talk is full of "let's say" and "I'd go for", and a note that lists
what nobody decided is worse than one that misses a decision nobody named.
"""

import re
from collections.abc import Sequence

from talktotext.analysis.evidence import distinct, evidence, without
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Statement

SHORTEST = 4  # words

_ALL = r"(?:we|everyone|everybody|the\ team|the\ group|the\ board|the\ committee|all\ of\ us)"
_ADVERB = r"(?:(?:all|both|have|had|also|now|just|already|then|finally|therefore)\ )*"
_DECIDED = re.compile(
    rf"""\b(?:
    (?:{_ALL}(?:'ve|'re|\ are)?|they've|I've)\ {_ADVERB}(?:decided|agreed|settled|resolved|opted)\b
    |{_ALL}(?:'ve)?\ {_ADVERB}(?:chose|chosen|concluded|voted|approved|agree\ (?:that|to|on))\b
    |(?:they|I)\ {_ADVERB}decided\b
    |(?:it's|it\ is|that's|that\ is|so|is|was|been)\ {_ADVERB}(?:agreed|decided|settled|approved)\b
    |(?:the|our|my|final)\ (?:final\ |group's\ )?decision\ (?:is|was|here\ is|then\ is)\b
    |decision\ (?:made|taken|is\ made|is\ taken)\b
    |(?:motion|proposal)\ (?:is\ |was\ )?(?:carried|carries|passes|passed|approved|accepted)\b
    |we(?:'ll|\ will|'re\ going\ to|\ are\ going\ to|'re\ gonna)\ {_ADVERB}
        (?:go\ (?:with|for|ahead)|stick\ (?:with|to)|settle\ (?:on|for)|opt\ for|adopt|keep\ to)\b
    |let's\ {_ADVERB}(?:go\ (?:with|ahead)|stick\ (?:with|to)|settle\ (?:on|for)|agree\ (?:on|that))
    |(?:we're|we\ are)\ going\ with\b|we\ go\ with\b
    )""",
    re.I | re.X,
)
_UNDECIDED = re.compile(
    r"\b(?:not|never|\w+n't|if|whether|should|could|might|before|until|once|unless|when|did|do)"
    r" (?:(?:yet|we|you|they|it's|it is|really|been|all|have|has|everyone) )*"
    r"(?:decided?|agreed?|settled?|approved?|chosen?|go with|go for|decision)\b"
    r"|\bstill (?:have to|need to|to) decide\b|\bto be decided\b",
    re.I,
)
_DECIDING = re.compile(r"decid|decis|agre|settl")  # says that, but not what
# "Agreed." alone: the decision is what was said before it.
_SEALED = re.compile(
    r"^(?:(?:so|yes|okay|ok|right|then|all),? )*(?:it's |that's |we(?:'re|'ve)? )?(?:all )?"
    r"(?:agreed|decided|settled|a deal)(?: then| on that)?[.!]$",
    re.I,
)
# "So it's agreed: we …" is the decision and its announcement; the announcement may go.
_ANNOUNCED = re.compile(
    r"^.{0,60}?\b(?:agreed|decided|settled|decision(?: is| was)?|approved|carried)(?:, then)?"
    r"\s*[:,—–-]\s+(?:that )?(?=(?:we|it|the|they|our|this|there|i|no|all|[a-z]+ing)\b)",
    re.I,
)


def decisions(said: Sequence[Sentence]) -> tuple[Statement, ...]:
    """What was decided, in order of time. A bare "agreed" stands for the sentence before it."""
    found: list[Statement] = []
    for place, sentence in enumerate(said):
        if _SEALED.match(sentence.text):
            if proposal := _proposal(said, place):
                parts = (evidence(proposal), evidence(sentence))
                found.append(Statement(text=proposal.text, evidence=parts))
        elif _decides(sentence):
            text = without(_ANNOUNCED, sentence.text)
            found.append(Statement(text=text, evidence=(evidence(sentence),)))
    return distinct(found)


def _decides(sentence: Sentence) -> bool:
    return (
        not sentence.is_question
        and sentence.length >= SHORTEST
        and any(not _DECIDING.match(stem) for stem in sentence.content)
        and bool(_DECIDED.search(sentence.raw))
        and not _UNDECIDED.search(sentence.raw)
    )


def _proposal(said: Sequence[Sentence], place: int) -> Sentence | None:
    """The last full sentence before that is no question."""
    for sentence in reversed(said[max(0, place - 2) : place]):
        if sentence.length > SHORTEST and sentence.content and not sentence.is_question:
            return sentence
    return None
