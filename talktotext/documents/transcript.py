"""segments -> readable paragraphs: a speaker's consecutive segments run together, with times."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from talktotext.documents.phrases import SENTENCE_ENDS, phrases
from talktotext.documents.text import NAME_LENGTH, clean, clock, excerpt
from talktotext.documents.words import timed
from talktotext.schema import Segment

# In characters rather than words, so that scripts without spaces are cut as well.
GOOD_LENGTH = 600  # from here on, the end of a sentence ends the paragraph
MOST_LENGTH = 1200  # here it ends in any case
CHAPTER = 600.0  # seconds between the sub-headings of a long transcript


@dataclass(frozen=True)
class Utterance:
    """A paragraph of the transcript.

    Attributes:
        speaker: who speaks; None where it is the speaker of the paragraph before, or nobody known.
        start: seconds from the start of the recording.
        anchor: the name under which statements of the notes point here, if any does.
        doubts: where in the text are words that may be invented: (first, last + 1), in order.
    """

    start: float
    text: str
    speaker: str | None = None
    anchor: str | None = None
    doubts: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it may be invented."""
        place = 0
        for first, last in (*self.doubts, (len(self.text), len(self.text))):
            for piece, doubtful in ((self.text[place:first], False), (self.text[first:last], True)):
                if piece:
                    yield piece, doubtful
            place = last


@dataclass(frozen=True)
class Chapter:
    """A stretch of the transcript; `start` is None where the transcript is too short to divide."""

    start: float | None
    utterances: tuple[Utterance, ...]
    title: str = ""

    @property
    def heading(self) -> str:
        """When it begins and what it is about, as far as that is known."""
        return f"{clock(self.start)}  {self.title}".strip() if self.start is not None else ""


def utterances(
    segments: Iterable[Segment], names: Mapping[str, str], breaks: Sequence[float] = ()
) -> list[Utterance]:
    """The segments as paragraphs, speakers by name where `names` has one for their label.

    Args:
        breaks: moments, in order, at which a paragraph ends whoever speaks.
    """
    out: list[Utterance] = []
    speaker: str | None = None
    for label, said in _paragraphs(segments, breaks):
        shown = excerpt(names.get(label, label), NAME_LENGTH) if label else None
        out.append(replace(said, speaker=shown if shown != speaker or not out else None))
        speaker = shown
    return out


def _paragraphs(
    segments: Iterable[Segment], breaks: Sequence[float]
) -> Iterator[tuple[str | None, Utterance]]:
    """The paragraphs, each with its speaker's label."""
    label: str | None = None
    said = Utterance(0.0, "")
    for segment, start, spoken in _pieces(segments):
        heard = clean(segment.speaker or "") or None
        breaks_off = bisect_right(breaks, start) > bisect_right(breaks, said.start)
        if said.text and (
            heard != label or breaks_off or _is_full(said.text, _join(said.text, spoken))
        ):
            yield label, said
            said = Utterance(0.0, "")
        if not said.text:
            label, said = heard, Utterance(start, "")
        text = _join(said.text, spoken)
        doubt = ((len(text) - len(spoken), len(text)),) if segment.is_doubtful else ()
        said = replace(said, text=text, doubts=said.doubts + doubt)
    if said.text:
        yield label, said


def _pieces(segments: Iterable[Segment]) -> Iterator[tuple[Segment, float, str]]:
    """Each segment with its start and text; if that is longer than a paragraph may be, in parts."""
    for segment in segments:
        text = clean(segment.text)
        if len(text) > MOST_LENGTH:
            whole = segment.model_copy(update={"text": text})
            yield from ((segment, start, part) for start, part in _parts(whole))
        elif text:
            yield segment, segment.start, text


def _parts(segment: Segment) -> Iterator[tuple[float, str]]:
    """A long text as paragraphs of whole words, each with the second its first one is said at."""
    start, held = segment.start, ""
    for word in timed(segment, phrases):
        if held and _is_full(held.rstrip(), held + word.text.rstrip()):
            yield start, held.rstrip()
            held = ""
        if not held:
            start = word.start
        held += word.text
    if held:
        yield start, held.rstrip()


def _is_full(text: str, longer: str) -> bool:
    """Whether a paragraph ends here, before it grows."""
    ends = len(text) >= GOOD_LENGTH and text.endswith(SENTENCE_ENDS)
    return ends or len(longer) > MOST_LENGTH


def _join(left: str, right: str) -> str:
    """Chinese and Japanese are written without spaces; everything else takes one."""
    if not left:
        return right
    close = _is_wide(left[-1]) and _is_wide(right[0])
    return left + right if close else f"{left} {right}"


def _is_wide(char: str) -> bool:
    return "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def locate(paragraphs: Sequence[Utterance], start: float) -> int | None:
    """Index of the paragraph in which a moment of the recording is heard, None if there is none."""
    if not paragraphs:
        return None
    return max(0, bisect_right(paragraphs, start + 0.01, key=lambda item: item.start) - 1)


def anchor(index: int) -> str:
    """The name of a paragraph's place in the document."""
    return f"t{index}"


def anchored(paragraphs: Sequence[Utterance], targets: set[int]) -> list[Utterance]:
    """The same paragraphs, those that are pointed at with their anchors."""
    return [
        replace(item, anchor=anchor(i)) if i in targets else item
        for i, item in enumerate(paragraphs)
    ]


def chapters(
    paragraphs: Sequence[Utterance], subjects: Sequence[tuple[float, str]] = ()
) -> list[Chapter]:
    """The paragraphs by subject; where none are known, in stretches of CHAPTER seconds, or in one
    if the whole is hardly longer.

    Args:
        subjects: when each begins, in order, and its title.
    """
    if not subjects and (not paragraphs or paragraphs[-1].start < 1.5 * CHAPTER):
        return [Chapter(None, tuple(paragraphs))] if paragraphs else []
    found: dict[tuple[float, str], list[Utterance]] = {}
    for item in paragraphs:
        found.setdefault(_subject(item.start, subjects), []).append(item)
    return [Chapter(start, tuple(items), title) for (start, title), items in found.items()]


def _subject(moment: float, subjects: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """That which is spoken of; the first one before it begins."""
    if not subjects:
        return moment // CHAPTER * CHAPTER, ""
    return subjects[max(0, bisect_right(subjects, moment + 0.01, key=itemgetter(0)) - 1)]
