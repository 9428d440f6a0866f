"""Numbers in figures and in words."""

import pytest

from talktotext.analysis.figures import in_figures, numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("it costs nine thousand", "9000"),
        ("it costs 9,000", "9000"),
        ("two hundred and fifty people", "250"),
        ("one million two hundred thousand", "1200000"),
        ("in twenty twenty five", "2025"),
        ("in nineteen ninety-nine", "1999"),
        ("on the twenty third of May", "23"),
        ("a dozen eggs", "12"),
        ("a hundred", "100"),
        ("by the third", "3"),
        ("version 3.5", "35"),
    ],
)
def test_what_is_said_is_found(text: str, number: str) -> None:
    assert number in numbers(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("one more thing", "400"),
        ("two hundred and fifty", "205"),
        ("nine thousand", "90000"),
        ("twenty, and five", "9"),
        ("someone is often alone", "1"),
        ("", "0"),
    ],
)
def test_what_is_not_said_is_not(text: str, number: str) -> None:
    assert number not in numbers(text)


def test_a_statement_is_held_to_its_figures_only() -> None:
    assert in_figures("We pay two fees, 1,200 and 3.50, one in May.") == {"1200", "350"}
