"""Text in runs: each of one direction, in a font for its script, and nothing lost of it."""

import pytest
from docx.oxml.ns import qn

from talktotext.documents import Document
from talktotext.documents.docx_text import languages, pieces
from talktotext.documents.typesetting.bidi import begins_right
from talktotext.schema import ActionItem, Evidence, Notes, Statement

from .reading import word
from .samples import SCRIPTS, WHEN, segments

TEXTS = [
    *SCRIPTS.values(),
    "",
    "plain",
    "שלום (beta) 2.0, 50% at 12:30!",
    "say שלום (twice) and [שלום].",
    "קרא «Word» ו-“דף”",
    "שָׁלוֹם abc",
    "नमस्ते दोस्तों, hello 🎉👩\u200d👩\u200d👧 สวัสดี",
    "☎️ ❤️ ☂ 1️⃣",
    ")( ][ ((((שלום",
    "\u200f\u200e\u0301",
    "ابجد" * 500 + "x" * 500,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("base", [False, True])
def test_nothing_is_lost(text, base):
    found = list(pieces(text, base))
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)


def directions(text: str) -> list[tuple[str, bool]]:
    return [piece[:2] for piece in pieces(text, begins_right(text))]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", [("plain", False)]),
        ("שלום לכולם", [("שלום לכולם", True)]),
        ("שלום, Ben.", [("שלום, ", True), ("Ben", False), (".", True)]),
        ("Ben אמר כן.", [("Ben ", False), ("אמר כן", True), (".", False)]),
        ("גרסה 2.0 (beta) כאן", [("גרסה 2.0 ", True), ("(beta)", False), (" כאן", True)]),
        ("say (שלום) now", [("say ", False), ("(שלום)", True), (" now", False)]),
        ("the שָׁ x", [("the ", False), ("שָׁ", True), (" x", False)]),
    ],
)
def test_runs_go_one_way(text, shown):
    assert directions(text) == shown


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("नमस्ते दोस्तों", [("नमस्ते दोस्तों", "Nirmala UI")]),
        ("say สวัสดี", [("say ", ""), ("สวัสดี", "Leelawadee UI")]),
        ("좋은 아침", [("좋은 아침", "Malgun Gothic")]),
        (
            "ok 👩\u200d👩\u200d👧!",
            [("ok ", ""), ("👩\u200d👩\u200d👧", "Segoe UI Emoji"), ("!", "")],
        ),
        ("Привет, Ωμέγα, 你好", [("Привет, Ωμέγα, 你好", "")]),
    ],
)
def test_scripts_have_fonts(text, runs):
    assert [(piece.text, piece.font) for piece in pieces(text)] == runs


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("en", "", ("en", "zh-CN", "ar-SA")),
        ("ja", "東京", ("en-US", "ja", "ar-SA")),
        ("zh-TW", "臺灣", ("en-US", "zh-TW", "ar-SA")),
        ("he", "שלום", ("en-US", "zh-CN", "he")),
        ("hi", "नमस्ते", ("en-US", "zh-CN", "hi")),
        ("ru", "かな", ("ru", "ja-JP", "ar-SA")),
        (None, "안녕 שלום", ("en-US", "ko-KR", "he-IL")),
    ],
)
def test_languages_by_tag_or_letters(tag, text, expected):
    assert tuple(languages(tag, text)) == expected


def test_ideographs_look_as_where_they_are_read():
    assert languages("zh-TW", "").far_eastern_font == "Microsoft JhengHei"
    assert languages("ja", "").far_eastern_font == "Yu Gothic"
    assert languages(None, "大家").far_eastern_font == "Microsoft YaHei"


def test_runs_are_marked_in_the_document():
    memo = Document(Notes(title="שלום Ben"), segments([(None, 0.0, "x")]), WHEN, 1.0)
    (title,) = [p for p in word(memo).paragraphs if p.style.name == "Title"]
    assert title._p.pPr.find(qn("w:bidi")) is not None
    marked = [(run.text, run._r.find(f".//{qn('w:rtl')}") is not None) for run in title.runs]
    assert marked == [("שלום ", True), ("Ben", False)]


def test_a_turn_goes_with_its_words_and_not_with_the_speakers_name():
    talk = [("Speaker 1", 0.0, "שלום לכולם"), ("דוד", 9.0, "Good morning")]
    shown = word(Document(Notes(title="x"), segments(talk), WHEN, 20.0)).paragraphs
    turns = {p.text: runs_right(p) for p in shown if p.style.name in ("Speaker", "Words")}
    assert turns == {
        "00:00\tSpeaker 1": True,
        "שלום לכולם": True,
        "00:09\tדוד": False,
        "Good morning": False,
    }


def test_a_name_in_a_table_stands_under_its_heading():
    task = ActionItem(text="דוד ישלח", owner="דוד", due="יום שישי")
    memo = Document(Notes(title="x", action_items=(task,)), segments([(None, 0.0, "x")]), WHEN, 1.0)
    cells = word(memo).tables[0].rows[1].cells[2:]
    assert [(cell.text, runs_right(cell.paragraphs[0])) for cell in cells] == [
        ("דוד", False),
        ("יום שישי", False),
    ]


@pytest.mark.parametrize(
    ("text", "mark"), [("של Q3.", "\u200f"), ("see שלום.", "\u200e"), ("plain.", "")]
)
def test_a_time_does_not_go_on_in_the_way_of_the_last_word(text, mark):
    said = Evidence(segments=(0,), start=0.0, end=2.0, quote=text)
    notes = Notes(title="x", decisions=(Statement(text=text, evidence=(said,)),))
    memo = word(Document(notes, segments([(None, 0.0, text)]), WHEN, 1.0))
    (shown,) = [p.text for p in memo.paragraphs if p.style.name == "List Bullet"][:1]
    assert shown == f"{text}{mark}\N{NO-BREAK SPACE}00:00"


def runs_right(paragraph):
    return paragraph._p.find(f".//{qn('w:bidi')}") is not None


def test_letters_of_all_kinds_have_the_size_and_weight():
    """Word keeps those of Arabic, Hebrew, Thai … apart."""
    memo = Document(Notes(title="שלום"), segments([(None, 0.0, "x")]), WHEN, 1.0)
    for name, size, bold in (("Title", "40", "1"), ("Words", "21", "0"), ("Time", "17", "0")):
        properties = word(memo).styles[name].element.rPr
        assert properties.find(qn("w:szCs")).get(qn("w:val")) == size
        assert properties.find(qn("w:bCs")).get(qn("w:val")) == bold
