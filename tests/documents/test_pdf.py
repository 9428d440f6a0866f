"""The PDF as a file: pages, metadata, bookmarks, links, fonts."""

import time
import tracemalloc
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from pypdf import PdfReader
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

from talktotext.documents import render
from talktotext.documents.template import Template
from talktotext.schema import Chapter

from .reading import flat, pdf
from .samples import EMPTY, MEETING, WHEN, WORLD, long_meeting


@pytest.fixture(scope="module")
def long_pdf():
    return pdf(long_meeting())


def test_metadata():
    reader = pdf(MEETING)
    assert reader.metadata.title == "Launch planning: date, free plan, help pages"
    assert reader.metadata.author == reader.metadata.creator == "TalkToText"
    assert reader.metadata.subject == "Planning notes, 14 November 2026"
    assert reader.metadata.creation_date == reader.metadata.modification_date == WHEN
    assert reader.metadata["/Keywords"] == "launch, free plan, help pages"
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/Lang" not in pdf(EMPTY).trailer["/Root"]


def test_every_page_knows_its_number_and_the_total(long_pdf):
    total = len(long_pdf.pages)
    assert total > 40
    for number in (1, 2, total // 2, total):
        assert f"Page {number} of {total}" in " ".join(
            long_pdf.pages[number - 1].extract_text().split()
        )


def test_the_title_heads_every_page_after_the_first(long_pdf):
    assert "Launch planning" in long_pdf.pages[1].extract_text().splitlines()[0]
    assert "Launch planning" in long_pdf.pages[-1].extract_text().splitlines()[0]
    assert long_pdf.pages[0].extract_text().count("Launch planning") == 1


def test_bookmarks_lead_to_their_sections(long_pdf):
    outline = long_pdf.outline
    names = [item.title for item in outline if not isinstance(item, list)]
    assert names == [
        "Summary",
        "Key points",
        "Decisions",
        "Action items",
        "Open questions",
        "Participants",
        "Mood and keywords",
        "Transcript",
    ]
    chapters = outline[-1]
    assert [item.title for item in chapters][:3] == ["00:00", "10:00", "20:00"]
    assert len(chapters) == 18
    page = long_pdf.get_destination_page_number(chapters[-1])
    assert "2:50:00" in long_pdf.pages[page].extract_text()


def leads(reader):
    """Where the links of a PDF lead in it."""
    notes = (note.get_object() for page in reader.pages for note in page.get("/Annots", []))
    return [note["/Dest"] for note in notes if "/Dest" in note]


def test_times_link_to_where_they_were_said(long_pdf):
    links = leads(long_pdf)[8 + 18 :]  # after the contents: sections, chapters
    assert len(links) == 12  # one for each statement of the notes
    page = links[0][0].get_object()
    assert page in [other.get_object() for other in long_pdf.pages]


def test_a_link_leads_to_the_words():
    reader = pdf(MEETING)
    last = leads(reader)[-1]
    lines = []
    page = next(p for p in reader.pages if p.get_object() == last[0].get_object())
    page.extract_text(
        visitor_text=lambda text, at, matrix, *_: lines.append((at[5] + matrix[5], text))
    )
    below = "".join(text for y, text in lines if last[3] - 40 < y <= last[3])
    assert flat(below) == flat("01:08 Ben Who answers the phones over Christmas?")


def test_fonts_are_embedded_and_only_in_part():
    reader = pdf(WORLD)
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
        if font.get_object()["/Subtype"] == "/Type0"
    ]
    names = {str(font["/BaseFont"]).split("+")[-1] for font in fonts}
    assert names >= {"NotoSans-Regular", "NotoSans-Bold", "NotoSansArabic-Regular"}
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert all("/FontFile2" in descriptor.get_object() for descriptor in inner)
    assert len(render("pdf", WORLD)) < 120_000  # the fonts are 10 MB


def test_the_contents_of_a_long_one_lead_to_its_sections(long_pdf):
    first = long_pdf.pages[0].extract_text()
    assert "Contents" in first
    assert "2:50:00" in first
    assert "Contents" not in pdf(MEETING).pages[0].extract_text()


