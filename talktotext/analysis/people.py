"""Who speaks: names from how people introduce and address each other, tied to speakers.

Evidence is added up for each pair of name and speaker: "I'm Maria" ties the name to whoever says
it; "Maria, can you …" to the next other speaker, and away from the one who asks; "thanks, Maria"
to the one before. The best pairs win, each name and each speaker once.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from talktotext.analysis.names import NAME, NameTest, one_name_each
from talktotext.analysis.sentences import Sentence
from talktotext.schema import Participant, Segment

INTRODUCED, PRESENTED, ANSWERED, THANKED, MAYBE, ASKED = 5.0, 3.0, 2.0, 1.5, 1.0, -1.5
ENOUGH = 2.0  # evidence below which a speaker keeps the label
EARLY = 3  # sentences at the start of a speaker's talk in which "this is …" is an introduction
REACH = 4  # sentences within which an answer comes

_FULL = rf"({NAME}(?: {NAME})?)"
_AFTER = r"(?=[,.!?;]|$| (?:here|speaking|and|from|with|again|by the way)\b| I(?:'m| ))"
_LEAD = (
    r"(?:^|[.?!,;:—] ?|\b(?:[Ss]o|[Aa]nd|[Oo]kay|[Oo]k|OK|[Tt]hen|[Bb]ut|[Nn]ow|[Ww]ell|[Hh]i|"
    r"[Hh]ey|[Aa]lright|[Rr]ight|[Yy]es|[Tt]o you|[Aa]head) )"
)
_ASK = (
    r"(?=(?:can|could|will|would|do|did|are|have|what|how|where|when|who|you|you'll|your|please|"
    r"any|over|is|why|shall|should|may|might|go|tell|let's)\b)"
)
_INTRODUCTION = re.compile(rf"\b(?:[Mm]y name(?:'s| is)|I'm|I am|[Cc]all me) {_FULL}{_AFTER}")
_PRESENTATION = re.compile(
    rf"\b(?:[Tt]his is|[Ii]t's|[Ii]t is) {_FULL}{_AFTER}|(?:^|[,.!] ){_FULL} (?:here|speaking)\b"
)
_ADDRESS = re.compile(
    rf"{_LEAD}({NAME}),? {_ASK}|\byou\b[^.?!]{{0,80}}, ({NAME})\?"
    rf"|\b(?:to you|[Gg]o ahead),? ({NAME})\b"
)
# At the end, or alone, it may as well be a thing that is listed or doubted.
_PERHAPS = re.compile(rf", ({NAME})(?=[.!]?$)|^({NAME})\?$")
_THANKS = re.compile(
    rf"\b(?:[Tt]hanks|[Tt]hank you|[Gg]ood point|[Ww]ell done)(?: very much| a lot)?,? ({NAME})\b"
)
_THIRD = re.compile(
    rf"\b({NAME})(?:'ll| will| is going to|'s going to| has to| should) (?:be )?[a-z]"
)


@dataclass(slots=True)
class People:
    """Speakers by label and their names; and every name of somebody spoken to or of."""

    by_speaker: dict[str, str] = field(default_factory=dict)
    introduced: tuple[str, ...] = ()
    heard: dict[str, str] = field(default_factory=dict)  # as heard -> as it is to be written

    def name_of(self, speaker: str | None) -> str | None:
        """The name of `speaker`; the label where no name is known."""
        return self.by_speaker.get(speaker, speaker) if speaker is not None else None


def addressed(text: str) -> list[str]:
    """The words that stand in `text` where the name of somebody spoken to would stand."""
    return [_first(match) for match in _ADDRESS.finditer(text)]


def find_people(said: Sequence[Sentence]) -> People:
    """The names the recording gives, tied to its speakers where that is clear."""
    is_name = NameTest(said)
    calls: list[tuple[str, str | None, float]] = []
    turns: Counter[str | None] = Counter()
    for place, sentence in enumerate(said):
        turns[sentence.speaker] += 1
        early = turns[sentence.speaker] <= EARLY
        calls += [call for call in _calls(said, place, early=early) if is_name(call[0])]
    introduced = dict.fromkeys(name for name, _, weight in calls if weight >= PRESENTED)
    heard = one_name_each(Counter(name for name, _, _ in calls), introduced)
    votes: defaultdict[tuple[str, str], float] = defaultdict(float)
    for name, whom, weight in calls:
        if whom is not None:
            votes[heard[name], whom] += weight
    given = dict.fromkeys(heard[name] for name in introduced)
    return People(_assign(votes), tuple(given), heard)


def _calls(
    said: Sequence[Sentence], place: int, *, early: bool
) -> Iterator[tuple[str, str | None, float]]:
    """Possible names in one sentence: the name, the speaker it speaks for, how strongly."""
    sentence = said[place]
    for match in _INTRODUCTION.finditer(sentence.raw):
        yield match[1], sentence.speaker, INTRODUCED
    for match in _PRESENTATION.finditer(sentence.raw) if early else ():
        yield _first(match), sentence.speaker, PRESENTED
    for name in addressed(sentence.raw):
        yield name, other_speaker(said, place, 1), ANSWERED
        yield name, sentence.speaker, ASKED
    for match in _PERHAPS.finditer(sentence.raw):
        yield _first(match), other_speaker(said, place, 1), MAYBE
    for match in _THIRD.finditer(sentence.raw):
        yield match[1], None, 0.0
    for match in _THANKS.finditer(sentence.raw):
        yield match[1], other_speaker(said, place, -1), THANKED
        yield match[1], sentence.speaker, ASKED


def other_speaker(said: Sequence[Sentence], place: int, step: int) -> str | None:
    """Whoever else speaks next (`step` 1) or spoke last (-1) within reach; None if nobody."""
    for distance in range(1, REACH + 1):
        at = place + step * distance
        if not 0 <= at < len(said):
            return None
        if said[at].speaker != said[place].speaker:
            return said[at].speaker
    return None


def _assign(votes: dict[tuple[str, str], float]) -> dict[str, str]:
    """Speaker -> name, best evidence first, none used twice."""
    names: dict[str, str] = {}
    for (name, speaker), weight in sorted(votes.items(), key=lambda vote: -vote[1]):
        if weight >= ENOUGH and speaker not in names and name not in names.values():
            names[speaker] = name
    return names


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)


def participants(transcript: Sequence[Segment], people: People) -> tuple[Participant, ...]:
    """Everybody who speaks, in the order in which they begin; talk time in seconds.

    Without speaker labels, those who gave their names.
    """
    times: dict[str, float] = {}
    for segment in transcript:
        if segment.speaker is not None:
            lasted = max(0.0, segment.end - segment.start)
            times[segment.speaker] = times.get(segment.speaker, 0.0) + lasted
    if not times:
        return tuple(Participant(name=name) for name in people.introduced)
    total = sum(times.values()) or 1.0
    return tuple(
        Participant(
            name=people.name_of(speaker) or speaker,
            speaker=speaker,
            talk_time=round(seconds, 2),
            share=round(seconds / total, 4),
        )
        for speaker, seconds in times.items()
    )
