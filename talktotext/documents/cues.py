"""segments -> cues: what subtitles show at a time, two lines of 42 characters at most.

The measures are those of the BBC Subtitle Guidelines and of Netflix' Timed Text Style Guide, and
so is where a cue ends: after a clause if there is one to end, else after a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from talktotext.documents.base import Document
from talktotext.documents.text import clean
from talktotext.documents.words import LONGEST, timed
from talktotext.schema import Word

LINES = 2
CLAUSE_ENDS = (".", "?", "!", "…", ",", ";", ":", "–", "—", "。", "？", "！", "、", "，", "؟", "।")


@dataclass(frozen=True)
class Cue:
    """What is shown from `start` to `end`, in milliseconds; `end` is later than `start`.

    Attributes:
        speaker: who speaks, by name where it is known.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    speaker: str | None = None


def cues(document: Document) -> Iterator[Cue]:
    """The transcript as cues, in order."""
    for segment in document.segments:
        shown = segment.model_copy(update={"text": clean(segment.text)})
        label = clean(segment.speaker or "")
        for words in _cut(timed(shown)):
            start = max(0, round(1000 * words[0].start))
            end = max(start + 1, round(1000 * words[-1].end))
            yield Cue(start, end, tuple(_lines(words)), document.voices.get(label, label) or None)


def clock(milliseconds: int, point: str) -> str:
    """A time as subtitles write it, 01:02:03.004, with their kind of decimal point."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def _cut(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    held: Sequence[Word] = ()
    for word in words:
        while held and len(_lines((*held, word))) > LINES:
            end = _good_end(held)
            yield held[:end]
            held = held[end:]
        held = (*held, word)
    if held:
        yield held


def _good_end(words: Sequence[Word]) -> int:
    """How many of the words make a cue: to the last end of a clause in the second half."""
    for end in range(len(words), len(words) // 2, -1):
        if words[end - 1].text.rstrip().endswith(CLAUSE_ENDS):
            return end
    return len(words)


def _lines(words: Sequence[Word]) -> list[str]:
    return wrap("".join(word.text for word in words), LONGEST, break_on_hyphens=False)
