"""The Word document as a file: styles, fields, properties, bookmarks, links, valid XML."""

import time
from dataclasses import replace
from io import BytesIO

import pytest
from docx.oxml.ns import qn
from docx.shared import Inches, Mm
from lxml import etree
from PIL import Image

from talktotext.documents import Document, render
from talktotext.documents.template import Template
from talktotext.schema import Chapter, Notes, SentimentPoint

from .docx_schema import disorder
from .reading import parts, word
from .samples import EMPTY, MEETING, NOTES, WHEN, WORLD, long_meeting, segments

NOTE = "5c1d3c8e-0f5a-4a58-9d52-1f1f2f3f4f5f"
LINKED = replace(MEETING, base_url="https://notes.example", note_id=NOTE)
MOODY = replace(
    MEETING,
    notes=NOTES.model_copy(
        update={
            "sentiment": NOTES.sentiment.model_copy(
                update={
                    "timeline": tuple(
                        SentimentPoint(start=at, score=score)
                        for at, score in ((0.0, 0.2), (30.0, -0.4), (60.0, 0.6))
                    )
                }
            )
        }
    ),
)


def logo(mode: str = "RGB", format: str = "PNG", size: tuple[int, int] = (300, 100)) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, format)
    return out.getvalue()


@pytest.fixture(scope="module")
def meeting():
    return word(MEETING)


@pytest.fixture(scope="module")
def body():
    return etree.fromstring(parts(MEETING)["word/document.xml"])


def test_headings_are_headings(meeting):
    headings = [p.text for p in meeting.paragraphs if p.style.name == "Heading 1"]
    assert headings[:4] == ["Summary", "Key points", "Decisions", "Action items"]
    assert headings[-1] == "Transcript"
    assert [p.text for p in meeting.paragraphs if p.style.name == "Title"] == [MEETING.notes.title]


def test_lists_are_lists(meeting):
    listed = [p.text for p in meeting.paragraphs if p.style.name == "List Bullet"]
    assert any(text.startswith("Launch on 1 December.") for text in listed)


def test_tables_have_header_rows(meeting):
    actions, people = meeting.tables
    assert [cell.text for cell in actions.rows[0].cells] == ["Done", "Task", "Owner", "Due"]
    assert [cell.text for cell in people.rows[0].cells] == ["Name", "Talk time", "Share", "Mood"]
    for table in (actions, people):
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.style.name == "Notes Table"
    assert len(actions.rows) == 4


def test_boxes_can_be_ticked(body):
    boxes = body.findall(".//{*}sdtPr/{*}checkbox/{*}checked")
    assert [next(iter(box.attrib.values())) for box in boxes] == ["0", "0", "1"]


