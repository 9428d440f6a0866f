"""Text on paper: which way it runs, where its lines end, which glyphs it takes."""

import re
from io import BytesIO

import pytest
from reportlab.lib.colors import black
from reportlab.pdfgen.canvas import Canvas

from talktotext.documents.typesetting import bidi, breaks, faces
from talktotext.documents.typesetting.embedding import embedded
from talktotext.documents.typesetting.lines import broken
from talktotext.documents.typesetting.shaping import Cluster, Glyph, shaped
from talktotext.documents.typesetting.spans import Look, Span

from .scripts import SCRIPTS

LOOK = Look(10, black)


def seen(text, base=None):
    """The characters of a text from left to right, as they are drawn."""
    level, levels = bidi.levels(text, base)
    assert len(levels) == len(text)
    return "".join(text[index] for index in bidi.visual(levels)), level


@pytest.mark.parametrize(
    ("text", "shown", "level"),
    [
        ("abc", "abc", 0),
        ("אבג", "גבא", 1),
        ("say אבג 12 now", "say 12 גבא now", 0),
        ("אבג 12:30 דה", "הד 12:30 גבא", 1),
        ("אב (world) 12 גד", "דג 12 )world( בא", 1),  # brackets are mirrored when they are drawn
        ("see (אב) now", "see (בא) now", 0),
        ("a [אב] c", "a [בא] c", 0),
        ("می‌خواهم", "مهاوخ‌یم", 1),
    ],
)
def test_which_way_text_runs(text, shown, level):
    assert seen(text) == (shown, level)


def test_a_paragraph_can_be_told_which_way_it_runs():
    assert seen("abc אב", base=1) == ("בא abc", 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("אב של Q3.", "00:12 .Q3 לש בא"),
        ("אב AWS?", "00:12 ?AWS בא"),
        ("we meet אב.", "we meet בא. 00:12"),
        ("plain.", "plain. 00:12"),
        ("אבג.", "00:12 .גבא"),
    ],
)
def test_a_time_stands_behind_its_sentence(text, shown):
    assert unmarked(seen(f"{text}{bidi.mark(text)} 00:12")[0]) == shown


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["אב", "גד"], "in: בא, דג"),
        (["אב", "500 גד", "12"], "in: בא, דג 500, 12"),
        (["אב של AWS", "AWS אב"], "in: AWS לש בא, AWS בא"),
        (["plan", "Q3"], "in: plan, Q3"),
    ],
)
def test_what_is_listed_runs_its_own_way(texts, shown):
    assert unmarked(seen(f"in: {bidi.listed(texts)}")[0]) == shown


def test_what_runs_one_way_only_needs_no_marks():
    assert (bidi.mark("naïve"), bidi.listed(["a", "é"])) == ("", "a, é")


def unmarked(text):
    return re.sub("[\u200e\u200f\u202a-\u202e]", "", text)


def test_embeddings_are_not_set():
    found = broken([Span(f"in: {bidi.listed(['אב של AWS', 'גד'])}", LOOK)], 300.0)
    text = "".join(bit.text for line in found.lines for bit in line.bits)
    assert not re.search("[\u202a-\u202e]", text)
    assert "".join(sorted(unmarked(text))) == "".join(sorted("in: אב של AWS, גד"))


@pytest.mark.parametrize("text", [*SCRIPTS.values(), " a  b ", "-", "a-b", "x" * 999, "（）", "ー"])
def test_pieces_are_the_text(text):
    assert "".join(breaks.pieces(text)) == text
    assert all(breaks.pieces(text))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("well-known 3/4 -5", ["well-", "known ", "3/", "4 ", "-5"]),
        ("東京で（会議）を。OK？", ["東", "京", "で", "（会", "議）", "を。", "OK？"]),
        ("ประชุมเรื่อง น้ำ", ["ประชุม", "เรื่อง ", "น้ำ"]),
        ("བཀྲ་ཤིས", ["བཀྲ་", "ཤིས"]),
        ("don't “stop” now", ["don't ", "“stop” ", "now"]),
    ],
)
def test_where_lines_may_end(text, pieces):
    assert list(breaks.pieces(text)) == pieces