def test_the_contents_tell_the_pages_of_the_chapters(long_pdf):
    place = long_pdf.get_destination_page_number(long_pdf.outline[-1][-1]) + 1
    forms = long_pdf.pages[0]["/Resources"]["/XObject"]
    drawn = [forms[name].get_object().get_data() for name in forms if "page-of-c" in name]
    assert len(drawn) == 18
    assert 40 < place <= len(long_pdf.pages)
    assert all(b"TJ" in one for one in drawn)


def test_times_lead_to_the_recording_where_people_can_reach_it():
    reader = pdf(replace(MEETING, note_id="n1", base_url="https://notes.example.com/"))
    links = [
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    ]
    assert "https://notes.example.com/notes/n1?t=23" in links
    assert all(link.startswith("https://notes.example.com/notes/n1?t=") for link in links)
    assert len(links) > 20  # statements, and what was said


def test_boxes_can_be_ticked():
    fields = pdf(MEETING).get_fields()
    assert [fields[name]["/V"] for name in sorted(fields)] == ["/Off", "/Off", "/Yes"]


def test_paper_and_sections_are_the_templates():
    template = Template(page_size="Letter", parts=frozenset({"summary", "action_items"}))
    reader = pdf(replace(MEETING, template=template))
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == [612.0, 792.0]
    assert [item.title for item in reader.outline] == ["Summary", "Action items"]


def test_the_same_document_is_the_same_file():
    assert render("pdf", WORLD) == render("pdf", WORLD)


def test_a_table_that_runs_over_repeats_its_header():
    many = MEETING.notes.model_copy(update={"action_items": MEETING.notes.action_items * 20})
    reader = pdf(replace(MEETING, notes=many))
    heads = [
        page
        for page in reader.pages
        if "Done Task Owner Due" in " ".join(page.extract_text().split())
    ]
    assert len(heads) >= 3
    assert heads[0] == reader.pages[0]  # right under its heading


def test_three_hours_cost_little_more_than_bare_paragraphs(tmp_path):
    document = long_meeting()
    render("pdf", MEETING)
    started = time.process_time()
    size = len(render("pdf", document))
    ours = time.process_time() - started
    started = time.process_time()
    words = ParagraphStyle("words", fontSize=9.5, leading=14.5, leftIndent=46)
    story = [Paragraph(segment.text, words) for segment in document.segments]
    SimpleDocTemplate(str(tmp_path / "bare.pdf")).build(story)
    bare = time.process_time() - started
    assert ours < 3 * bare + 1  # seconds; leaves room for a loaded machine
    assert size < 500_000


def test_three_hours_take_moderate_memory():
    document = long_meeting()
    tracemalloc.start()
    render("pdf", document)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6


def test_long_headings_keep_their_places():
    chapters = tuple(
        Chapter(title=f"{turn} about this " * 300, start=300.0 * turn, end=300.0 * turn + 300)
        for turn in range(36)
    )
    meeting = long_meeting()
    notes = meeting.notes.model_copy(update={"chapters": chapters})
    found = pdf(replace(meeting, notes=notes)).outline[-1]
    assert [item.title.split()[1] for item in found] == [str(turn) for turn in range(36)]


def test_fonts_are_objects_that_pages_share(long_pdf):
    fonts = [page["/Resources"]["/Font"].raw_get("/T0") for page in long_pdf.pages]
    assert len({font.idnum for font in fonts}) == 1


def test_a_logo_stands_upright_and_nothing_else_of_its_file_is_passed_on():
    exif, out = Image.Exif(), BytesIO()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.ImageDescription] = 6, "at home, 52.1 N"
    Image.new("RGB", (2000, 1000)).save(out, "JPEG", exif=exif)
    data = render("pdf", replace(MEETING, template=Template(logo=out.getvalue())))
    (image,) = PdfReader(BytesIO(data)).pages[0].images
    assert image.image.width * 2 == pytest.approx(image.image.height, abs=2)  # it lay on its side
    assert image.image.height < 200
    assert b"at home" not in data


def test_every_font_is_embedded(long_pdf):
    fonts = [
        font.get_object()["/DescendantFonts"][0]
        for page in long_pdf.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert len(fonts) > 80
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts)
