"""Text that would break or bend a document comes out as text."""

import io
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from math import inf, nan

import pytest
from lxml import etree

from talktotext.documents import FORMATS, Document, get_writer, render
from talktotext.documents.text import clean
from talktotext.schema import (
    ActionItem,
    Chapter,
    Evidence,
    Notes,
    Notice,
    Participant,
    Segment,
    Sentiment,
    SentimentPoint,
    Statement,
)

from .formats import shown
from .reading import flat, parts, pdf, text_of
from .samples import MEETING, WHEN, segments

both = pytest.mark.parametrize("format", ["pdf", "docx"])
all_of_them = pytest.mark.parametrize("format", FORMATS)

# In how many places `everywhere` has a text, at least: a new format is to say so here.
PLACES = {
    "pdf": 12,
    "docx": 12,
    "md": 12,
    "txt": 12,
    "json": 12,
    "srt": 1,
    "vtt": 1,
    "csv": 4,
    "ics": 4,
}

LITERAL = [
    '<img src="/etc/passwd">',
    '<img src="http://127.0.0.1/x.png"/>',
    "a<b",
    "a < b && c > d",
    "&amp;",
    "&lt;b&gt;",
    "<para>",
    "</para></font>",
    "<b>bold",
    '<a href="javascript:alert(1)">x</a>',
    '<font name="nonesuch">x</font>',
    '<unichar code="0x41"/>',
    "]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "{PAGE}",
    "=HYPERLINK(1)",
    "%(title)s {0} $x",
    "(unbalanced \\( parentheses",
    "[x](javascript:alert(1)) ![y](http://e.example/i.png)",
    "| a | b |",
    "# heading",
    "+1, -1, @SUM(1)",
    "a;=1+1",
    "\\nATTENDEE:mailto:x@e.example",
    "NOTE x",
    "<v Ann>",
]


DAY = date(2026, 11, 20)


def everywhere(text: str) -> Document:
    """A document with the same text in every place that takes one."""
    evidence = (Evidence(segments=(0,), start=0.0, end=1.0, quote=text),)
    said = (Statement(text=text, evidence=evidence),)
    notes = Notes(
        title=text,
        summary=said,
        key_points=said,
        decisions=said,
        action_items=(
            ActionItem(text=text, owner=text, due=text, due_date=DAY, evidence=evidence),
        ),
        open_questions=said,
        participants=(Participant(name=text, speaker=text),),
        sentiment=Sentiment(by_speaker={text: 0.5}),
        keywords=(text, text),
        language=text,
        warnings=(Notice(code="x", message=text),),
    )
    return Document(notes, segments([(text, 0.0, text)]), WHEN, 9.0, 3.0, source_name=text)


@all_of_them
@pytest.mark.parametrize("text", LITERAL)
def test_markup_is_shown_literally(format, text):
    found = shown(format, everywhere(text))
    if format == "csv":  # which says of some that they are no formulas
        found, text = found.replace("'", ""), text.replace("'", "")
    assert found.count(flat(text)) >= PLACES[format]  # title, facts, warning, sections, transcript


@all_of_them
@pytest.mark.parametrize("seconds", [nan, inf, -inf, -1.0, 1e300])
def test_no_time_breaks_a_document(format, seconds):
    evidence = (Evidence(segments=(0,), start=seconds, end=seconds, quote="x"),)
    said = (Statement(text="Well said.", evidence=evidence),)
    notes = Notes(
        title="x",
        summary=said,
        action_items=(ActionItem(text="Call", due_date=DAY, evidence=evidence),),
        chapters=(Chapter(title="One", start=seconds, end=seconds),),
        participants=(Participant(name="A", speaker="A", talk_time=seconds),),
        sentiment=Sentiment(timeline=(SentimentPoint(start=seconds, score=0.5),)),
    )
    talk = (Segment(index=0, start=seconds, end=seconds, text="Well said.", speaker="A"),)
    linked = {"note_id": "n", "base_url": "https://notes.example"}
    assert render(format, Document(notes, talk, WHEN, seconds, seconds, **linked))
    assert render(format, Document(notes, talk, WHEN, 9.0))


class Watch:
    """Everything the process opens or connects to while it is on (an audit hook stays for good)."""

    def __init__(self):
        self.on, self.seen = False, []
        sys.addaudithook(self.note)

    def note(self, event, arguments):
        if self.on and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request"):
            self.seen.append(str(arguments[0]))

    @contextmanager
    def watching(self):
        self.on = True
        yield self.seen
        self.on = False


@all_of_them
def test_nothing_is_read_because_of_text(format):
    render(format, everywhere("warm up: fonts, styles, modules"))
    watch, document = Watch(), everywhere(" ".join(LITERAL))
    with watch.watching() as seen:
        get_writer(format).write(document, io.BytesIO())
    assert [path for path in seen if "/docx/" not in path or "/templates/" not in path] == []


def test_no_picture_gets_into_a_pdf():
    reader = pdf(everywhere('<img src="/etc/passwd"/>'))
    assert [image for page in reader.pages for image in page.images] == []


