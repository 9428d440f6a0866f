"""Where in a transcript a quote stands, found again though it is not word for word.

Who quotes speech leaves out an "um", mends a word and forgets the comma; so words are compared,
not characters, and a few may differ. What is given back are the words as the engine wrote them.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from talktotext.analysis.cleaning import scrub
from talktotext.analysis.language import CJK
from talktotext.schema import Evidence, Segment

NEARBY = 3  # segments before and after those named in which a quote may stand
MOST_NAMED = 8  # segments looked around
SHORTEST, LONGEST = 3, 80  # words of a quote: fewer stand anywhere, more are a copy
LIKENESS = 0.8  # share of a quote's words that must stand there, in order

_WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+(?:['’][^\W_{CJK}]+)*")
_TAIL = re.compile(r"[.?!…。！？]*")


def words(text: str) -> list[str]:
    """The words of `text` as quotes are compared by: small letters, straight apostrophes."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def around(places: Sequence[int], reach: int, total: int) -> list[int]:
    """`places` and as many as `reach` before and after each, in order, of `total`."""
    near = {at for place in places for at in range(place - reach, place + reach + 1)}
    return sorted(at for at in near if 0 <= at < total)


def locate(quote: str, places: Sequence[int], transcript: Sequence[Segment]) -> Evidence | None:
    """The words of `transcript` that `quote` quotes; None where nobody said them.

    Args:
        places: of the segments in which they are said to stand.
    """
    wanted = words(quote)
    if not SHORTEST <= len(wanted) <= LONGEST:
        return None
    near = around(places[:MOST_NAMED], NEARBY, len(transcript))
    texts = [scrub(transcript[place].text) for place in near]
    joined = " ".join(texts)
    said = list(_WORD.finditer(joined))
    span = _span(wanted, [word for match in said for word in words(match[0])])
    if span is None:
        return None
    start, end = said[span[0]].start(), said[span[1] - 1].end()
    tail = _TAIL.match(joined, end)
    return _evidence((start, tail.end() if tail else end), near, texts, transcript)


def _span(wanted: list[str], said: list[str]) -> tuple[int, int] | None:
    """First and last + 1 of the words that `wanted` is likest to, if it is like enough."""
    # Around the longest run that is the same, so that a stray "the" far off does not stretch it.
    longest = SequenceMatcher(None, said, wanted, autojunk=False).find_longest_match()
    slack = max(4, len(wanted) // 2)
    first = max(0, longest.a - longest.b - slack)
    part = said[first : longest.a - longest.b + len(wanted) + slack]
    blocks = SequenceMatcher(None, part, wanted, autojunk=False).get_matching_blocks()[:-1]
    if not blocks or sum(block.size for block in blocks) < LIKENESS * len(wanted):
        return None
    return first + blocks[0].a, first + blocks[-1].a + blocks[-1].size


def _evidence(
    span: tuple[int, int],
    near: Sequence[int],
    texts: Sequence[str],
    transcript: Sequence[Segment],
) -> Evidence:
    """The characters `span` of `texts` joined by spaces, and the segments they lie in."""
    touched: list[Segment] = []
    begins = 0
    for place, text in zip(near, texts, strict=True):
        if begins < span[1] and span[0] < begins + len(text):
            touched.append(transcript[place])
        begins += len(text) + 1
    return Evidence(
        segments=tuple(segment.index for segment in touched),
        start=touched[0].start,
        end=max(segment.end for segment in touched),
        quote=" ".join(texts)[span[0] : span[1]],
    )
