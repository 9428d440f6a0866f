"""Every script in a PDF: all of it is shown, and what is copied out is what was said."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from talktotext.documents import Document, render
from talktotext.documents.typesetting import faces
from talktotext.schema import Evidence, Notes, Statement

from .reading import pdf
from .samples import TALK, WHEN, segments
from .scripts import SCRIPTS

# Marks that tell which way text runs: extractors put them in, and so do we where they guess.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# In which both ways meet: addresses, numbers, brackets, names in other letters.
MIXED = {
    "arabic, an address, a date": "أرسل الملف إلى anna@example.com قبل 2026-12-01 من فضلك.",
    "arabic, both kinds of digits": "في 14/11/2026 بعنا ١٢٣ وحدة (50%) إلى Acme Ltd.؛ هل هذا صحيح؟",
    "hebrew, a link": "ראו את הדף https://example.com/a/b לפרטים נוספים, בבקשה.",
    "hebrew, figures": 'המכירות עלו ב-12.5% ל-3,400 ש"ח (לפי דו"ח Q3).',
    "hebrew, plain": "בוקר טוב לכולם, היום נדבר על התקציב!",
    "english, hebrew words and a time": "Hello שלום (world) עולם 12:30",
    "english, a quotation": "He said שלום, עולם, and then: بكرة! OK.",
    "english, a number in arabic": "The order is رقم 4,500 من اليوم, as we said.",
}
SAID = {**SCRIPTS, **MIXED}

needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
)


def meeting(*turns: str, title: str = "Weekly meeting") -> Document:
    talk = [(f"Speaker {turn % 3}", 7.0 * turn, text) for turn, text in enumerate(turns)]
    return Document(Notes(title=title), segments(talk), WHEN, duration=60.0)


def copied(document: Document, folder: Path) -> str:
    """What pdftotext finds, marks of direction aside, on one line."""
    path = folder / "note.pdf"
    path.write_bytes(render("pdf", document))
    found = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
    return " ".join(_DIRECTION.sub("", found.stdout).split())


def bare(text: str) -> str:
    """Without spaces, since lines may end where there are none."""
    return text.replace(" ", "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_character_is_missing(script):
    assert not faces.is_missing(SCRIPTS[script])


@pytest.mark.parametrize("text", ["㈱山﨑 120㎡ 9〜17時", "ㅋㅋㅋ ㄱㄴㄷ", "3㎏ ㊗ ㍿"])
def test_no_common_sign_is_missing(text):
    assert not faces.is_missing(text)


@pytest.mark.parametrize("codec", ["big5hkscs", "euc_jisx0213", "gbk", "cp949"])
def test_all_that_older_encodings_know_is_there(codec):
    pairs = (bytes([first, last]) for first in range(0x81, 0xFF) for last in range(0x40, 0xFF))
    text = "".join(pair.decode(codec, errors="ignore") for pair in pairs)
    assert len(text) > 10_000
    assert [char for char in text if char.isprintable() and faces.is_missing(char)] == []


def test_what_no_font_has_is_missed():
    assert faces.is_missing("\U00016800")  # Bamum, in which nothing is transcribed


@needs_pdftotext
@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
class TestWhatIsCopiedIsWhatWasSaid:
    def test_once_and_alone(self, text, tmp_path):
        assert text in copied(meeting(text), tmp_path)

    def test_as_the_title_too(self, text, tmp_path):
        assert bare(copied(meeting(text, title=text), tmp_path)).count(bare(text)) == 2

    def test_once_in_an_english_meeting(self, text, tmp_path):
        english = [words for _, _, words in TALK]
        found = copied(meeting(*english, text, *english), tmp_path)
        assert text in found
        assert all(found.count(words) == 2 for words in english)

    def test_on_a_page_of_nothing_else(self, text, tmp_path):
        said = " ".join([text] * 4)
        found = copied(meeting(*[said] * 6, title=text), tmp_path)
        assert bare(found).count(bare(said)) == 6


def test_a_time_stands_at_the_end_of_its_line():
    """However a sentence from right to left ends: these two are as wide."""
    places = [time_of(text) for text in ("היום ב Q3 נדון.", "נדון היום ב Q3.")]
    assert places[0] == pytest.approx(places[1], abs=1.5)


def time_of(text: str) -> float:
    """Where the time of a decision stands, in points from the left."""
    said = Evidence(segments=(0,), start=0.0, end=2.0, quote=text)
    notes = Notes(title="x", decisions=(Statement(text=text, evidence=(said,)),))
    spoken = Document(notes, segments([(None, 0.0, text)]), WHEN, duration=60.0)
    every = [item.get_object() for item in pdf(spoken).pages[0]["/Annots"]]
    (link,) = [item for item in every if item["/Subtype"] == "/Link"]
    return float(link["/Rect"][0])


@needs_pdftotext
def test_keywords_are_copied_in_the_order_they_stand_in(tmp_path):
    words = ("אבג", "500 דהו", "זחט של AWS", "plan")
    notes = Notes(title="x", keywords=words)
    found = copied(Document(notes, segments([(None, 0.0, "x")]), WHEN, 1.0), tmp_path)
    assert "Keywords: אבג, 500 דהו, זחט של AWS, plan" in found


@needs_pdftotext
def test_every_script_on_the_same_pages(tmp_path):
    found = copied(meeting(*SCRIPTS.values()), tmp_path)
    assert [name for name, text in SCRIPTS.items() if text not in found] == []


@needs_pdftotext
def test_what_runs_both_ways_on_one_page_is_copied_the_way_most_of_it_runs(tmp_path):
    found = copied(meeting(SCRIPTS["hebrew"], SCRIPTS["arabic"], "Hello שלום (world)"), tmp_path)
    assert SCRIPTS["hebrew"] in found
    assert SCRIPTS["arabic"] in found
    assert "Hello שלום (world)" not in found  # poppler takes a page to run one way


def test_marks_for_poppler_are_on_no_page_that_does_not_need_them():
    for text in (SCRIPTS["latin"], "plain English", "שלום עולם"):
        assert b"/Watermark" not in render("pdf", meeting(*[text] * 20, title=text))
