"""Finding notes by words, and showing where they stand, the same on every database."""

from datetime import timedelta

import pytest

from talktotext.schema import Chapter, Evidence, Participant, Section, Statement
from tests.api.helpers import WHEN, add_note, found, pieces, search, task
from tests.conftest import Person


def ranked(person: Person, q: str) -> list[str]:
    """Titles of what is found, best first."""
    return [note["title"] for note in found(person, q=q)]


def said(text: str, start: float = 0.0) -> Statement:
    quoted = Evidence(segments=(0,), start=start, end=start + 5, quote=text)
    return Statement(text=text, evidence=(quoted,))


def test_text_is_found_in_title_summary_and_words(alice: Person, bob: Person) -> None:
    add_note(alice, "About the budget")
    add_note(alice, "Second", summary="The Budget is fine.")
    add_note(alice, "Third", transcript="Our BUDGET grew.")
    add_note(alice, "Fourth")
    add_note(bob, "Bob's budget")
    assert search(alice, q="budget") == {"About the budget", "Second", "Third"}


@pytest.mark.parametrize("text", ["3.5", "it's", "it’s", "a_b", "a-b", "and/or", "ann@x.org"])
def test_what_is_written_together_belongs_together(alice: Person, text: str) -> None:
    add_note(alice, f"With {text} inside")
    add_note(alice, "5 3, s it, b a, or and x, ann org")
    assert search(alice, q=text) == search(alice, q=f"{text} inside") == {f"With {text} inside"}


def test_text_is_found_whatever_its_case_in_every_script(alice: Person) -> None:
    add_note(alice, "ÄRGER mit der ПЛАНЕРКА am Straßenrand")
    add_note(alice, "Freude")
    for text in ("ärger", "arger", "планерка", "Mit Der", "STRASSENRAND"):
        assert search(alice, q=text) == {"ÄRGER mit der ПЛАНЕРКА am Straßenrand"}


def test_all_words_must_occur_but_anywhere(alice: Person) -> None:
    add_note(alice, "Budget", summary="We met.", said=["Maria was late.", "So was Tom."])
    add_note(alice, "Garden", said=["Maria was late."])
    assert search(alice, q="maria budget") == {"Budget"}
    assert search(alice, q="tom maria met") == {"Budget"}
    assert search(alice, q="maria budget nobody") == set()


def test_the_last_word_may_be_a_beginning(alice: Person) -> None:
    add_note(alice, "Budgeting for marketing")
    assert (
        search(alice, q="budgeting mark") == search(alice, q="BUD") == {"Budgeting for marketing"}
    )
    assert search(alice, q="bud marketing") == set()
    assert search(alice, q='"budgeting mark"') == search(alice, q="b") == set()


def test_quotes_make_a_phrase(alice: Person) -> None:
    add_note(alice, "Right", said=["The quarterly budget", "plan is done."])
    add_note(alice, "Wrong", said=["Plan the budget quarterly."])
    assert search(alice, q="budget plan") == {"Right", "Wrong"}
    for text in ('"budget plan"', "“budget plan”", '"budget plan', '"quarterly budget plan" done'):
        assert search(alice, q=text) == {"Right"}


def test_no_phrase_goes_from_one_statement_into_the_next(alice: Person) -> None:
    add_note(alice, "A", key_points=(said("Hire a designer"), said("Tomorrow we rest")))
    assert search(alice, q='"a designer"') == search(alice, q='"tomorrow we"') == {"A"}
    assert search(alice, q='"designer tomorrow"') == set()


@pytest.mark.parametrize("text", ["Crème brûlée", "creme brulee", "CRÈME", "cre\u0300me"])
def test_accents_do_not_matter(alice: Person, text: str) -> None:
    add_note(alice, "Crème brûlée")
    add_note(alice, "Cre\u0300me bru\u0302le\u0301e, otherwise written")
    assert len(search(alice, q=text)) == 2


@pytest.mark.parametrize(
    ("text", "parts", "no_part"),
    [
        (
            "明日の会議室を予約してください",
            ("会議", "会議室", "議", "い", "明日の会議室を", "予約 会議"),
            "議会",
        ),
        ("ประชุมเรื่องงบประมาณพรุ่งนี้", ("งบประมาณ", "ประชุม", "นี้", "งบ"), "ณงบ"),
        ("회의 결과를 공유합니다", ("회의", "결과", "공유합", "다"), "과결"),
        ("第3回の会議", ("第3回", "3回", "3", "会議"), "3会"),
        ("ប្រជុំថ្ងៃស្អែក", ("ថ្ងៃ",), "ក្ក"),
    ],
)
def test_parts_are_found_where_words_are_not_spaced(
    alice: Person, text: str, parts: tuple[str, ...], no_part: str
) -> None:
    add_note(alice, "It", said=[text])
    add_note(alice, "Another", said=["無関係"])
    for part in parts:
        assert search(alice, q=part) == {"It"}, part
    assert search(alice, q=no_part) == set()