def test_every_script_has_its_face():
    names = [face.name for face, _ in faces.runs("Hi नम 你好 שלום 👩‍💻 1️⃣")]
    assert [name.split("-")[0] for name in names] == [
        *("NotoSans", "WenQuanYiMicroHei", "NotoSans", "NotoSansHebrew", "NotoSans"),
        *("NotoEmoji", "NotoSans", "NotoEmoji"),
    ]


def test_marks_stay_with_their_letters():
    assert [text for _, text in faces.runs("שָׁלוֹם")] == ["שָׁלוֹם"]


def test_what_no_face_has_is_seen_to_be_missing():
    assert [text for _, text in faces.runs("a\U00016800b")] == ["a�b"]


def test_letters_join_and_conjuncts_form():
    (arabic,) = shaped("سلام", level=1)
    assert len({glyph for cluster in arabic.clusters for glyph in cluster.glyphs}) == 4
    (hindi,) = shaped("क्षि")
    assert [cluster.text for cluster in hindi.clusters] == ["क्षि"]
    assert len(hindi.clusters[0].glyphs) == 2  # the vowel stands before the consonants


@pytest.mark.parametrize("text", ["می\u200cخواهم", "שלום\u200f", "\u200eשלום"])
def test_joiners_and_marks_are_copied_and_not_seen(text):
    clusters = [one for part in shaped(text, level=1) for one in part.clusters]
    assert "".join(one.text for one in clusters) == text[::-1]
    assert [one for one in clusters if one.text in "\u200c\u200e\u200f" and one.glyphs] == []


@pytest.mark.parametrize("text", SCRIPTS.values())
@pytest.mark.parametrize("width", [500.0, 120.0, 30.0])
def test_no_line_is_too_long_and_nothing_is_lost(text, width):
    found = broken([Span(text[:20], LOOK), Span(text[20:], Look(10, black, bold=True))], width)
    longest = max(
        cluster.advance / part.face.units * 10 for part in shaped(text) for cluster in part.clusters
    )
    assert all(line.width <= max(width, longest) + 0.01 for line in found.lines)
    kept = sorted("".join(bit.text for line in found.lines for bit in line.bits).replace(" ", ""))
    assert kept == sorted(text.replace(" ", ""))


def test_plain_text_is_broken_like_any_other():
    text = " ".join(f"word{number} and, so-called, café." for number in range(60))
    plain = broken([Span(text, LOOK)], 200.0)
    other = broken([Span(text, LOOK), Span("", LOOK)], 200.0)
    assert ["".join(b.text for b in line.bits) for line in plain.lines] == [
        "".join(b.text for b in line.bits) for line in other.lines
    ]


def test_a_word_of_ten_thousand_letters_is_divided():
    lines = broken([Span("x" * 10_000, LOOK)], 300.0).lines
    assert len(lines) > 100
    assert "".join(bit.text for line in lines for bit in line.bits) == "x" * 10_000


def test_a_pointed_word_that_is_divided_reads_as_it_was_said():
    text = "שָׁלוֹם" * 200
    lines = broken([Span(text, LOOK)], 300.0).lines
    assert len(lines) > 5
    assert "".join(bit.text for line in lines for bit in line.bits) == text


def test_a_face_of_many_clusters_goes_in_again():
    document, face = Canvas(BytesIO())._doc, faces.base()
    first = embedded(document, face)
    for number in range(40_000):
        first.code(Cluster(str(number), (Glyph(1),), 500))
    second = embedded(document, face)
    assert (second.face, second is first, second.name == first.name) == (face, False, False)
    assert embedded(document, face) is second
