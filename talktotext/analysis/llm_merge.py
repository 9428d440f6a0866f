"""What sections hold, and one whole of it: each statement keeps the evidence it came with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import TypeVar

from talktotext.analysis.cleaning import finish, scrub
from talktotext.analysis.evidence import MOST, distinct
from talktotext.analysis.grounding import Ground
from talktotext.analysis.kind_sections import sorted_under
from talktotext.analysis.llm_answer import Drawn, MergedAnswer, SectionAnswer
from talktotext.analysis.llm_chat import Chat
from talktotext.analysis.llm_prompt import Prompts, numbered
from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable
from talktotext.schema import ActionItem, Chapter, MeetingType, Notes, Section, Statement

K = TypeVar("K")
PIECES = 4  # of evidence for one sentence of the summary; those after it add nothing


@dataclass(frozen=True)
class Found:
    """The statements about a part of a recording."""

    title: str = ""
    summary: tuple[Statement, ...] = ()
    key_points: tuple[Statement, ...] = ()
    decisions: tuple[Statement, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    open_questions: tuple[Statement, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    sections: tuple[Section, ...] = ()

    @classmethod
    def of(cls, notes: Notes) -> "Found":
        """What another engine found."""
        return cls(**{name: getattr(notes, name) for name in cls.__dataclass_fields__})

    @property
    def told(self) -> tuple[Statement, ...]:
        """What the summary of the whole may be drawn from."""
        return distinct((*self.summary, *self.key_points, *self.decisions), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.told or self.action_items or self.open_questions)


def grounded(
    answer: SectionAnswer, ground: Ground, kind: MeetingType = "general"
) -> tuple[Found, int]:
    """What the recording bears of `answer`, and how many statements it does not bear.

    Args:
        kind: of the recording, which tells the headings of its sections.
    """
    kinds = (answer.summary, answer.key_points, answer.decisions, answer.open_questions)
    summary, key_points, decisions, questions = (
        _kept(map(ground.statement, kind)) for kind in kinds
    )
    tasks = _kept(map(ground.task, answer.action_items))
    chapters = _kept(map(ground.chapter, answer.chapters))
    headed = [
        (one.heading, ground.speaker(said), said)
        for one in answer.sections
        if (said := ground.statement(one))
    ]
    statements = [*summary, *key_points, *decisions]
    found = Found(
        title=ground.title(answer.title, statements) or "",
        summary=distinct(summary),
        key_points=distinct(key_points),
        decisions=distinct(decisions, None),
        action_items=_distinct_tasks(tasks),
        open_questions=distinct(questions, None),
        chapters=tuple(chapters),
        sections=sorted_under(kind, headed),
    )
    given = [*chain(*kinds), *answer.action_items, *answer.chapters, *answer.sections]
    kept = [*statements, *tasks, *questions, *chapters, *headed]
    return found, len(given) - len(kept)


def _kept(found: Iterable[K | None]) -> list[K]:
    return [one for one in found if one is not None]


def joined(parts: Sequence[Found], kind: MeetingType = "general") -> Found:
    """The parts as one, without a model: from each its first, and then each one's second."""
    headed = (
        (section.heading, section.speaker, statement)
        for part in parts
        for section in part.sections
        for statement in section.statements
    )
    return Found(
        summary=distinct(_in_turn([part.summary for part in parts])),
        key_points=distinct(_in_turn([part.key_points for part in parts])),
        decisions=distinct(list(chain(*(part.decisions for part in parts))), None),
        action_items=_distinct_tasks(list(chain(*(part.action_items for part in parts)))),
        open_questions=distinct(list(chain(*(part.open_questions for part in parts))), None),
        chapters=tuple(chain(*(part.chapters for part in parts))),
        sections=sorted_under(kind, headed),
    )


def _distinct_tasks(tasks: Sequence[ActionItem]) -> tuple[ActionItem, ...]:
    """Each once, in order of time; the same thing to do for two people is two."""
    owners = dict.fromkeys(task.owner for task in tasks)
    kept = (distinct([task for task in tasks if task.owner == owner], None) for owner in owners)
    return tuple(sorted(chain(*kept), key=lambda task: task.evidence[0].start))


def _in_turn(kinds: Sequence[Sequence[Statement]]) -> list[Statement]:
    """As many as notes hold, from all alike, in order of time."""
    found = [one for turn in zip_longest(*kinds) for one in turn if one is not None]
    return sorted(distinct(found), key=lambda one: one.evidence[0].start)


class Merger:
    """Makes one of several parts with a model.

    Args:
        room: characters that it may be shown at once.
    """

    def __init__(self, chat: Chat, prompts: Prompts, ground: Ground, room: int) -> None:
        self._chat, self._prompts, self._ground, self._room = chat, prompts, ground, room

    def merge(self, parts: Sequence[Found]) -> Found | None:
        """The whole; None where the model does not draw it up."""
        try:
            while len(parts) > 1:
                groups = list(self._groups(parts))
                if len(groups) == len(parts):  # too long to be merged any further
                    return None
                parts = [self._merged(group) for group in groups]
        except (EngineBusy, EngineFailed, EngineUnavailable):
            return None
        return parts[0]

    def _groups(self, parts: Sequence[Found]) -> Iterator[list[Found]]:
        """Neighbours whose statements fit in one request."""
        group: list[Found] = []
        filled = 0
        for part in parts:
            size = len(numbered(part.told))
            if group and filled + size > self._room:
                yield group
                group, filled = [], 0
            group.append(part)
            filled += size
        yield group

    def _merged(self, group: list[Found]) -> Found:
        whole = joined(group, self._prompts.kind)
        if len(group) == 1:
            return whole
        told = [statement for part in group for statement in part.told]
        answer = self._chat.ask(self._prompts.merge(told), MergedAnswer).answer
        summary = [drawn for one in answer.summary if (drawn := self._drawn(one, told))]
        points = _kept(_numbered(told, number) for number in answer.key_points)
        return replace(
            whole,
            title=self._ground.title(answer.title, told) or "",
            summary=distinct(summary) or whole.summary,
            key_points=distinct(points)[:MOST] or whole.key_points,
        )

    def _drawn(self, one: Drawn, told: Sequence[Statement]) -> Statement | None:
        """A sentence of the summary with its sources' evidence; None if they do not bear it."""
        sources = _kept(_numbered(told, number) for number in one.sources[:PIECES])
        evidence = tuple(dict.fromkeys(part for source in sources for part in source.evidence))
        near = " ".join(source.text for source in sources)
        text = finish(scrub(one.text))
        if not evidence or not text or not self._ground.holds(text, near, evidence):
            return None
        return Statement(text=text, evidence=evidence[:PIECES])


def _numbered(told: Sequence[Statement], number: int) -> Statement | None:
    return told[number - 1] if 0 < number <= len(told) else None
