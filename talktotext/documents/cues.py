"""segments -> cues: what subtitles show at a time, and when.

Words go into lines by their phrases (`cue_breaks`), lines into the order in which they are said
and, one or two at a time, into cues (`cue_groups`); those get times in which they can be read
(`cue_times`). No word is left out or changed, whatever becomes of the times.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from talktotext.documents import phrases
from talktotext.documents.base import Document
from talktotext.documents.cue_breaks import Line, Stretch, lines
from talktotext.documents.cue_groups import DASH, Group, groups, wish
from talktotext.documents.cue_times import spans
from talktotext.documents.text import NAME_LENGTH, clean, excerpt
from talktotext.documents.words import is_time, timed
from talktotext.schema import Segment, Word


@dataclass(frozen=True)
class Part:
    """What one speaker says in a cue; `speaker` is the name where it is known, else the label."""

    lines: tuple[str, ...]
    speaker: str | None = None


@dataclass(frozen=True)
class Cue:
    """What is shown from `start` to `end`, in milliseconds; `end` is later than `start`.

    Attributes:
        parts: one, or one of each of two speakers.
    """

    start: int
    end: int
    parts: tuple[Part, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What is seen; a dash before each of two speakers."""
        dash = DASH if len(self.parts) > 1 else ""
        return tuple(dash + line for part in self.parts for line in part.lines)


def cues(document: Document) -> list[Cue]:
    """The transcript as cues, in order, none before the one before it has ended."""
    grouped = groups(in_order(document))
    times = spans([wish(group) for group in grouped], _length(document))
    return [
        Cue(start, end, tuple(_parts(group, document.voices)))
        for group, (start, end) in zip(grouped, times, strict=True)
    ]


def clock(milliseconds: int, point: str) -> str:
    """A time as subtitles write it, 01:02:03.004, with their kind of decimal point."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def in_order(document: Document) -> list[Line]:
    """What everybody says, by the time at which it begins; lines that go on stay where they do."""
    found: list[tuple[int, Line]] = []
    for stretch in _stretches(document):
        for line in lines(stretch):
            found.append((found[-1][0] if line.goes_on else line.start, line))
    return [line for _, line in sorted(found, key=lambda timed: timed[0])]


def _stretches(document: Document) -> Iterator[Stretch]:
    """What each speaker says until somebody else does."""
    language = document.notes.language
    for label, segments in groupby(_clean(document), key=lambda segment: segment.speaker):
        words: list[Word] = []
        costs: list[float] = []
        for segment in segments:
            found = timed(segment, lambda text: phrases.phrases(text, language))
            words += _spaced(found)
            costs += _costs(found, language)
        if words:
            yield Stretch(words, costs, label)


def _clean(document: Document) -> Iterator[Segment]:
    """The segments with text that can be shown, and with a time if they have none of their own."""
    start = 0.0
    for segment in document.segments:
        start = segment.start if is_time(segment.start) else start
        label = clean(segment.speaker or "") or None
        changes = {"text": clean(segment.text), "speaker": label, "start": start}
        yield segment.model_copy(update=changes)


def _spaced(words: Sequence[Word]) -> Iterator[Word]:
    """The words of a segment, the last with a space too."""
    yield from words[:-1]
    for word in words[-1:]:
        yield word.model_copy(update={"text": f"{word.text.rstrip()} "})


def _costs(words: Sequence[Word], language: str) -> list[float]:
    """What it costs to end a line or a cue after each word; a segment's end is no bad place."""
    texts = [word.text for word in words]
    inner = [phrases.cost(a, b, language) for a, b in pairwise(texts)]
    last = phrases.cost(f"{texts[-1]} ", "", language) if texts else 0.0
    ends = min(phrases.BEFORE_PHRASE, last)
    return [*inner, ends][: len(texts)]


def _parts(group: Group, voices: dict[str, str]) -> Iterator[Part]:
    for label, said in groupby(group, key=lambda line: line.speaker):
        name = voices.get(label or "") or excerpt(label or "", NAME_LENGTH)
        yield Part(tuple(line.text for line in said), name or None)


def _length(document: Document) -> int:
    """Of the recording in milliseconds, or until the last segment ends if that is later."""
    told = [document.duration, *(segment.end for segment in document.segments)]
    return round(1000 * max((seconds for seconds in told if is_time(seconds)), default=0.0))
