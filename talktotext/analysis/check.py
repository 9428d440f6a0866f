"""The check that every engine's notes pass: what their evidence does not bear goes.

Quotes stand word for word in the segments they name and at their times; what a statement says can
rest on them; chapters follow each other; an owner, a due day and a speaker's name were said.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from talktotext.analysis.cleaning import scrub
from talktotext.analysis.quotes import around, words
from talktotext.schema import (
    ActionItem,
    Chapter,
    Evidence,
    Notes,
    Participant,
    Section,
    Segment,
    Statement,
)

REACH = 6  # segments before and after a quote in which a due day may be told
SLACK = 0.01  # seconds by which times may differ for being rounded

S = TypeVar("S", bound=Statement)
Wording = Callable[[str, Sequence[Evidence]], bool]


def is_quoted(text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the words of `text` stand in this order in the quotes, others between them or not."""
    quoted = iter(words(" ".join(part.quote for part in evidence)))
    # `in` on an iterator reads on from the last hit: a test for a subsequence.
    return all(word in quoted for word in words(text))


def check(
    notes: Notes, transcript: Sequence[Segment], rests_on: Wording = is_quoted
) -> tuple[Notes, int]:
    """`notes` without what the transcript does not bear; and how many statements were dropped.

    Args:
        rests_on: whether a text can rest on what is quoted.
    """
    checker = _Check(notes, transcript, rests_on)
    return checker.checked(), checker.dropped


def stands(part: Evidence, said: Mapping[int, Segment]) -> bool:
    """Whether the quote is what its segments say, between their first and last moment.

    Args:
        said: the transcript's segments by their index.
    """
    named = [said[index] for index in part.segments if index in said]
    if not named or len(named) < len(part.segments):
        return False
    first = min(segment.start for segment in named) - SLACK
    last = max(segment.end for segment in named) + SLACK
    quoted = part.quote in " ".join(scrub(segment.text) for segment in named)
    return quoted and first <= part.start <= part.end <= last


class _Check:
    def __init__(self, notes: Notes, transcript: Sequence[Segment], rests_on: Wording) -> None:
        self._notes, self._transcript, self._rests_on = notes, transcript, rests_on
        self._said = {segment.index: segment for segment in transcript}
        self._place = {segment.index: place for place, segment in enumerate(transcript)}
        self.dropped = 0

    def checked(self) -> Notes:
        notes = self._notes
        sections = (self._section(section) for section in notes.sections)
        people = (self._person(person) for person in notes.participants)
        return notes.model_copy(
            update={
                "summary": self._borne(notes.summary),
                "key_points": self._borne(notes.key_points),
                "decisions": self._borne(notes.decisions),
                "action_items": tuple(map(self._task, self._borne(notes.action_items))),
                "open_questions": self._borne(notes.open_questions),
                "chapters": self._chapters(notes.chapters),
                "sections": tuple(section for section in sections if section.statements),
                "participants": tuple(person for person in people if person.name),
            }
        )

    def _borne(self, statements: Iterable[S]) -> tuple[S, ...]:
        given = tuple(statements)
        kept = tuple(one for one in given if self._bears(one.text, one.evidence))
        self.dropped += len(given) - len(kept)
        return kept

    def _bears(self, text: str, evidence: Sequence[Evidence]) -> bool:
        said = bool(evidence) and all(stands(part, self._said) for part in evidence)
        return said and self._rests_on(text, evidence)

    def _chapters(self, chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
        """Those that begin where none before goes on, and whose evidence lies within them."""
        kept: list[Chapter] = []
        for chapter in chapters:
            follows = not kept or kept[-1].end <= chapter.start + SLACK
            within = all(
                chapter.start - SLACK <= part.start < chapter.end for part in chapter.evidence
            )
            if follows and within and self._bears(chapter.title, chapter.evidence):
                kept.append(chapter)
            else:
                self.dropped += 1
        return tuple(kept)

    def _section(self, section: Section) -> Section:
        speaker = section.speaker if self._is_known(section.speaker) else None
        update = {"statements": self._borne(section.statements), "speaker": speaker}
        return section.model_copy(update=update)

    def _task(self, item: ActionItem) -> ActionItem:
        """Without an owner or a day that nobody named."""
        update: dict[str, object] = {}
        if not self._is_known(item.owner):
            update["owner"] = None
        if not self._is_due(item):
            update.update(due=None, due_date=None)
        return item.model_copy(update=update)

    def _is_due(self, item: ActionItem) -> bool:
        places = [self._place[index] for part in item.evidence for index in part.segments]
        near = around(places, REACH, len(self._transcript))
        said = {word for place in near for word in words(self._transcript[place].text)}
        return said.issuperset(words(item.due or ""))

    def _person(self, person: Participant) -> Participant:
        """By the label, which may be empty, where nobody said the name."""
        if self._is_known(person.name):
            return person
        return person.model_copy(update={"name": person.speaker or ""})

    def _is_known(self, name: str | None) -> bool:
        """Whether it is nobody, a speaker's label, or was said."""
        return not name or name in self._labels or self._heard.issuperset(words(name))

    @cached_property
    def _labels(self) -> set[str]:
        return {segment.speaker for segment in self._transcript if segment.speaker}

    @cached_property
    def _heard(self) -> set[str]:
        return {word for segment in self._transcript for word in words(segment.text)}