def test_page_numbers_are_fields(meeting):
    section = meeting.sections[0]
    for footer in (section.footer, section.first_page_footer):
        fields = [field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert footer.paragraphs[0].text.startswith("Page ")
    assert section.header.paragraphs[0].text == f"{MEETING.notes.title}\tPlanning"
    assert section.first_page_header.paragraphs[0].text == ""


def test_properties(meeting):
    core = meeting.core_properties
    assert core.title == MEETING.notes.title
    assert core.author == core.last_modified_by == "TalkToText"
    assert core.subject == "Planning notes, 14 November 2026"
    assert core.keywords == "launch, free plan, help pages"
    assert core.category == "Planning notes"
    assert core.language == "en"
    assert core.created == MEETING.created_at
    assert core.comments == ""


def test_languages_of_the_text():
    styles = etree.fromstring(parts(WORLD)["word/styles.xml"])
    (lang,) = styles.findall(".//{*}rPrDefault//{*}lang")
    assert [lang.get(qn(f"w:{kind}")) for kind in ("val", "eastAsia", "bidi")] == [
        "en-US",
        "zh",
        "he-IL",
    ]


def test_times_link_to_bookmarks(body):
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    numbers = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(links) == 12
    assert set(links) == set(marks)
    assert len(set(numbers)) == len(numbers) == len(marks)


def test_a_link_leads_to_the_words(meeting):
    (decided,) = [p for p in meeting.paragraphs if p.text.startswith("Launch on 1 December.")]
    name = decided._p.find(qn("w:hyperlink")).get(qn("w:anchor"))
    (place,) = [
        place
        for place, p in enumerate(meeting.paragraphs)
        if name in [mark.get(qn("w:name")) for mark in p._p.iter(qn("w:bookmarkStart"))]
    ]
    speaker, words = meeting.paragraphs[place : place + 2]
    assert speaker.text == "00:23\tAnna"
    assert words.text == "Good, that is decided: we launch on the first of December."


def test_right_to_left_paragraphs_are_marked():
    memo = Document(Notes(title="x"), segments([(None, 0.0, "שלום")]), WHEN, 1.0)
    (paragraph,) = [p for p in word(memo).paragraphs if p.text == "00:00\tשלום"]
    assert paragraph._p.find(f".//{qn('w:bidi')}") is not None
    marked = [p.text for p in word(WORLD).paragraphs if p._p.find(f".//{qn('w:bidi')}") is not None]
    assert marked == ["00:21\tHebrew", "בוקר טוב לכולם", "00:28\tArabic", "صباح الخير جميعا"]


def test_long_transcripts_have_chapters():
    chapters = [p.text for p in word(long_meeting()).paragraphs if p.style.name == "Heading 2"]
    assert chapters[:3] == ["00:00", "10:00", "20:00"]
    assert len(chapters) == 18


def test_a_table_keeps_its_rows_whole_unless_they_are_long(body):
    rows = body.findall(".//{*}tbl/{*}tr")
    assert all(row.find("{*}trPr/{*}cantSplit") is not None for row in rows)
    endless = NOTES.action_items[0].model_copy(update={"text": "word " * 2000})
    notes = NOTES.model_copy(update={"action_items": (endless,)})
    _, long = word(replace(MEETING, notes=notes)).tables[0].rows
    assert long._tr.trPr.find(qn("w:cantSplit")) is None


def test_times_lead_to_the_recording_where_there_is_an_address():
    document = word(LINKED)
    links = document.element.body.iter(qn("w:hyperlink"))
    addresses = [document.part.rels[link.get(qn("r:id"))].target_ref for link in links]
    assert len(addresses) == 12 + 13  # statements, and every paragraph of the transcript
    assert addresses[0] == f"https://notes.example/notes/{NOTE}?t=23"
    (said,) = [p for p in document.paragraphs if p.text == "00:11\tBen"]
    relation = document.part.rels[said._p.find(qn("w:hyperlink")).get(qn("r:id"))]
    assert relation.target_ref == f"https://notes.example/notes/{NOTE}?t=11"
    assert relation.is_external


def test_figures_are_pictures_in_words_too():
    document = word(MOODY)
    shapes = document.inline_shapes
    described = [shape._inline.docPr.get("descr") for shape in shapes]
    assert [text.split()[0] for text in described] == ["Timeline", "Bars", "Curve"]
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == ["Who speaks when", "Talk time", "Mood over the recording"]
    assert len({shape._inline.docPr.get("id") for shape in shapes}) == 3
    assert {shape.width for shape in shapes} == {Mm(210 - 2 * 22)}


def test_one_voice_is_no_picture():
    memo = Document(Notes(title="x"), segments([(None, 0.0, "Buy milk.")]), WHEN, 1.0)
    assert not [name for name in parts(memo) if "media" in name]


def test_a_short_document_has_no_contents(meeting):
    assert not list(meeting.element.body.iter(qn("w:instrText")))


def test_a_long_one_has_contents_that_lead_to_its_headings():
    chapters = (Chapter(title="Launch", start=0, end=5400), Chapter(title="", start=9, end=10))
    notes = NOTES.model_copy(update={"chapters": chapters})
    body = word(replace(long_meeting(3000), notes=notes)).element.body
    (contents,) = body.findall(qn("w:sdt"))
    assert contents.find(f".//{qn('w:docPartGallery')}").get(qn("w:val")) == "Table of Contents"
    assert contents.find(f".//{qn('w:instrText')}").text == r' TOC \o "1-2" \h \z \u '
    kinds = [mark.get(qn("w:fldCharType")) for mark in contents.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    entries = [
        ("".join(link.itertext(qn("w:t"))), link.get(qn("w:anchor")))
        for link in contents.iter(qn("w:hyperlink"))
    ]
    headings = [
        ("".join(p.itertext(qn("w:t"))), p.find(qn("w:bookmarkStart")).get(qn("w:name")))
        for p in body.iterchildren(qn("w:p"))
        if p.pPr.pStyle.val in ("Heading1", "Heading2")
    ]
    assert entries == headings
    assert entries[-1][0] == "00:00  Launch"


def test_opening_asks_nothing():
    """Neither fields to be updated nor links to other files."""
    package = parts(long_meeting(3000))
    assert b"updateFields" not in package["word/settings.xml"]
    assert b"w:dirty" not in package["word/document.xml"]


@pytest.mark.parametrize(("size", "width"), [("A4", 210), ("Letter", 215.9)])
def test_paper(size, width):
    document = word(replace(MOODY, template=Template(page_size=size)))
    (section,) = document.sections
    assert section.page_width == pytest.approx(Mm(width), rel=1e-3)
    room = section.page_width - section.left_margin - section.right_margin
    for shape in document.inline_shapes:
        assert shape.width == pytest.approx(room, rel=1e-3)
    for table in document.tables:
        assert sum(column.width for column in table.columns) == pytest.approx(room, rel=0.01)


def test_colour_darkened_until_it_can_be_read():
    for accent, shown in (("#123456", "123456"), ("#FFFF00", "707000")):
        document = word(replace(MEETING, template=Template(accent=accent)))
        assert str(document.styles["Heading 1"].font.color.rgb) == shown


@pytest.mark.parametrize(
    "data",
    [
        logo(),
        logo("RGBA"),
        logo("P"),
        logo("L", "JPEG"),
        logo("CMYK", "JPEG"),
        logo("1"),
        logo(size=(3000, 2)),
        logo(size=(2, 3000)),
    ],
)
def test_a_logo_stands_on_the_first_page(data):
    document = word(replace(MEETING, template=Template(logo=data)))
    (extent,) = document.sections[0].first_page_header._element.iter(qn("wp:extent"))
    assert 0 < int(extent.get("cx")) <= Mm(50)
    assert 0 < int(extent.get("cy")) <= Mm(14)
    assert not list(document.sections[0].header._element.iter(qn("wp:extent")))


def test_a_small_logo_is_not_blown_up():
    document = word(replace(MEETING, template=Template(logo=logo(size=(24, 12)))))
    (extent,) = document.sections[0].first_page_header._element.iter(qn("wp:extent"))
    assert int(extent.get("cx")) == Inches(24 / 96)


def test_nothing_of_a_logo_but_the_picture_is_passed_on():
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "at home, 52.1 N"
    Image.new("RGB", (30, 10)).save(out, "JPEG", exif=exif)
    package = parts(replace(MEETING, template=Template(logo=out.getvalue())))
    assert not [name for name, data in package.items() if b"at home" in data]


@pytest.mark.parametrize(
    "document",
    [MOODY, WORLD, EMPTY, LINKED, long_meeting(3000)],
    ids=["moody", "world", "empty", "linked", "long"],
)
def test_every_part_is_in_the_order_of_the_schema(document):
    """Word calls a file damaged whose elements stand in another order."""
    package = parts(replace(document, template=Template(logo=logo())))
    for name, data in package.items():
        if name.endswith((".xml", ".rels")):
            assert list(disorder(etree.fromstring(data))) == [], name


@pytest.mark.parametrize("document", [MOODY, WORLD, EMPTY, LINKED])
def test_every_relation_has_its_part(document):
    package = parts(document)
    relations = etree.fromstring(package["word/_rels/document.xml.rels"])
    known = {one.get("Id") for one in relations}
    body = etree.fromstring(package["word/document.xml"])
    used = {value for one in body.iter() for name, value in one.items() if name.startswith(R)}
    assert used <= known
    inside = [one.get("Target") for one in relations if one.get("TargetMode") != "External"]
    assert all(f"word/{target}" in package for target in inside)
    assert not [name for name in package if "thumbnail" in name or "customXml" in name]


R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def test_it_does_not_say_to_be_of_word():
    made = etree.fromstring(parts(MEETING)["docProps/app.xml"])
    assert [one.text for one in made] == ["TalkToText"]


def test_the_same_document_is_the_same_bytes():
    assert render("docx", LINKED) == render("docx", LINKED)


def test_three_hours_in_a_second():
    started = time.process_time()
    data = render("docx", replace(long_meeting(), base_url="https://x.example", note_id=NOTE))
    assert time.process_time() - started < 3
    assert len(data) < 500_000
