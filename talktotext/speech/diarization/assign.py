"""Segments without speakers, and turns -> segments of one speaker each."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from talktotext.schema import Segment
from talktotext.speech.diarization.base import Turn

TINY = 0.5  # seconds; a shorter turn within a segment does not split it
KNOWN, ESTIMATED = 0.3, 1.0  # seconds by which a cut may be farther off, to end a sentence there
SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*\s*$")


class _Piece(NamedTuple):
    """A word of a segment, with what follows it up to the next."""

    text: str
    start: float
    end: float


class _Cut(NamedTuple):
    """Before which piece a segment is cut, when what is before ends and what is after starts."""

    place: int
    before: float
    after: float


class _Part(NamedTuple):
    """The pieces from one cut to another."""

    first: _Cut
    last: _Cut
    speaker: str


def assign(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """Give each segment its speaker; one in which the speaker changes becomes several.

    It is cut between words: where their times are known, in the gap nearest to the change; where
    they are not, these are estimated by the letters, and the end of a sentence is preferred. No
    word is lost or doubled, and times stay in order.

    Args:
        segments: in order.
        turns: in order, none over another; if there are none, nothing is changed.

    Returns:
        Segments in order, numbered on from the first one's index.
    """
    if not segments or not turns:
        return list(segments)
    parts = [part for segment in segments for part in _split(segment, _inside(segment, turns))]
    first = segments[0].index
    return [part.model_copy(update={"index": index}) for index, part in enumerate(parts, first)]


def _inside(segment: Segment, turns: Sequence[Turn]) -> list[Turn]:
    """What of the turns falls into a segment, but for tiny ones; or else the nearest turn."""
    first = bisect_right(turns, segment.start, key=lambda turn: turn.end)
    last = bisect_left(turns, segment.end, key=lambda turn: turn.start)
    clipped = [
        Turn(max(turn.start, segment.start), min(turn.end, segment.end), turn.speaker)
        for turn in turns[max(first - 1, 0) : last + 1]
    ]
    inside: list[Turn] = []
    for turn in clipped:
        if turn.end - turn.start >= TINY:
            same = bool(inside) and inside[-1].speaker == turn.speaker
            inside.append(turn._replace(start=inside.pop().start) if same else turn)
    return inside or [max(clipped, key=lambda turn: turn.end - turn.start)]


def _split(segment: Segment, turns: Sequence[Turn]) -> Iterator[Segment]:
    """The segment, in parts of one speaker each."""
    words = _by_words(segment)
    pieces = words or _by_letters(segment)
    cuts = [_Cut(0, segment.start, segment.start)]
    for before, after in pairwise(turns):
        change = (before.end + after.start) / 2
        index = _nearest(pieces, cuts[-1].place, change, KNOWN if words else ESTIMATED)
        if words and 0 < index < len(words):
            cuts.append(_Cut(index, words[index - 1].end, words[index].start))
        else:
            cuts.append(_Cut(index, before.end, after.start))
    cuts.append(_Cut(len(pieces), segment.end, segment.end))
    parts = _joined(
        _Part(*ends, turn.speaker) for ends, turn in zip(pairwise(cuts), turns, strict=True)
    )
    for part in parts:
        yield (
            _take(segment, pieces, part)
            if len(parts) > 1
            else segment.model_copy(update={"speaker": part.speaker})
        )


def _by_words(segment: Segment) -> list[_Piece]:
    """The text, cut before each word with times; nothing if these are not the words of the text."""
    starts: list[int] = []
    at = 0
    for word in segment.words:
        starts.append(segment.text.find(word.text.strip(), at))
        if starts[-1] < 0:
            return []
        at = starts[-1] + len(word.text.strip())
    texts = (segment.text[i:j] for i, j in pairwise([0, *starts[1:], len(segment.text)]))
    return [_Piece(text, w.start, w.end) for text, w in zip(texts, segment.words, strict=False)]


def _by_letters(segment: Segment) -> list[_Piece]:
    """The words of the text, as if every letter took the same time; one piece if it is empty."""
    pace = (segment.end - segment.start) / max(len(segment.text), 1)
    return [
        _Piece(m[0], segment.start + m.start() * pace, segment.start + m.end() * pace)
        for m in re.finditer(r"\S+\s*|^\s*$", segment.text)
    ]


def _nearest(pieces: Sequence[_Piece], least: int, change: float, worth: float) -> int:
    """Before which piece to cut for a change of speakers: `least`, a later one, or the end.

    Args:
        worth: seconds by which a cut may be farther off to be at the end of a sentence.
    """
    gaps = [(before.end + after.start) / 2 for before, after in pairwise(pieces)]
    times = [pieces[0].start, *gaps, pieces[-1].end]
    ends = [True, *(SENTENCE_END.search(piece.text) for piece in pieces[:-1]), True]
    return min(
        range(least, len(times)),
        key=lambda index: abs(times[index] - change) - (worth if ends[index] else 0),
    )


def _joined(parts: Iterable[_Part]) -> list[_Part]:
    """Those that hold words; neighbours of one speaker are one."""
    joined: list[_Part] = []
    for part in parts:
        if part.first.place < part.last.place:
            same = bool(joined) and joined[-1].speaker == part.speaker
            joined.append(part._replace(first=joined.pop().first) if same else part)
    return joined


def _take(segment: Segment, pieces: Sequence[_Piece], part: _Part) -> Segment:
    """A part of a segment, with what is known of the whole."""
    first, last, speaker = part
    inside = pieces[first.place : last.place]
    since = sum(first[1:]) / 2 if first.place else -inf
    until = sum(last[1:]) / 2 if last.place < len(pieces) else inf
    return segment.model_copy(
        update={
            "start": first.after,
            "end": last.before,
            "text": "".join(piece.text for piece in inside).strip(),
            "speaker": speaker,
            "words": tuple(w for w in segment.words if since < (w.start + w.end) / 2 <= until),
        }
    )
