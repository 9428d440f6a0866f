"""segment -> its words with times: as heard where that is known, else by their share of it."""

import re
from collections.abc import Iterator

from talktotext.schema import Segment, Word

LONGEST = 42  # characters, the width of a line of subtitles; a longer word comes in pieces
# Chinese and Japanese are written without spaces, and a line may end after any character.
_WIDE = "\u3001-\u9fff\uff00-\uffef"
_TOKEN = re.compile(rf"[{_WIDE}][、。，！？]*\s*|[^\s{_WIDE}]{{1,{LONGEST}}}\s*")


def timed(segment: Segment) -> list[Word]:
    """The words in order, each with the space after it: joined they are the segment's text."""
    moments, place, out = list(_moments(segment)), 0, []
    for token in _TOKEN.findall(segment.text.strip()):
        last = place + len(_letters(token))
        out.append(Word(start=moments[place][0], end=moments[last - 1][1], text=token))
        place = last
    return out


def _moments(segment: Segment) -> Iterator[tuple[float, float]]:
    """When each letter begins and ends, if all letters of a word take equally long."""
    heard = "".join(_letters(word.text) for word in segment.words)
    known = heard == _letters(segment.text)
    for word in segment.words if known else (segment,):
        letters = len(_letters(word.text))
        step = (word.end - word.start) / max(letters, 1)
        for place in range(letters):
            yield word.start + place * step, word.start + (place + 1) * step


def _letters(text: str) -> str:
    return "".join(text.split())
