"""The Word document as a file: styles, fields, properties, bookmarks, valid XML."""

import time

import pytest
from docx.oxml.ns import qn
from lxml import etree

from talktotext.documents import Document, render
from talktotext.schema import Notes

from .reading import parts, word
from .samples import EMPTY, MEETING, WHEN, WORLD, long_meeting, segments


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
    assert core.language == "en"
    assert core.created == MEETING.created_at
    assert core.comments == ""


def test_language_of_the_text():
    styles = etree.fromstring(parts(WORLD)["word/styles.xml"])
    assert [lang.get(qn("w:val")) for lang in styles.findall(".//{*}rPrDefault//{*}lang")] == ["zh"]


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
    assert marked == ["בוקר טוב לכולם", "صباح الخير جميعا"]


def test_long_transcripts_have_chapters():
    chapters = [p.text for p in word(long_meeting()).paragraphs if p.style.name == "Heading 2"]
    assert chapters[:3] == ["00:00", "10:00", "20:00"]
    assert len(chapters) == 18


@pytest.mark.parametrize("document", [MEETING, WORLD, EMPTY])
def test_every_part_is_xml_and_none_a_picture(document):
    package = parts(document)
    assert not [name for name in package if name.endswith((".jpeg", ".jpg", ".png"))]
    for name, data in package.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data)


def test_paragraph_properties_keep_the_order_of_the_schema():
    """Word calls a file damaged whose elements stand in another order."""
    order = ["pStyle", "keepNext", "numPr", "pBdr", "shd", "tabs", "bidi", "spacing", "ind", "jc"]
    for name in ("word/document.xml", "word/styles.xml"):
        for properties in etree.fromstring(parts(MEETING)[name]).iter(qn("w:pPr")):
            found = [etree.QName(child).localname for child in properties]
            known = [order.index(tag) for tag in found if tag in order]
            assert known == sorted(known), found


def test_three_hours_in_seconds():
    started = time.process_time()
    data = render("docx", long_meeting())
    assert time.process_time() - started < 10
    assert len(data) < 500_000
