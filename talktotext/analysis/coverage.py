"""Choosing sentences that together cover what was talked about.

Submodular coverage under a budget of words, by the cost-scaled greedy of Lin & Bilmes, "A Class
of Submodular Functions for Document Summarization" (ACL 2011), evaluated lazily (Minoux 1978).
"""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from talktotext.analysis.sentences import Sentence
from talktotext.analysis.weights import Pair, Weights, pairs_of

Concept = str | Pair


@dataclass(frozen=True, slots=True)
class Taste:
    """What a choice prefers, and how much it may take.

    `cost` is the power of the length that a gain is divided by: 1 prefers short sentences, 0 long
    ones. `again` is what a word's next mention is worth beside the last. `budget` is in words.
    """

    cost: float
    again: float
    budget: int


def select(
    candidates: Sequence[Sentence],
    weights: Weights,
    value: Callable[[Sentence], float],
    taste: Taste,
) -> list[Sentence]:
    """The candidates chosen, in the order in which they were said.

    Args:
        value: a factor for what a sentence is worth beyond its words.
    """
    worth = [_worth(sentence, weights, value(sentence), taste.cost) for sentence in candidates]
    covered: Counter[Concept] = Counter()
    heap = [(-sum(concepts.values()), place) for place, concepts in enumerate(worth)]
    heapq.heapify(heap)
    chosen: list[Sentence] = []
    budget = taste.budget
    while heap:
        place = heapq.heappop(heap)[1]
        if candidates[place].length > budget:
            continue
        # A gain only ever falls, so one that still beats the next old one is the best there is.
        gain = sum(
            worth * taste.again ** covered[concept] for concept, worth in worth[place].items()
        )
        if heap and gain < -heap[0][0] - 1e-12:
            heapq.heappush(heap, (-gain, place))
        elif gain > 0:
            chosen.append(candidates[place])
            budget -= candidates[place].length
            covered.update(worth[place].keys())
    return sorted(chosen, key=lambda sentence: sentence.position)


def _worth(
    sentence: Sentence, weights: Weights, factor: float, cost: float
) -> dict[Concept, float]:
    """What each of the sentence's words and pairs adds while nothing is covered, per unit cost."""
    scale = factor / sentence.length**cost
    worth: dict[Concept, float] = {
        stem: weights.words[stem] * scale for stem in set(sentence.content) if stem in weights.words
    }
    pairs = weights.pairs
    worth.update({pair: pairs[pair] * scale for pair in pairs_of(sentence) if pair in pairs})
    return worth
