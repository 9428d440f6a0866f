"""Spoken words made readable."""

import pytest

from talktotext.analysis.cleaning import clean, scrub


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("um so the the remote is uh slim", "The remote is slim."),
        ("it, um, works", "It works."),
        ("Well, uh we should go.", "We should go."),
        ("I was I was thinking about the budget", "I was thinking about the budget."),
        ("and b a better idea wh what is it?", "A better idea what is it?"),
        ("The only the only remote controls I've used.", "The only remote controls I've used."),
        ("You'll be looking, you'll be looking at trends.", "You'll be looking at trends."),
        ("It is very good, you know.", "It is very good."),
        ("This kind of thing is what kind of thing?", "This kind of thing is what kind of thing?"),
        ("So that we can sell it.", "So that we can sell it."),
        ("Right now it is late.", "Right now it is late."),
        ("[laughter] Nice to see you (inaudible).", "Nice to see you."),
        ("the number is 5 5 5", "The number is 5 5 5."),
        ("Plan B is R and D.", "Plan B is R and D."),
        ("Um, uh.", ""),
        ("...", ""),
        ("We have to go so", "We have to go."),
    ],
)
def test_noise_goes_and_words_stay(spoken: str, written: str) -> None:
    assert clean(spoken) == written


def test_other_languages_lose_repeats_only() -> None:
    assert clean("um die die Frage ist gut", english=False) == "Um die Frage ist gut."


@pytest.mark.parametrize("noise", ["(coughs)", "(Laughter.)", "(笑)", "（拍手）", "(तालियां)", "♪♪"])
def test_noises_go_in_any_brackets(noise: str) -> None:
    assert clean(f"Das Budget {noise} ist gut.", english=False) == "Das Budget ist gut."


@pytest.mark.parametrize(
    "remark", ["(before tax)", "(税抜き)", "（税抜き）", "(Wales)", "【重要】"]
)
def test_remarks_in_round_brackets_stay(remark: str) -> None:
    assert clean(f"It costs 12,500 dollars {remark}.") == f"It costs 12,500 dollars {remark}."


def test_whatever_an_engine_put_in_square_brackets_goes() -> None:
    assert clean("[Muffled talk] We are late [संगीत].") == "We are late."


@pytest.mark.parametrize("mark", "。、！？，；：،؟؛۔।")
def test_no_space_is_left_before_punctuation_of_any_script(mark: str) -> None:
    assert clean(f"予算です[笑]{mark}次", english=False).startswith(f"予算です{mark}")


@pytest.mark.parametrize(
    "text", ["งบประมาณประจำปี 2026", "ງົບປະມານ", "ថវិកា 2026", "ဘတ်ဂျက်", "འཆར་གཞི", "بجٹ ہے۔"]
)
def test_no_full_stop_is_put_where_the_script_has_none(text: str) -> None:
    assert clean(text, english=False) == text


def test_a_foreign_word_does_not_take_the_full_stop() -> None:
    assert clean("The Thai word is ไทย") == "The Thai word is ไทย."


def test_control_characters_and_surrogates_are_scrubbed() -> None:
    assert scrub("a\x00b \ud800\n c") == "a b c"