def test_marks_belong_to_words(alice: Person) -> None:
    add_note(alice, "It", said=["हिन्दी में बैठक", "اجتماع غدًا"])
    for text in ("हिन्दी", "बैठ", "غدا", "اجتماع"):
        assert search(alice, q=text) == {"It"}, text
    assert search(alice, q="बठक") == set()


@pytest.mark.parametrize(
    "text",
    [
        *(
            '"',
            '""',
            "*",
            "budget*",
            "(",
            ")",
            "budget)",
            "AND",
            "budget AND",
            "OR",
            "NOT",
            "NEAR(a b)",
        ),
        *("title:budget", "{title}: budget", "-budget", "^budget", "a & b", "!a", "a <-> b", ":*"),
        *("'", "''", "';--", "\\", "user_id : 2", '" user_id : "2', "¶", "é" * 200, "a " * 100),
        *("\u200b", "👍", "½ ﷺ ŉ", "\u0301", "%", "_", "@1", "t/budget", "x" * 200, "'@2'"),
    ],
)
def test_nothing_that_is_typed_is_an_error(alice: Person, bob: Person, text: str) -> None:
    add_note(bob, "Budget of Bob, AND OR NOT")
    assert search(alice, q=text) == set()
    add_note(bob, text)
    assert search(alice, q=text) == set()


def test_title_comes_before_notes_before_what_was_only_said(alice: Person) -> None:
    for hour, (title, fields) in enumerate(
        [
            ("The budget", {}),
            ("In summary", {"summary": "A budget."}),
            ("Budget, newer", {}),
            ("In a decision", {"decisions": (said("Cut the budget."),)}),
            ("Only said", {"said": ["Budget, budget, budget."]}),
        ]
    ):
        add_note(alice, title, created_at=WHEN + timedelta(hours=hour), **fields)
    order = ["Budget, newer", "The budget", "In a decision", "In summary", "Only said"]
    assert ranked(alice, "budget") == ranked(alice, "bud") == ranked(alice, '"budget"') == order


def test_matches_tell_where_the_words_stand(alice: Person) -> None:
    add_note(
        alice,
        "Budget day",
        summary="We met.",
        decisions=(said("Cut the budget by half.", start=65.0),),
        said=["Good morning.", "The Budget, first.", "Something else."],
    )
    (note,) = found(alice, q="budget")
    assert note["matches"] == [
        {"field": "title", "snippet": pieces("[Budget] day")},
        {"field": "decision", "snippet": pieces("Cut the [budget] by half."), "start": 65.0},
        {
            "field": "transcript",
            "snippet": pieces("The [Budget], first."),
            "start": 5.0,
            "segment": 1,
        },
    ]
    assert "matches" not in found(alice)[0]


def test_all_that_the_notes_say_is_found(alice: Person) -> None:
    add_note(
        alice,
        "T",
        summary="Apple.",
        key_points=(said("Banana."),),
        decisions=(said("Cherry."),),
        action_items=(task("Date."),),
        open_questions=(said("Elder?"),),
        sections=(Section(heading="Ideas", statements=(said("Fig."),)),),
        chapters=(Chapter(title="Grape", start=60, end=90),),
        participants=(Participant(name="Honey"),),
    )
    places = {
        "apple": "summary",
        "banana": "key_point",
        "cherry": "decision",
        "date": "action_item",
        "elder": "question",
        "fig": "section",
        "grape": "chapter",
        "honey": "participant",
    }
    for word, field in places.items():
        (note,) = found(alice, q=word)
        assert [match["field"] for match in note["matches"]] == [field], word


def snippets(person: Person, q: str) -> list[str]:
    """What was said around the hits, these in brackets."""
    (note,) = found(person, q=q)
    return [
        "".join(f"[{p['text']}]" if p["hit"] else p["text"] for p in match["snippet"])
        for match in note["matches"]
    ]


def test_hits_are_marked_as_they_were_written(alice: Person) -> None:
    add_note(
        alice, "T", said=["Crème, it's 3.5 crèmes.", "会議室を予約", "One budget", "plan, two."]
    )
    assert snippets(alice, "creme") == ["[Crème], it's 3.5 [crèmes]."]
    assert snippets(alice, "creme cremes crem") == ["[Crème], it's 3.5 [crèmes]."]
    assert snippets(alice, "it's") == ["Crème, [it's] 3.5 crèmes."]
    assert snippets(alice, "3.5 it") == ["Crème, [it]'s [3.5] crèmes."]
    assert snippets(alice, "議室") == ["会[議室]を予約"]
    assert snippets(alice, '"budget plan"') == ["One [budget plan], two."]


def test_a_long_text_is_cut_around_the_hit(alice: Person) -> None:
    add_note(alice, "T", said=["before " * 100 + "budget" + " after" * 100])
    (snippet,) = snippets(alice, "budget")
    assert snippet.startswith("… before") and snippet.endswith("after …")
    assert "before [budget] after" in snippet and len(snippet) < 180


def test_every_word_has_a_match_though_another_occurs_more_often(alice: Person) -> None:
    add_note(alice, "T", said=[*["budget"] * 50, "Maria"])
    assert snippets(alice, "budget maria") == ["[budget]", "[budget]", "[Maria]"]
