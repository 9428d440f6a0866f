"""Choosing sentences that cover the most under a budget."""

from talktotext.analysis.coverage import Taste, select
from talktotext.analysis.language import Language
from talktotext.analysis.sentences import Sentence, sentences
from talktotext.analysis.weights import Weights, weigh
from tests.analysis.made import transcript

TALK = sentences(
    transcript(
        """
        A: The harbour needs a crane.
        B: The harbour needs a new crane.
        A: The ferry runs at night.
        B: Nothing else.
        """
    ),
    Language("en"),
)
WEIGHTS = Weights({"harbour": 2.0, "crane": 2.0, "ferri": 1.5, "night": 1.0}, {})


def taste(budget: int) -> Taste:
    return Taste(cost=0.8, again=0.5, budget=budget)


def plain(sentence: Sentence) -> float:
    return 1.0


def test_what_is_covered_is_not_said_again() -> None:
    chosen = select(TALK, WEIGHTS, plain, taste(10))
    assert [s.text for s in chosen] == ["The harbour needs a crane.", "The ferry runs at night."]


def test_the_budget_holds() -> None:
    assert sum(s.length for s in select(TALK, WEIGHTS, plain, taste(9))) <= 9


def test_what_weighs_nothing_is_left_out() -> None:
    assert "Nothing else." not in [s.text for s in select(TALK, WEIGHTS, plain, taste(100))]


def test_a_factor_can_turn_the_choice() -> None:
    def ferries(sentence: Sentence) -> float:
        return 5.0 if "ferry" in sentence.text else 1.0

    assert [s.text for s in select(TALK, WEIGHTS, ferries, taste(5))] == [
        "The ferry runs at night."
    ]


def test_a_word_of_many_speakers_weighs_more() -> None:
    words = weigh(TALK, Language("en")).words
    assert words["harbour"] > words["ferri"] > 0
