"""Where a recording turns to another subject.

After Utiyama & Isahara, "A Statistical Model for Domain-Independent Text Segmentation" (ACL 2001):
of all ways to divide the recording, the one under which its words are likeliest, if each stretch
draws them from a vocabulary of its own. A stretch lasts minutes, so that the search is linear.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talktotext.analysis.sentences import Sentence

SHORTEST_DIVIDED = 240.0  # seconds of speech; a shorter recording is not divided
SHORTEST, LONGEST = 150.0, 600.0  # seconds of speech in a stretch
BLOCK = 20.0  # seconds between the places at which a stretch may begin
# What a stretch costs, as a multiple of the log of the number of words, which the paper has it
# cost: talk, unlike the joined news of the paper, keeps coming back to its words.
PRICE = 3.0


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences that begin within BLOCK seconds, their words, and how long they last."""

    said: tuple[Sentence, ...]
    stems: tuple[str, ...]
    seconds: float


def stretches(said: Sequence[Sentence]) -> list[list[Sentence]]:
    """`said` in stretches of some minutes on one subject; none of a short recording."""
    blocks = _blocks(said)
    if sum(block.seconds for block in blocks) < SHORTEST_DIVIDED:
        return []
    begins = _beginnings(blocks)
    return [
        [sentence for block in blocks[first:last] for sentence in block.said]
        for first, last in zip(begins, [*begins[1:], len(blocks)], strict=True)
    ]


def _blocks(said: Sequence[Sentence]) -> list[_Block]:
    groups: list[list[Sentence]] = []
    for sentence in said:
        if not groups or sentence.start - groups[-1][0].start >= BLOCK:
            groups.append([])
        groups[-1].append(sentence)
    return [_block(group) for group in groups]


def _block(group: Sequence[Sentence]) -> _Block:
    lasted = max(sentence.end for sentence in group) - group[0].start
    stems = tuple(stem for sentence in group for stem in sentence.content)
    # A silence of an hour is no speech, nor is one word over an hour.
    return _Block(tuple(group), stems, min(lasted, 2 * BLOCK))


def _beginnings(blocks: Sequence[_Block]) -> list[int]:
    """The places in `blocks` at which the likeliest stretches begin."""
    words = Counter(stem for block in blocks for stem in block.stems)
    price = PRICE * math.log(1 + words.total())
    gains = [f * math.log(f + 1) - (f - 1) * math.log(f) for f in range(1, max(words.values()) + 1)]
    cheapest = [0.0] + [math.inf] * len(blocks)  # by place: what the stretches up to there cost
    begin = [0] * (len(blocks) + 1)  # by place: where the stretch that ends there begins
    for first in range(len(blocks)):
        for last, cost in _costs(blocks, first, len(words), gains):
            if cheapest[first] + cost + price < cheapest[last]:
                cheapest[last], begin[last] = cheapest[first] + cost + price, first
    places: list[int] = []
    place = len(blocks)
    while place > 0:
        place = begin[place]
        places.append(place)
    return places[::-1]


def _costs(
    blocks: Sequence[_Block], first: int, vocabulary: int, gains: Sequence[float]
) -> Iterator[tuple[int, float]]:
    """Where a stretch that begins at `first` may end, and minus the log likelihood of its words.

    A word said f times in a stretch of n words has the likelihood (f + 1) / (n + vocabulary).

    Args:
        gains: what a word's next mention takes off, by how often it was said before.
    """
    said: defaultdict[str, int] = defaultdict(int)
    total, seconds, gained = 0, 0.0, 0.0
    for last, block in enumerate(blocks[first:], first + 1):
        for stem in block.stems:
            gained += gains[said[stem]]
            said[stem] += 1
        total, seconds = total + len(block.stems), seconds + block.seconds
        if seconds >= SHORTEST:
            yield last, total * math.log(total + vocabulary) - gained
        if seconds >= LONGEST:
            return
