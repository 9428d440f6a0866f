"""Action items: what somebody is to do, who, and by when.

A request and its acceptance are one item; so are a task and its mention in the recap.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from talktotext.analysis.cleaning import finish
from talktotext.analysis.commitments import THRESHOLD, commitment_scores
from talktotext.analysis.dates import Due, find_due
from talktotext.analysis.evidence import evidence
from talktotext.analysis.names import NAME
from talktotext.analysis.owners import acceptance, is_agreed, is_promise, owner
from talktotext.analysis.people import People
from talktotext.analysis.questions import is_open
from talktotext.analysis.sentences import Sentence
from talktotext.schema import ActionItem, MeetingType

MOST, AT_LEAST, PER_WORDS = 12, 4, 400  # items: so many at most, growing with the words said
ALIKE = 0.5  # share of content words from which two items are the same
MEMO_THRESHOLD = -5.0  # of "I have to" in a voice memo, which is made to remember such things

# What may stand before the task itself, and leaves the task when it is taken away.
_PREAMBLE = re.compile(
    rf"""^(?:(?:so|and|then|okay|yes|sure|of\ course|no\ problem|absolutely),?\ )*
    (?:{NAME},?\ )?(?:(?:in\ the\ meantime|meanwhile|for\ the\ next\ meeting),?\ )?
    (?:(?i:I'll|I\ will|I\ can|I'm\ going\ to|I'm\ gonna|I\ am\ going\ to|please|
       (?:note\ to\ self,?\ )?(?:remember|don't\ forget|remind\ me)\ to|
       can\ you|could\ you|would\ you|will\ you|you\ will|you'll|you're\ (?:going\ to|gonna))|
       {NAME}(?:\ {NAME})?(?:\ will|'ll|\ is\ going\ to|'s\ going\ to))
    (?:\ (?:please|also|just|then|gladly|definitely|certainly|probably|quickly))*\ (?=[a-z])""",
    re.X,
)
_URGENT = re.compile(
    r"\b(?:urgent(?:ly)?|as soon as possible|asap|immediately|right away|top priority|"
    r"high(?:est)? priority|most important|critical|without fail)\b",
    re.I,
)
_NO_RUSH = re.compile(
    r"\b(?:no (?:rush|hurry)|not (?:so )?urgent|low(?:est)? priority|"
    r"when(?:ever)? you (?:have|find|get) (?:the |some |a )?(?:time|minute|chance))\b",
    re.I,
)
_ASSIGNED = re.compile(
    r"\b(?:homework|assignment|exercises?|problem set|reading|read|submit|hand in|essay)\b", re.I
)
_POINTS_BACK = re.compile(r"\b(?:it|them|that|this|those|these|him|her|so)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Task:
    """A sentence that gives a task, with those that belong to it."""

    sentences: tuple[Sentence, ...]
    owner: str | None
    due: Due | None
    score: float


def action_items(
    said: Sequence[Sentence],
    people: People,
    recorded_on: date | None,
    kind: MeetingType = "general",
) -> tuple[ActionItem, ...]:
    """The tasks given or taken, in order of time.

    Args:
        recorded_on: the day on which "by Friday" was said.
        kind: of the recording: in a note to self "I have to" is a task; "I'll show you" in a
            lecture is none.
    """
    answers = [acceptance(said, place) for place in range(len(said))]
    agreed = [is_agreed(said, place, answers[place]) for place in range(len(said))]
    scores = commitment_scores(said, agreed)
    tasks = [
        _Task(
            sentences=(sentence, *answers[place]),
            owner=owner(said, place, answers[place], people),
            due=_due((sentence, *answers[place]), recorded_on),
            score=scores[place],
        )
        for place, sentence in enumerate(said)
        if scores[place] > _threshold(sentence, kind) and not is_open(sentence)
    ]
    words = sum(sentence.length for sentence in said)
    best = _best(_joined(tasks), min(MOST, AT_LEAST + words // PER_WORDS))
    return tuple(_item(task) for task in best if kind != "lecture" or _is_assignment(task))


def _threshold(sentence: Sentence, kind: MeetingType) -> float:
    return MEMO_THRESHOLD if kind == "voice_memo" and is_promise(sentence) else THRESHOLD


def _is_assignment(task: _Task) -> bool:
    return bool(task.due or _ASSIGNED.search(task.sentences[0].text))


def _due(sentences: Sequence[Sentence], recorded_on: date | None) -> Due | None:
    """The date given by whoever answers, for it is they who will keep it; else by who asks."""
    found = (find_due(sentence.text, recorded_on) for sentence in reversed(sentences))
    return next((due for due in found if due), None)


def _joined(tasks: Sequence[_Task]) -> list[_Task]:
    """The tasks with each promise that answers a request made part of the request.

    What is shown is the promise where it repeats the request or tells more ("Can you handle that?"
    "I'll call the bank."), else the request.
    """
    joined: list[_Task] = []
    for task in tasks:
        promise = task.sentences[0]
        asked = next((at for at in joined[-3:] if promise in at.sentences), None)
        if asked is None:
            joined.append(task)
            continue
        request = asked.sentences[0]
        order = (promise, request) if _tells_more(promise, request) else (request, promise)
        rest = (s for s in (*asked.sentences, *task.sentences) if s not in order)
        joined[joined.index(asked)] = replace(
            asked,
            sentences=(*order, *dict.fromkeys(rest)),
            owner=asked.owner or task.owner,
            due=task.due or asked.due,
            score=max(asked.score, task.score),
        )
    return joined


def _tells_more(promise: Sentence, request: Sentence) -> bool:
    """Whether the promise can stand for both: "I'll call the bank", but not "I'll call them"."""
    if _POINTS_BACK.search(promise.text):
        return False
    shared = set(promise.content) & set(request.content)
    repeats = 2 * len(shared) >= len(set(request.content))
    return repeats or len(promise.content) > len(request.content)


def _best(tasks: Sequence[_Task], most: int) -> list[_Task]:
    """The strongest tasks, each once, in order of time."""
    kept: list[_Task] = []
    for task in sorted(tasks, key=lambda task: -task.score):
        same = next((at for at, other in enumerate(kept) if _same(task, other)), None)
        if same is None:
            kept.append(task)
        else:
            kept[same] = _merged(kept[same], task)
    return sorted(kept[:most], key=lambda task: task.sentences[0].position)


def _same(one: _Task, other: _Task) -> bool:
    if {s.position for s in one.sentences} & {s.position for s in other.sentences}:
        return True
    if one.owner and other.owner and one.owner != other.owner:
        return False
    a, b = set(one.sentences[0].content), set(other.sentences[0].content)
    return len(a & b) >= max(2, ALIKE * min(len(a), len(b)))


def _merged(kept: _Task, again: _Task) -> _Task:
    """The stronger of two mentions, with what only the other tells."""
    if (kept.due or not again.due) and (kept.owner or not again.owner):
        return kept
    shown, *rest = kept.sentences
    parts = {s.position: s for s in (*rest, *again.sentences) if s is not shown}
    return replace(
        kept,
        sentences=(shown, *(parts[position] for position in sorted(parts))),
        owner=kept.owner or again.owner,
        due=kept.due or again.due,
    )


def priority(text: str) -> Literal["low", "high"] | None:
    """As said: "it's urgent", "no rush"; None if nothing is said of it."""
    if _NO_RUSH.search(text):
        return "low"
    return "high" if _URGENT.search(text) else None


def _item(task: _Task) -> ActionItem:
    return ActionItem(
        text=task_text(task.sentences[0].text),
        owner=task.owner,
        due=task.due.text if task.due else None,
        due_date=task.due.day if task.due else None,
        priority=priority(" ".join(part.raw for part in task.sentences)),
        evidence=tuple(evidence(part) for part in task.sentences),
    )


def task_text(text: str) -> str:
    """The task alone: "Tom, could you book the room?" is "Book the room."

    Only words at the start go, so that what is left was said as it stands.
    """
    match = _PREAMBLE.match(text)
    rest = text[match.end() :] if match else ""
    return finish(rest.rstrip("? ")) if len(rest.split()) > 1 else text
