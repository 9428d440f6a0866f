"""From what a language model says to what the recording bears.

A model's statement stays if the words it quotes were said, where it says or close by, and if its
own words, numbers and names occur there. What it cannot be trusted with is found anew: the owner
must speak or be named nearby, the due date is resolved by `dates.py` from the words said, the
priority is read off them.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from talktotext.analysis.actions import priority
from talktotext.analysis.cleaning import finish, scrub
from talktotext.analysis.dates import find_due
from talktotext.analysis.figures import in_figures, numbers
from talktotext.analysis.instructions import instructing
from talktotext.analysis.language import Language, tokens
from talktotext.analysis.llm_answer import Cited, Task
from talktotext.analysis.names import NAME
from talktotext.analysis.quotes import MOST_NAMED, around, locate, words
from talktotext.analysis.sections import Section
from talktotext.schema import ActionItem, Chapter, Evidence, Participant, Segment, Statement

REACH = 6  # segments before and after a quote that a statement may rest on too
BORNE = 0.4  # share of a statement's content words that must be said there; the rest is paraphrase
LONGEST = 600  # characters of a statement; more is a copy of the transcript
TITLE_LETTERS = 80

_NAMED = re.compile(rf"(?<=[a-z,] ){NAME}")
_NOBODY = frozenset(["i", "me", "you", "he", "she", "it", "we", "us", "they", "one", "somebody"])


class Ground:
    """One transcript, and what may be stated of it.

    Args:
        transcript: all of it.
        participants: with their names, as `people.py` found them.
        spoken: the transcript's language.
        written: the language of the statements; where it is another, only quotes, numbers and
            owners can be checked.
        recorded_on: the day against which "by Friday" is resolved.
    """

    def __init__(
        self,
        transcript: Sequence[Segment],
        participants: Iterable[Participant],
        *,
        spoken: Language,
        written: Language,
        recorded_on: date | None,
    ) -> None:
        self._transcript, self._recorded_on = transcript, recorded_on
        self._spoken, self._written = spoken, written
        self._place = {segment.index: place for place, segment in enumerate(transcript)}
        participants = tuple(participants)
        self._by_label = {one.speaker: one.name for one in participants if one.speaker}
        self._names = {known: person.name for person in participants for known in _known(person)}
        heard = {word for segment in transcript for word in words(segment.text)}
        self._heard = heard | {part for name in self._names for part in words(name)}
        self.instructing = frozenset(instructing(transcript))

    def statement(self, cited: Cited) -> Statement | None:
        """`cited` with its evidence; None where the recording does not bear it."""
        found = locate(cited.quote, self._places(cited.segments), self._transcript)
        text = finish(scrub(cited.text))
        if found is None or not 0 < len(text) <= LONGEST:
            return None
        if self.instructing.intersection(self._places(found.segments)):
            return None
        near = self._near((*cited.segments, *found.segments))
        language = None if self.is_translated else self._written
        if not self.bears(text, self._text(near), language):
            return None
        return Statement(text=text, evidence=(found,))

    def task(self, task: Task) -> ActionItem | None:
        """`task` with its evidence, owner and day; None where the recording does not bear it."""
        found = self.statement(task)
        if found is None:
            return None
        [shown] = found.evidence
        near = self._near(shown.segments)
        due, day = self._due(task.due, shown, self._text(near))
        return ActionItem(
            text=found.text,
            evidence=found.evidence,
            owner=self._owner(task.owner, near),
            due=due,
            due_date=day,
            priority=priority(shown.quote),
        )

    def chapter(self, cited: Cited) -> Chapter | None:
        """A chapter that begins where `cited` says; it ends where the next one begins."""
        found = self.statement(cited)
        if found is None or len(found.text) > TITLE_LETTERS:
            return None
        [begins] = found.evidence
        title = found.text.strip(" .\"'“”")
        return Chapter(title=title, start=begins.start, end=begins.end, evidence=(begins,))

    def speaker(self, found: Statement) -> str | None:
        """The name or label of the one whose words `found` rests on."""
        [first, *_] = self._places(found.evidence[0].segments)
        label = self._transcript[first].speaker
        return self._by_label.get(label or "", label)

    def rests_on(self, text: str, evidence: Iterable[Evidence]) -> bool:
        """Whether the numbers and names in `text` were said where the evidence is, or nearby.

        The last look, at notes put together; how they put things was looked at before.
        """
        near = self._text(self._near([index for part in evidence for index in part.segments]))
        named = self.is_translated or not self._written.english or self._names_said(text)
        return named and in_figures(text) <= numbers(near)

    def bears(self, text: str, near: str, language: Language | None) -> bool:
        """Whether what is said in `near` can be what `text` rests on.

        Args:
            language: of both; None where they are in two.
        """
        if not in_figures(text) <= numbers(near):
            return False
        if language is None:
            return True
        if language.english and not self._names_said(text):
            return False
        stated = set(language.content(tokens(text)))
        # Whoever is spoken of is named nearby whatever is said of them: names bear nothing else.
        stated = stated - self._named(text, language) or stated
        said = set(language.content(tokens(near)))
        return len(stated & said) >= BORNE * len(stated)

    def title(self, told: str, statements: Sequence[Statement]) -> str | None:
        """`told` if the statements bear it, else None."""
        text = scrub(told).strip(" .\"'“”")
        near = " ".join(said.text for said in statements)
        fits = 0 < len(text) <= TITLE_LETTERS
        return text if fits and self.bears(text, near, self._written) else None

    def holds(self, text: str, sources: str, evidence: Iterable[Evidence]) -> bool:
        """Whether `text` can be drawn from statements and from what was said for them."""
        said = self._text(self._near([index for part in evidence for index in part.segments]))
        return self.bears(text, f"{sources} {said}", self._written)

    @property
    def is_translated(self) -> bool:
        """Whether statements are in another language than the recording."""
        return self._written.code != self._spoken.code

    def shown(self, section: Section) -> str:
        """`section` as a model reads it, speakers by their names."""
        return section.shown(self._transcript, self._by_label)

    def segments(self, section: Section) -> list[Segment]:
        """The segments of `section` but for words to machines, speakers by their names."""
        places = dict.fromkeys(line.place for line in section.lines)
        segments = (self._transcript[at] for at in places if at not in self.instructing)
        return [
            one.model_copy(update={"speaker": self._by_label.get(one.speaker or "", one.speaker)})
            for one in segments
        ]

    def _named(self, text: str, language: Language) -> set[str]:
        """The stems of the names in `text`."""
        by_capitals = (match[0] for match in _NAMED.finditer(text) if language.english)
        return set(language.content(tokens(" ".join((*self._names, *by_capitals)))))

    def _names_said(self, text: str) -> bool:
        """Whether the words that are names by their capitals were heard in the recording."""
        return all(
            word in self._heard for match in _NAMED.finditer(text) for word in words(match[0])
        )

    def _owner(self, told: str | None, near: Sequence[int]) -> str | None:
        """Who it is, if they speak near there or are spoken of."""
        wanted = words(told or "")
        if not wanted or set(wanted) <= _NOBODY:
            return None
        name = self._names.get(scrub(told or "").casefold())
        speakers = {self._transcript[place].speaker or "" for place in near}
        if name and name in {self._names.get(speaker.casefold()) for speaker in speakers}:
            return name
        return (name or scrub(told or "")) if _said(wanted, self._text(near)) else None

    def _due(self, told: str | None, shown: Evidence, near: str) -> tuple[str | None, date | None]:
        """The words that tell when, and their day; the model's words only if they were said."""
        if told and _said(words(told), near):
            due = find_due(told, self._recorded_on)
            return scrub(told), due.day if due else None
        due = find_due(shown.quote, self._recorded_on)
        return (due.text, due.day) if due else (None, None)

    def _places(self, indices: Iterable[int]) -> list[int]:
        return [self._place[index] for index in indices if index in self._place]

    def _near(self, indices: Iterable[int]) -> list[int]:
        places = self._places(indices)[: 2 * MOST_NAMED]
        return around(places, REACH, len(self._transcript))

    def _text(self, places: Iterable[int]) -> str:
        return " ".join(scrub(self._transcript[place].text) for place in places)


def _known(person: Participant) -> set[str]:
    """What `person` is called: by name, by first name, by label."""
    label = person.speaker or person.name
    first = {person.name.split(maxsplit=1)[0]} if person.name != label else set()
    return {called.casefold() for called in (person.name, label, *first)}


def _said(wanted: Sequence[str], near: str) -> bool:
    return f" {' '.join(wanted)} " in f" {' '.join(words(near))} "
