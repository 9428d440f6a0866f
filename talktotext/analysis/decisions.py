"""What was decided, and what was left open, by what people say when they decide or put off."""

import re
from collections.abc import Sequence

from talktotext.analysis.cleaning import finish
from talktotext.analysis.evidence import evidence
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Evidence, Statement

MOST = 12
ANSWER_WITHIN = 3  # sentences after a question in which it is answered or put off
ALIKE = 0.6  # share of content words from which two statements are the same

_WE = (
    r"(?:we|we've|we\ have|we're|we\ are|everyone|everybody|the\ team|the\ group|the\ board|they|"
    r"they've|you've|I've|I)"
)
_DECIDED = re.compile(
    rf"""\b(?:
    {_WE}\ (?:(?:all|have|finally|also|now|just|already|then)\ )*
        (?:decided|agreed|chose|chosen|settled|resolved|concluded|voted|opted|approved)\b
    |(?:it's|it\ is|that's|that\ is|so|is|was|been)\ (?:(?:now|all|then|hereby)\ )?
        (?:agreed|decided|settled|approved)\b
    |(?:the|our|my|final|a)\ (?:final\ |group's\ )?decision\ (?:is|was|here\ is|then\ is)\b
    |we(?:'ll|\ will|'re\ going\ to|\ are\ going\ to|'re\ gonna)\ 
        (?:(?:all|just|then|definitely)\ )?
        (?:go\ (?:with|for|ahead)|stick\ (?:with|to)|settle\ (?:on|for)|opt\ for|drop|skip|adopt|
        keep\ to)\b
    |let's\ (?:(?:just|then|all)\ )?
        (?:go\ (?:with|for|ahead)|stick\ (?:with|to)|settle\ (?:on|for)|agree|say\ |make\ it)
    |(?:we're|we\ are|we)\ going\ with\b|we\ go\ (?:with|for)\b
    |decision\ (?:made|is\ made|taken)\b|so\ (?:that's|it's)\ (?:a\ )?(?:settled|final|deal)\b
    )""",
    re.I | re.X,
)
_UNDECIDED = re.compile(
    r"\b(?:not|never|\w+n't|if|whether|should|could|might|before|until|once|unless|when|did|do|have)"
    r" (?:(?:yet|we|you|they|it's|it is|really|been|all|have|has) )*"
    r"(?:decided?|agreed?|settled|approved|chosen|go with|go for|decision)\b"
    r"|\bstill (?:have to|need to|to) decide\b|\bto be decided\b|\bI agreed?\b",
    re.I,
)
_BACK = re.compile(
    r"^(?:(?:so|yes|okay|ok|right|then|all),? )*(?:it's |that's |we(?:'re|'ve)? )?(?:all )?"
    r"(?:agreed|decided|settled|a deal)(?: then| on that)?[.!]$",
    re.I,
)
# "So it's agreed: we …" is the decision and its announcement; the announcement may go.
_ANNOUNCED = re.compile(
    r"^.{0,60}?\b(?:agreed|decided|settled|decision(?: is| was)?|approved)(?:, then)?"
    r"\s*[:,—–-]\s+(?:that )?(?=(?:we|it|the|they|our|this|there|i|no|all|[a-z]+ing)\b)",
    re.I,
)
_OPEN = re.compile(
    r"""\b(?:
    (?:is|are|remains?|leave\w*|left|stays?|that's|it's|one|an|still|question)\s(?:\w+\s)?
        (?:still\s)?open\b(?!\s(?:the|a|up|to\sall))
    |open\s(?:question|issue|point)s?\b|unresolved\b|undecided\b|up\sin\sthe\sair\b
    |(?:still|yet)\s(?:need|have|has|got|needs)\s(?:to\s)?
        (?:find\sout|figure|decide|clarify|know|work\sout|settle|see\swhether)
    |(?:don't|do\snot|didn't)\s(?:yet\s|really\s|actually\s)?know\s
        (?:yet|whether|if\swe|who|how\smuch|when\swe|which)
    |haven't\s(?:yet\s|really\s|actually\s)?(?:decided|figured|agreed|settled|worked\sout|resolved)
    |not\s(?:yet\s|been\s)?(?:decided|settled|clear\syet|agreed|resolved)\b|not\ssure\syet\b
    |(?:come|get|circle)\sback\sto\s(?:that|this|it)\b
    |to\sbe\s(?:decided|determined|confirmed)\b|remains\sto\sbe\sseen
    |nobody\sknows|no\sone\sknows|no\sanswer\s(?:yet|to)|park\s(?:that|this|it)\b
    )""", re.I | re.X,
)  # fmt: skip
_DEFERRED = re.compile(
    r"""\b(?:don't\sknow|do\snot\sknow|not\ssure|no\sidea|good\squestion|leave\s(?:that|it|this)\b
    |let's\s(?:park|leave|postpone|discuss\sthat\slater|take\s(?:that|it|this)\soffline)
    |(?:come|get)\sback\sto|have\sto\s(?:check|find\sout|see|look)|need\sto\s(?:check|find\sout|think)
    |next\s(?:time|meeting|week)|(?:stays?|still|remains)\sopen|haven't\sdecided
    |can't\s(?:say|answer|tell|decide)|unclear|not\s(?:yet\s)?(?:clear|decided|settled|agreed)
    |decide\s(?:that|it|this)?\s?(?:later|another))\b""",
    re.I | re.X,
)  # fmt: skip
_LEAVES = re.compile(r"\b(?:leave (?:that|it|this|the question)|park|postpone)\b", re.I)
_INTERROGATIVE = r"(?:who|what|when|where|which|why|how|whether|should|do|does|is|are|will|can)\b"
_ASKS = re.compile(rf"\b{_INTERROGATIVE}", re.I)
_ASKED = re.compile(_INTERROGATIVE.replace("whether|", ""), re.I)
# "One question is still open: who pays?" is the question and its announcement.
_POSED = re.compile(
    r"^.*?\b(?:open|unresolved|undecided|question|settled|know|decided)"
    rf"(?: (?:is|then|though|here|for now|right now))*\s*[:,—–-]\s+(?={_INTERROGATIVE})",
    re.I,
)