UNFIT = [
    ("nul\x00l, bell\x07, escape\x1b[31m", "null, bell, escape[31m"),
    ("invoice\u202efdp.exe", "invoicefdp.exe"),
    ("\u2066isolate\u2069", "isolate"),
    ("non\ufffecharacter\uffff", "noncharacter"),
    ("line\u2028one\r\ntwo\x85three", "line one two three"),
    ("vertical\x0btab\x0cfeed", "vertical tab feed"),
    ("a\r\nATTENDEE:mailto:x\r\n\r\n2", "a ATTENDEE:mailto:x 2"),
]


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "json"])
@pytest.mark.parametrize(("text", "left"), UNFIT)
def test_characters_no_document_can_hold(format, text, left):
    found = shown(format, everywhere(text))
    assert flat(left) in found
    assert not any(char in found for char in "\x00\x07\x1b\u202e\u2066\ufffe\uffff")


@pytest.mark.parametrize("format", [name for name in FORMATS if name not in ("pdf", "docx")])
@pytest.mark.parametrize(("text", "left"), UNFIT)
def test_no_file_has_them_as_they_are(format, text, left):
    """Not even one that loses nothing: there they are escaped."""
    raw = render(format, everywhere(text)).decode("utf-8-sig")
    bidi = {char for char in raw if unicodedata.bidirectional(char) in ("RLO", "LRI", "PDI")}
    controls = {char for char in raw if unicodedata.category(char) == "Cc"} - {"\r", "\n"}
    assert (bidi, controls, "\u2028" in raw) == (set(), set(), False)
    if format not in ("csv", "ics"):
        assert "\r" not in raw


@all_of_them
def test_lone_surrogates_show_as_missing(format):
    half, said = "half\ud83d", (Evidence.model_construct(quote="half\ud83d", start=0.0, end=1.0),)
    segment = Segment.model_construct(
        index=0, start=0.0, end=1.0, text=half, speaker="S\udc00", words=(), flags=()
    )
    item = ActionItem.model_construct(text=half, owner=half, due_date=DAY, evidence=said)
    notes = Notes.model_construct(title=half, action_items=(item,))
    text = shown(format, Document(notes, (segment,), WHEN, 1.0, source_name="a\udcff.mp3"))
    assert "half\ufffd" in text
    assert "a\ufffd.mp3" in text or PLACES[format] < 12


def test_a_gap_in_the_fonts_is_seen_and_said():
    text = text_of("pdf", everywhere("\U00016800\U00016801 \ue000\ue001\ue002\ue003 end"))
    assert text.count("\ufffd") > 12 * 6  # twelve places, six letters
    assert "end" in text
    assert flat("are in no font of this PDF") in text
    assert flat("are in no font of this PDF") not in text_of("pdf", MEETING)


def test_documents_built_at_once_do_not_mix():
    documents = [everywhere(f"{letter}会议{letter}" * 40) for letter in "abcd"]
    alone = [text_of("pdf", document) for document in documents]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(text_of, ["pdf"] * 8, documents * 2))
    assert together == alone * 2


@all_of_them
@pytest.mark.parametrize(
    ("piece", "times"), [("x", 10_000), ("字", 3_000), ("<&>", 1_000), ("a字", 1_000)]
)
def test_words_longer_than_a_page(format, piece, times):
    text = shown(format, everywhere(piece * times))
    most = min(PLACES[format], 8)  # title, warning, statements, transcript; names are cut
    assert text.count(piece[0]) >= most * times


@both
def test_a_title_of_300_characters(format):
    title = "A very long title indeed, " * 12
    text = text_of(
        format, replace(MEETING, notes=MEETING.notes.model_copy(update={"title": title}))
    )
    assert flat(title) in text


@both
def test_a_cell_taller_than_a_page(format):
    long = "Do this and that and the other thing. " * 300
    items = tuple(ActionItem(text=long, owner=long[:900], due=long) for _ in range(2))
    notes = Notes(title="Tall", action_items=items, participants=(Participant(name=long),))
    assert text_of(format, Document(notes, (), WHEN, 1.0)).count("Dothisandthat") >= 600


@both
def test_one_segment_of_three_hours(format):
    words = "and then we said this " * 6000
    text = text_of(format, Document(Notes(title="x"), segments([(None, 0.0, words)]), WHEN, 9.0))
    assert text.count("said") == 6000


def test_word_xml_takes_every_text():
    package = parts(everywhere(" ".join(LITERAL) + "\x00\ud7ff"))
    for name, data in package.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data)
    links = etree.fromstring(package["word/_rels/document.xml.rels"])
    assert not [link for link in links if link.get("TargetMode") == "External"]


@all_of_them
def test_fifty_thousand_segments(format):
    talk = [(f"S{i // 500}", i * 0.2, f"Yes{i}.") for i in range(50_000)]
    text = shown(format, Document(Notes(title="x"), segments(talk), WHEN, 10_000.0))
    if PLACES[format] == 4:  # of action items only
        assert "Yes" not in text
    else:
        assert all(flat(said) in text for _, _, said in talk[::997])
        assert text.count("Yes") >= 50_000


def test_hostile_text_is_what_clean_makes_of_it():
    assert [clean(text) for text, _ in UNFIT] == [left for _, left in UNFIT]


@all_of_them
@pytest.mark.parametrize(
    "letter", ["a\u0301", "ب\u064b", "ก\u0e49", "ש\u05b8", "👩\u200d👩", "\u0301"]
)
def test_a_letter_under_thousands_of_marks(format, letter):
    text = shown(format, everywhere(f"after {letter[0]}{letter[1:] * 3000} all"))
    assert text.count("after") >= min(PLACES[format], 8)


def test_a_gap_is_said_of_what_is_in_no_unicode():
    for letter in ("\ue000", "\U0003fffd"):
        assert flat("are in no font of this PDF") in text_of("pdf", everywhere(letter))
