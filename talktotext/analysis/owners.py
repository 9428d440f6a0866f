"""Who is to do it: who promises, who is called by name, who says yes."""

import re
from collections.abc import Sequence

from talktotext.analysis.names import NAME
from talktotext.analysis.people import People, addressed
from talktotext.analysis.sentences import Sentence

ANSWER_WITHIN = 3  # sentences after a request in which it is accepted
CALLED_WITHIN = 2  # sentences before a task in which somebody was called

# "What will you …" asks for an answer, "when can you …" for the thing itself.
_ASKED = re.compile(
    r"\b(?<!what )(?<!how )(?<!why )(?<!where )(?:can|could|would|will) you\b|\bplease\b"
    r"|\bwould you mind\b",
    re.I,
)
_REQUEST = re.compile(
    rf"{_ASKED.pattern}|\bplease\b|\bwould you mind\b"
    r"|\byou (?:could|should|can|need to|have to)\b|\bI(?:'d| would)? (?:want|like|need) you\b",
    re.I,
)
_PROMISE = re.compile(
    r"\b(?:I'll|I will|will do|of course|no problem|happy to|with pleasure|consider it done|"
    r"on it|I'm going to|I can do)\b|^(?:sure|certainly|gladly|absolutely)\b",
    re.I,
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|sure|okay|ok|of course|absolutely|certainly|no problem|will do|happy to|"
    r"gladly|definitely|fine|right|great|alright|got it|on it|consider it done|you got it|"
    r"with pleasure|I'll|I will|I can|I'm going to)\b",
    re.I,
)
_NO = re.compile(
    r"^no\b(?! problem)|\b(?:can't|cannot|won't|not able|no time|unfortunately|I'm afraid)\b", re.I
)
_FIRST = re.compile(
    r"\b(?:I'll|I will|I'm going to|I'm gonna|I am going to|I can|I could|I have to|I need to|"
    r"I should|I must|let me)\b",
    re.I,
)
_SECOND = re.compile(r"\byou(?:'ll|'re|r)?\b|\bplease\b", re.I)
_THIRD = re.compile(
    rf"\b({NAME})(?: ({NAME}))?(?:'s going to|'ll| will| is going to| is gonna| has to| should|"
    r" can| could| needs to| to| takes| \w+s)\b"
)
# A part somebody plays, where no name is given: "the marketing expert will …".
_ROLE = re.compile(
    r"\b(?:the|our|my|as|for) ((?:[A-Za-z]+ ){0,2}?(?:designers?|expert|manager|engineer|developer|"
    r"director|editor|accountant|assistant|intern|lawyer|secretary|treasurer|team|department))"
    r"(?:(?:'s| is)? (?:going to|gonna)|'ll| will| should| has to| have to| needs to| can| could|"
    r" (?=to\b)|,? you\b)",
    re.I,
)
_GROUP = re.compile(
    r"\b(everyone|everybody|all of you|all of us|each of you|you all|we all|we each)\b", re.I
)


def is_promise(sentence: Sentence) -> bool:
    """Whether the speaker takes something on."""
    return bool(_FIRST.search(sentence.raw)) and not _REQUEST.search(sentence.raw)


def is_agreed(said: Sequence[Sentence], place: int, answer: Sequence[Sentence]) -> bool:
    """Whether somebody is asked to do something and says in so many words that they will.

    "You could …" and "yeah" are the stuff of any discussion.
    """
    asked = _ASKED.search(said[place].raw) is not None
    return asked and any(_PROMISE.search(reply.raw) for reply in answer)


def acceptance(said: Sequence[Sentence], place: int) -> tuple[Sentence, ...]:
    """What somebody else says to take on what the sentence asks for; () if nobody does.

    The sentence that says yes, and the promise that follows it: "Of course. I'll have it by May."
    """
    asked = said[place]
    if not _REQUEST.search(asked.raw):
        return ()
    after = said[place + 1 : place + 1 + ANSWER_WITHIN]
    for at, answer in enumerate(after):
        if answer.speaker == asked.speaker and answer.speaker is not None:
            continue
        if _NO.search(answer.raw):
            return ()
        if _YES.search(answer.raw) or is_promise(answer):
            more = after[at + 1 : at + 2]
            follows = more and more[0].speaker == answer.speaker and is_promise(more[0])
            return (answer, *more) if follows and not is_promise(answer) else (answer,)
    return ()


def owner(
    said: Sequence[Sentence], place: int, answer: Sequence[Sentence], people: People
) -> str | None:
    """Who is to do what the sentence at `place` says; None if that is not said."""
    sentence = said[place]
    called = _called(sentence, people)
    asks = bool(_REQUEST.search(sentence.raw) or _SECOND.search(sentence.raw))
    if called and asks and not is_promise(sentence):
        return called
    if third := _third_person(sentence, people) or _role(sentence):
        return third
    if is_promise(sentence):
        return people.name_of(sentence.speaker) or _called_before(said, place, people, within=1)
    accepting = people.name_of(answer[0].speaker) if answer else None
    if asks:
        return accepting or _called_before(said, place, people)
    group = _GROUP.search(sentence.text)
    return group[1].lower() if group else None


def _called(sentence: Sentence, people: People) -> str | None:
    names = [people.heard[name] for name in addressed(sentence.raw) if name in people.heard]
    return names[-1] if names else None


def _third_person(sentence: Sentence, people: People) -> str | None:
    """The name of somebody known of whom it is said that they will."""
    for match in _THIRD.finditer(sentence.raw):
        for name in match.groups():  # "And Kate will": the first may be no name
            if name in people.heard:
                return people.heard[name]
    return None


def _role(sentence: Sentence) -> str | None:
    match = _ROLE.search(sentence.text)
    return match[1] if match else None


def _called_before(
    said: Sequence[Sentence], place: int, people: People, within: int = CALLED_WITHIN
) -> str | None:
    """The name last called, where speakers are not told apart or "you" has just been named."""
    for sentence in reversed(said[max(0, place - within) : place]):
        if name := _called(sentence, people):
            return name
    return None