def decisions(said: Sequence[Sentence]) -> tuple[Statement, ...]:
    """What was decided, in order of time. A bare "agreed" stands for the sentence before it."""
    found: list[Statement] = []
    for place, sentence in enumerate(said):
        if _BACK.match(sentence.text):
            proposal = _proposal(said, place)
            if proposal:
                parts = (evidence(proposal), evidence(sentence))
                found.append(Statement(text=proposal.text, evidence=parts))
        elif _decides(sentence):
            text = _after(_ANNOUNCED, sentence.text)
            found.append(Statement(text=text, evidence=(evidence(sentence),)))
    return _distinct(found)


def _decides(sentence: Sentence) -> bool:
    return (
        not sentence.is_question
        and sentence.length >= 4
        and bool(sentence.content)
        and bool(_DECIDED.search(sentence.raw))
        and not _UNDECIDED.search(sentence.raw)
    )


def _proposal(said: Sequence[Sentence], place: int) -> Sentence | None:
    """The last full sentence before that is no question."""
    for sentence in reversed(said[max(0, place - 2) : place]):
        if sentence.length >= 5 and not sentence.is_question:
            return sentence
    return None


def open_questions(said: Sequence[Sentence]) -> tuple[Statement, ...]:
    """What was asked and put off, or said to be open, in order of time."""
    found: list[Statement] = []
    for place, sentence in enumerate(said):
        if sentence.length < 4 or not sentence.content:
            continue
        if sentence.is_question and (answer := _put_off(said, place)):
            parts = (evidence(sentence), evidence(answer))
            found.append(Statement(text=sentence.text, evidence=parts))
        elif _OPEN.search(sentence.text) and (open_ := _left_open(said, place)):
            found.append(open_)
    return _distinct(found)


def is_open(sentence: Sentence) -> bool:
    """Whether the sentence puts something off or says that it is open."""
    return bool(_OPEN.search(sentence.text) or _LEAVES.search(sentence.text))


def _put_off(said: Sequence[Sentence], place: int) -> Sentence | None:
    """What follows a question when it is no answer but a delay."""
    for reply in said[place + 1 : place + 1 + ANSWER_WITHIN]:
        if _OPEN.search(reply.text) or _DEFERRED.search(reply.text):
            return reply
        if reply.length >= 6:  # an answer of some length
            return None
    return None


def _left_open(said: Sequence[Sentence], place: int) -> Statement | None:
    """The matter said to be open: in the sentence itself, else in the question beside it."""
    sentence = said[place]
    text = _after(_POSED, sentence.text)
    if len(sentence.content) >= 3 and (text != sentence.text or _ASKS.search(sentence.text)):
        return Statement(text=_as_question(text), evidence=(evidence(sentence),))
    for near in (*said[place + 1 : place + 2], *reversed(said[max(0, place - 2) : place])):
        if near.is_question and near.length >= 4:
            parts: tuple[Evidence, ...] = (evidence(near), evidence(sentence))
            return Statement(text=near.text, evidence=parts)
    return Statement(text=text, evidence=(evidence(sentence),)) if sentence.length >= 7 else None


def _as_question(text: str) -> str:
    asks = _ASKED.match(text)
    return text[:-1] + "?" if asks and text.endswith(".") else text


def _after(announcement: re.Pattern[str], text: str) -> str:
    """`text` without the announcement, if a sentence is left."""
    rest = announcement.sub("", text, count=1)
    return finish(rest) if rest != text and len(rest.split()) > 3 else text


def _distinct(found: Sequence[Statement]) -> tuple[Statement, ...]:
    """The first of those that say the same, at most `MOST`."""
    kept: list[tuple[set[str], Statement]] = []
    for candidate in found:
        words = set(re.findall(r"\w{4,}", candidate.text.lower()))
        if not any(len(words & other) > ALIKE * min(len(words), len(other)) for other, _ in kept):
            kept.append((words, candidate))
    return tuple(candidate for _, candidate in kept[:MOST])
