"""What was left open: what people say to be open, and questions that were put off."""

import re
from collections.abc import Iterator, Sequence

from talktotext.analysis.evidence import distinct, evidence, without
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Statement

SHORTEST = 5  # words of a question worth noting
ANSWER_WITHIN = 3  # sentences after a question in which it is put off
ANSWER = 6  # words from which a reply that puts nothing off is taken for an answer

_YET = r"(?:(?:yet|really|actually|been|still|also)\s)*"
_OPEN = re.compile(
    rf"""\b(?:
    (?:is|are|remains?|left|leave\ (?:it|that|this)|leave\ the\ question|stays?)\s{_YET}open\b
        (?!\s(?:the|a|an|up|to|source|space|door|on|from))
    |open\s(?:question|issue|point)s?\b|unresolved\b|undecided\b|up\sin\sthe\sair\b
    |we\s(?:still\s|yet\s)(?:need|have|got|must)\s(?:to\s)?
        (?:find\sout|figure|decide|clarify|know|work\sout|settle|see\s(?:whether|if))
    |we\s(?:still\s)?(?:don't|do\snot|didn't)\s{_YET}know\b
    |(?:don't|do\snot)\sknow\syet\b|not\ssure\syet\b
    |haven't\s{_YET}(?:decided|figured|agreed|settled|worked\sout|resolved)
    |not\s(?:yet\s|been\s)+(?:decided|settled|clear|agreed|resolved)\b
    |to\sbe\s(?:decided|determined|confirmed)\b|remains\sto\sbe\sseen|no\sanswer\s(?:yet|to)
    )""",
    re.I | re.X,
)
_PUT_OFF = re.compile(
    r"""\b(?:good\squestion|leave\s(?:that|it|this)\s(?:open|for|until|aside)|stays?\sopen|still\sopen
    |let's\s(?:park|postpone|leave\s(?:that|it|this)|take\s(?:that|it|this)\soffline)
    |(?:discuss|decide|talk\sabout)\s(?:that|it|this)\s(?:again\s)?(?:later|next|another|at\sthe\snext)
    |(?:come|get|circle)\sback\sto\s(?:that|it|this|you)|(?:need|have)\sto\s(?:check|find\sout)
    |can't\s(?:say|answer|tell|decide)\s(?:that|it|yet|now)|no\sidea\syet)\b""",
    re.I | re.X,
)
_NOT_KNOWN = re.compile(
    r"^(?:(?:well|hmm|i'm afraid|honestly|sorry),? )*(?:i|we) (?:don't|do not|really don't) know"
    r"(?: that| yet| either)?[.!]$|^(?:i'm |we're )?not sure(?: yet| about that)?[.!]$",
    re.I,
)
_REQUEST = re.compile(r"\b(?:can|could|would|will) you\b|\bwould you mind\b", re.I)
_OURS = re.compile(r"\b(?:we|us|our|who|how much|how many)\b", re.I)
_WORD = r"(?:who|what|when|where|which|why|how|should|do|does|is|are|will|can)\b"
_INDIRECT = re.compile(r"\b(?:whether|if|who|what|when|where|which|why|how)\b", re.I)
_DIRECT = re.compile(_WORD, re.I)
# "One question is still open: who pays?" is the question and its announcement.
_POSED = re.compile(
    r"^.*?\b(?:open|unresolved|undecided|question|settled|know|decided)"
    rf"(?: (?:is|then|though|here|for now|right now))*\s*[:,—–-]\s+(?=(?:whether|{_WORD}))",
    re.I,
)


def is_open(sentence: Sentence) -> bool:
    """Whether the sentence says that something is open, or puts it off."""
    return bool(_OPEN.search(sentence.text) or _PUT_OFF.search(sentence.text))


def open_questions(said: Sequence[Sentence]) -> tuple[Statement, ...]:
    """What was asked and put off, or said to be open, in order of time."""
    found: list[Statement] = []
    replies: set[int] = set()
    for place, sentence in enumerate(said):
        if sentence.is_question:
            if reply := _put_off(said, place):
                replies.add(reply.position)
                parts = (evidence(sentence), evidence(reply))
                text = without(_POSED, sentence.text)
                found.append(Statement(text=text, evidence=parts))
        elif sentence.position not in replies and _OPEN.search(sentence.text):
            found.extend(_said_to_be_open(said, place))
    return distinct(found)


def _put_off(said: Sequence[Sentence], place: int) -> Sentence | None:
    """The reply to a question of some weight that delays instead of answering."""
    question = said[place]
    if question.length < SHORTEST or len(question.content) < 2 or _REQUEST.search(question.text):
        return None
    for distance, reply in enumerate(said[place + 1 : place + 1 + ANSWER_WITHIN]):
        if is_open(reply):
            another = distance > 0 and len(reply.content) > 2 and _INDIRECT.search(reply.text)
            return None if another else reply
        if _NOT_KNOWN.match(reply.text):
            return reply if _OURS.search(question.text) else None
        if reply.length >= ANSWER:
            return None
    return None


def _said_to_be_open(said: Sequence[Sentence], place: int) -> Iterator[Statement]:
    """The matter said to be open: in the sentence itself, else in the question beside it."""
    sentence = said[place]
    text = without(_POSED, sentence.text)
    if len(sentence.content) > 1 and (text != sentence.text or _INDIRECT.search(sentence.text)):
        yield Statement(text=_as_question(text), evidence=(evidence(sentence),))
        return
    for near in (*said[place + 1 : place + 2], *reversed(said[max(0, place - 2) : place])):
        asks = near.is_question and not _REQUEST.search(near.text)
        if asks and near.length >= SHORTEST - 1:
            yield Statement(text=near.text, evidence=(evidence(near), evidence(sentence)))
            return


def _as_question(text: str) -> str:
    return text[:-1] + "?" if text.endswith(".") and _DIRECT.match(text) else text
