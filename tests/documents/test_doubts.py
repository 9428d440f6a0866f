"""Words that may be invented are marked where they stand, and the text stays as it is."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document as WordDocument
from pypdf import PdfReader

from talktotext.documents import render
from talktotext.documents.content import DOUBTS
from talktotext.documents.template import Template
from talktotext.documents.transcript import utterances
from talktotext.schema import EDITED

from .reading import flat, text_of
from .samples import MEETING


def doubting(index, *flags):
    changed = [
        said.model_copy(update={"flags": flags}) if said.index == index else said
        for said in MEETING.segments
    ]
    return replace(MEETING, segments=tuple(changed))


def test_a_paragraph_knows_which_of_its_words_are_doubtful():
    first, *_ = utterances(doubting(1, "no_speech").segments, {})
    one, two = (MEETING.segments[index].text for index in (0, 1))
    assert list(first.pieces()) == [(f"{one} ", False), (two, True)]


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_they_are_explained_once_and_nothing_else_changes(format):
    def shown(document):  # on one page, so that none of it moves to another
        short = replace(document, segments=document.segments[:6])
        return text_of(format, replace(short, template=Template(parts=frozenset({"transcript"}))))

    plain, marked = shown(MEETING), shown(doubting(1, "repetition"))
    assert marked.count(flat(DOUBTS)) == 1
    assert marked.replace(flat(DOUBTS), "").split() == plain.split()


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_what_a_person_put_right_is_no_doubt(format):
    assert text_of(format, doubting(1, EDITED)) == text_of(format, MEETING)


def test_word_sets_them_in_a_style_of_their_own():
    word = WordDocument(BytesIO(render("docx", doubting(1, "no_speech"))))
    runs = [run for paragraph in word.paragraphs for run in paragraph.runs]
    marked = [run.text for run in runs if run.style.name == "Doubtful"]
    assert marked == [MEETING.segments[1].text]


def test_the_pdf_sets_them_apart():
    assert render("pdf", doubting(1, "no_speech")) != render("pdf", MEETING)
    grey = doubting(8, "low_confidence")
    assert flat(MEETING.segments[8].text) in text_of("pdf", grey)


def test_the_lines_under_them_stand_below_their_words():
    long = MEETING.segments[1].model_copy(update={"text": "It goes on and on. " * 20})
    plain = replace(MEETING, segments=(long,))
    doubtful = replace(plain, segments=(long.model_copy(update={"flags": ("no_speech",)}),))
    starts = lines(render("pdf", doubtful)) - lines(render("pdf", plain))
    assert len(starts) > 2, "there is one for each line of text"
    assert len({x for x, _ in starts}) == 1


def lines(pdf):
    """Where the horizontal lines of a PDF begin: (x, y), in points."""
    drawn = (page.get_contents().get_data() for page in PdfReader(BytesIO(pdf)).pages)
    line = rb"([\d.]+) ([\d.]+) m [\d.]+ \2 l S"
    return {(float(x), float(y)) for data in drawn for x, y in re.findall(line, data)}
