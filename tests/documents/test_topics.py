"""Chapters and the sections of a kind of meeting, as documents show them."""

from dataclasses import replace

import pytest

from talktotext.documents import transcript
from talktotext.documents.transcript import Utterance
from talktotext.schema import Chapter, Section

from .reading import flat, pdf, text_of, word
from .samples import MEETING, NOTES, said, segments

both = pytest.mark.parametrize("format", ["pdf", "docx"])

TOPICS = (
    Chapter(title="Launch date", start=0.0, end=29.5, evidence=said(0)),
    Chapter(title="Free plan <b>, 計画", start=29.5, end=90.0, evidence=said(5)),
)
SECTIONS = (
    Section(heading="Done", speaker="Anna", statements=NOTES.key_points[:1]),
    Section(heading="Ideas", statements=NOTES.key_points[2:]),
)
DIVIDED = replace(MEETING, notes=NOTES.model_copy(update={"chapters": TOPICS}))
SUITED = replace(MEETING, notes=NOTES.model_copy(update={"sections": SECTIONS}))


@both
def test_topics_are_listed_with_their_times_after_the_summary(format):
    text = text_of(format, DIVIDED)
    summary, topics, points = (text.index(flat(h)) for h in ("Summary", "Topics", "Key points"))
    assert summary < topics < points
    assert flat("Launch date 00:00") in text[topics:points]
    assert flat("Free plan <b>, 計画 00:29") in text[topics:points]


@both
def test_without_topics_there_is_no_list_of_them(format):
    assert "Topics" not in text_of(format, MEETING)


def test_each_topic_heads_its_part_of_the_transcript():
    headings = [p.text for p in word(DIVIDED).paragraphs if p.style.name == "Heading 2"]
    assert headings == ["00:00  Launch date", "00:29  Free plan <b>, 計画"]
    [*_, chapters] = pdf(DIVIDED).outline
    assert [flat(chapter.title) for chapter in chapters] == [flat(h) for h in headings]


def test_a_topic_begins_a_paragraph_though_the_speaker_goes_on():
    monologue = segments([("S0", float(at), f"Sentence {at}.") for at in range(6)])
    paragraphs = transcript.utterances(monologue, {}, [0.0, 3.0])
    assert [(p.start, p.speaker) for p in paragraphs] == [(0.0, "S0"), (3.0, None)]
    assert paragraphs[0].text == "Sentence 0. Sentence 1. Sentence 2."


def test_what_is_said_before_the_first_topic_stands_under_it():
    early, late = Utterance(0.0, "Hello."), Utterance(50.0, "Bye.")
    subjects = [(10.0, "Greetings"), (50.0, "Farewell")]
    first, second = transcript.chapters([early, late], subjects)
    assert (first.heading, first.utterances) == ("00:10  Greetings", (early,))
    assert (second.heading, second.utterances) == ("00:50  Farewell", (late,))


@both
def test_sections_of_the_kind_stand_between_key_points_and_decisions(format):
    text = text_of(format, SUITED)
    places = [text.index(flat(h)) for h in ("Key points", "Anna: done", "Ideas", "Decisions")]
    assert places == sorted(places)
    point = flat("The payment provider and the translations are ready. 00:05")
    assert point in text[places[1] : places[2]]
