"""What a document is built of, whatever its format. Writers match on the blocks.

All text in here is `clean`; a writer adds only its format's escaping and looks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property

from talktotext.documents.transcript import Chapter

LONG = 15_000  # characters of transcript, about five pages, from which there are contents


@dataclass(frozen=True)
class Line:
    """A sentence, a remark on it, the second it was said at, the anchor of that utterance and the
    address at which it is heard."""

    text: str
    note: str = ""
    time: float | None = None
    anchor: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Tick:
    """A box to tick."""

    done: bool


@dataclass(frozen=True)
class Prose:
    """Sentences that run on as one paragraph."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bullets:
    """Sentences, each its own item."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a header; `widths` are shares of the page's width, 1 in sum."""

    header: tuple[str, ...]
    rows: tuple[tuple[Line | Tick, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Transcript:
    """The words of the recording."""

    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Timeline:
    """Who speaks when: a row a person, with the stretches, in seconds, that are theirs."""

    rows: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    duration: float


@dataclass(frozen=True)
class Bars:
    """How much each of several has of a whole: name, share from 0 to 1, the share in words."""

    rows: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Curve:
    """Mood, from -1 to 1, over the recording: (second, score), in order of time."""

    points: tuple[tuple[float, float], ...]
    duration: float


Chart = Timeline | Bars | Curve


@dataclass(frozen=True)
class Figure:
    """A chart, what stands under it, and what it shows in words, for those who cannot see it."""

    chart: Chart
    caption: str
    description: str


Block = Prose | Bullets | Table | Figure | Transcript


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


def _nowhere(seconds: float) -> str | None:
    return None


@dataclass(frozen=True)
class Content:
    """A document's whole content: title block, warnings, sections. `link` gives the address at
    which a second of the recording is heard, if there is one."""

    title: str
    kind: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    keywords: tuple[str, ...] = ()
    link: Callable[[float], str | None] = field(default=_nowhere, repr=False, compare=False)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """Those of the transcript, if it stands in the document."""
        every = (block for section in self.sections for block in section.blocks)
        words = (block for block in every if isinstance(block, Transcript))
        return tuple(chapter for block in words for chapter in block.chapters)

    @property
    def is_long(self) -> bool:
        """Whether it takes contents to find one's way."""
        said = (utterance for chapter in self.chapters for utterance in chapter.utterances)
        return sum(len(utterance.text) for utterance in said) > LONG


def texts(part: object) -> Iterator[str]:
    """All text in a document or a part of it, wherever it stands."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from texts(item)
    elif is_dataclass(part):
        for member in fields(part):
            yield from texts(getattr(part, member.name))
