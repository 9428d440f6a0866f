"""Segments -> sentences: what one speaker said, put together again and made readable.

Speech engines cut where somebody breathes or interjects. Here the pieces of an utterance are
joined per speaker, past the "mm-hmm" of others, and cut anew where sentences end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from talktotext.analysis.cleaning import clean, is_ended, scrub
from talktotext.analysis.language import Language, tokens, word_count
from talktotext.schema import Segment

PAUSE = 5.0  # seconds of silence that end an unfinished sentence
REACH = 8  # segments of others that an unfinished sentence outlasts
ENDLESS = 80  # words after which a sentence without an end is cut all the same
LONG = 45  # words after which an unfinished sentence ends at the next break
CLAUSE = 7  # words after which "and we …" at a break begins a sentence of its own

# The last two: engines write a comma where somebody is called by name to speak, and before the
# decision in "that is fine with me, so we decided …".
_END = re.compile(
    r"(?<=[.?!…])[\"'”’)\]]*\s+|(?<=[。！？؟।])\s*|(?<=\.—)\s*"
    r"|(?<=[a-z]),\s+(?=[A-Z][a-zà-ÿ]+,?\s"
    r"(?:can|could|will|would|where|what|how|when|who|please|do|did|are|is)\s)"
    r"|(?<=[a-z]),\s+(?=(?:so|then|and)\s(?:we|it's|it\sis)\s(?:have\s|all\s|now\s)?"
    r"(?:decided|agreed)\b)"
)
_WORD = re.compile(r"\S+")
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e|approx|No)|\b[A-Z])\.$")
_NEW_CLAUSE = re.compile(
    r"(?:and|so|but|because|then|or)[\s,]+(?:um+[\s,]+|uh+[\s,]+|then[\s,]+|also[\s,]+)*"
    r"(?:i|we|you|they|he|she|it|that|there|this|the|maybe|if|what|how)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it is written down, and where it was said.

    `text` is cleaned, `raw` is as the engine wrote it; `segments` are `Segment.index` values and
    times are seconds. `content` holds the stems of the words that say something.
    """

    position: int
    text: str
    raw: str
    speaker: str | None
    segments: tuple[int, ...]
    start: float
    end: float
    words: tuple[str, ...] = field(repr=False)
    content: tuple[str, ...] = field(repr=False)
    length: int

    @property
    def is_question(self) -> bool:
        """Whether it is put as a question."""
        return self.text.rstrip("\"'”’)").endswith(("?", "？", "؟"))


@dataclass(slots=True)
class _Open:
    """An utterance still going on: its pieces, and the place of the last one."""

    pieces: list[tuple[str, Segment]]
    place: int
    words: int


def sentences(transcript: Sequence[Segment], language: Language) -> list[Sentence]:
    """The readable sentences of `transcript` in the order in which they begin."""
    found = [
        sentence
        for utterance in _utterances(transcript)
        for sentence in _cut(utterance, language)
        if sentence.text
    ]
    first = {segment.index: place for place, segment in enumerate(transcript)}
    found.sort(key=lambda sentence: first[sentence.segments[0]])
    return [_numbered(sentence, position) for position, sentence in enumerate(found)]


def _numbered(sentence: Sentence, position: int) -> Sentence:
    values = {name: getattr(sentence, name) for name in Sentence.__slots__}
    return Sentence(**{**values, "position": position})


def _utterances(transcript: Sequence[Segment]) -> Iterator[list[tuple[str, Segment]]]:
    """The pieces that belong together, speaker by speaker."""
    open_: dict[str | None, _Open] = {}
    place = 0
    for segment in transcript:
        text = scrub(segment.text)
        if not text:
            continue
        place += word_count(text) > 2  # an "mm-hmm" between is no distance
        current = open_.get(segment.speaker)
        if current and _goes_on(current, segment, text, place):
            current.pieces.append((text, segment))
            current.place, current.words = place, current.words + word_count(text)
            continue
        if current:
            yield current.pieces
        open_[segment.speaker] = _Open([(text, segment)], place, word_count(text))
    for current in open_.values():
        yield current.pieces


def _goes_on(current: _Open, segment: Segment, text: str, place: int) -> bool:
    """Whether `segment` is the rest of what `current` began."""
    last_text, last = current.pieces[-1]
    if is_ended(last_text) and not last_text.endswith(("...", "…")):
        return False
    if segment.start - last.end > PAUSE or place - current.place > REACH:
        return False
    if current.words >= CLAUSE and _NEW_CLAUSE.match(text):
        return False
    return current.words < LONG


def _cut(pieces: list[tuple[str, Segment]], language: Language) -> Iterator[Sentence]:
    """The sentences of one utterance, each with the segments it touches."""
    joined = " ".join(text for text, _ in pieces)
    ends: list[int] = []
    for text, _ in pieces:
        ends.append((ends[-1] + 1 if ends else 0) + len(text))
    piece = 0
    for start, end in _spans(joined):
        while piece < len(ends) - 1 and ends[piece] <= start:
            piece += 1
        last = piece
        while last < len(ends) - 1 and ends[last] < end:
            last += 1
        touched = [segment for _, segment in pieces[piece : last + 1]]
        yield _sentence(joined[start:end], touched, language)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of `text` start and end."""
    start = 0
    for match in _END.finditer(text):
        following = text[match.end() : match.end() + 1]
        before = text[max(start, match.start() - 8) : match.start()]
        goes_on = following.islower() and not match[0].startswith(",")
        if goes_on or _ABBREVIATED.search(before):
            continue
        yield from _no_longer(text, start, match.start())
        start = match.end()
    if start < len(text):
        yield from _no_longer(text, start, len(text))


def _no_longer(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span, in pieces where an engine wrote no full stop for very long."""
    words = list(_WORD.finditer(text, start, end)) if end - start > 2 * ENDLESS else []
    if len(words) > ENDLESS:
        first = 0
        for place in range(1, len(words)):
            joins = words[place][0].lower() in {"and", "so", "but", "then", "because"}
            if place - first >= LONG or (joins and place - first >= LONG // 2):
                yield start, words[place - 1].end()
                start, first = words[place].start(), place
    yield start, end


def _sentence(raw: str, touched: Sequence[Segment], language: Language) -> Sentence:
    text = clean(raw, english=language.english)
    words = tuple(tokens(text))
    return Sentence(
        position=0,
        text=text,
        raw=raw.strip(),
        speaker=touched[0].speaker,
        segments=tuple(segment.index for segment in touched),
        start=touched[0].start,
        end=max(segment.end for segment in touched),
        words=words,
        content=tuple(language.content(words)),
        length=word_count(text),
    )
