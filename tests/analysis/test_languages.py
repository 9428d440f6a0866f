"""Recordings in other languages: less is found, and the note says so."""

import pytest

from talktotext.analysis import get_analyzer
from talktotext.analysis.language import Language, guess_language, tokens, word_count
from tests.analysis.made import transcript

GERMAN = """
A: Guten Morgen, wir sprechen heute über den neuen Fahrplan der Straßenbahn.
B: Die Straßenbahn fährt im Winter zu selten, und die Fahrgäste beschweren sich.
A: Der neue Fahrplan soll im Januar beginnen, aber die Fahrer fehlen noch.
B: Ohne neue Fahrer gibt es keinen neuen Fahrplan für die Straßenbahn.
"""
FRENCH = """
A: Nous parlons aujourd'hui du budget de la bibliothèque et des horaires.
B: La bibliothèque est trop petite pour les étudiants, et le budget est serré.
A: Il faut donc changer les horaires de la bibliothèque dès le mois prochain.
"""


@pytest.mark.parametrize(
    ("script", "code", "keyword"), [(GERMAN, "de", "Straßenbahn"), (FRENCH, "fr", "bibliothèque")]
)
def test_another_language_is_summed_up_and_says_what_is_missing(
    script: str, code: str, keyword: str
) -> None:
    notes = get_analyzer("extractive").analyze(transcript(script), language=code)
    assert notes.language == code
    assert notes.summary
    assert notes.key_points
    assert any(keyword in found for found in notes.keywords)
    assert [notice.code for notice in notes.warnings] == ["language_partly_supported"]
    assert notes.action_items == ()


@pytest.mark.parametrize(("script", "code"), [(GERMAN, "de"), (FRENCH, "fr"), ("-: 42 17", "und")])
def test_the_language_is_guessed_where_it_is_not_given(script: str, code: str) -> None:
    assert guess_language(script) == code
    notes = get_analyzer("extractive").analyze(transcript(script), language="auto")
    assert notes.language == code


def test_an_unknown_language_rests_on_word_counts() -> None:
    notes = get_analyzer("extractive").analyze(
        transcript("A: lorem dolor\nA: dolor sit amet dolor consectetur."), language="la"
    )
    assert "language_unknown" in [notice.code for notice in notes.warnings]
    assert any("dolor" in found for found in notes.keywords)


def test_a_region_does_not_change_the_language() -> None:
    assert Language("pt-BR").code == "pt"
    assert Language("EN_us").english


def test_marks_are_part_of_a_word() -> None:
    assert tokens("हिन्दी में बजट") == ["हिन्दी", "में", "बजट"]
    assert tokens("مُحَمَّد ok") == ["مُحَمَّد", "ok"]
    assert tokens("cafe\u0301 isn’t") == ["cafe\u0301", "isn't"]


def test_keywords_are_whole_words_in_any_script() -> None:
    hindi = """
    A: आज हम नए सर्वर के बजट पर बात करेंगे।
    B: सर्वर का बजट बहुत बड़ा है और सर्वर तैयार नहीं है।
    A: सर्वर अगले महीने तैयार होगा।
    """
    notes = get_analyzer("extractive").analyze(transcript(hindi), language="hi")
    written = {word.strip("।") for word in hindi.split()}
    assert "सर्वर" in notes.keywords
    assert {word for found in notes.keywords for word in found.split()} <= written
    thai = "A: วันนี้เราจะคุยเรื่องงบประมาณ"
    assert get_analyzer("extractive").analyze(transcript(thai), language="th").keywords == ()


def test_words_without_spaces_are_pairs_of_characters() -> None:
    assert tokens("会議室 ok") == ["会議", "議室", "ok"]
    assert word_count("会議室で ok") == 3
