"""What stands in a document, in either format."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from talktotext.documents import FORMATS, Document, get_writer, render
from talktotext.errors import InvalidRequest
from talktotext.schema import Notes, Notice, Sentiment, SentimentPoint

from .reading import flat, text_of
from .samples import EMPTY, MEETING, NOTES, SCRIPTS, TALK, WHEN, WORLD, long_meeting, segments

both = pytest.mark.parametrize("format", ["pdf", "docx"])


def in_order(text: str, *pieces: str) -> bool:
    position = 0
    for piece in pieces:
        position = text.find(flat(piece), position)
        if position < 0:
            return False
    return True


@both
def test_every_section_in_order(format):
    text = text_of(format, MEETING)
    assert in_order(
        text,
        "PLANNING NOTES",
        NOTES.title,
        "14 November 2026, 09:30 UTC",
        "1 min 30 s",
        "English",
        "Anna, Ben, Chloé",
        "launch-planning.m4a",
        "Two passages were hard to hear.",
        "Summary",
        "Key points",
        "Decisions",
        "Action items",
        "Open questions",
        "Participants",
        "Mood and keywords",
        "Transcript",
    )


@both
def test_statements_show_when_they_were_said(format):
    text = text_of(format, MEETING)
    for shown in (
        "The team set the launch for the first of December. 00:23",
        "Support can cover a launch on the first of December. 00:17",
        "Three free recordings a month. 00:40",
        "Who answers the phones over Christmas? 01:08",
    ):
        assert flat(shown) in text


@both
def test_action_items_show_owner_due_and_box(format):
    text = text_of(format, MEETING)
    assert in_order(text, "Done", "Task", "Owner", "Due")
    assert in_order(
        text, "Write the announcement", "00:47", "High priority", "Ben", "20 November 2026"
    )
    assert flat("(by Friday)") in text
    assert in_order(text, "Update the help pages.", "Chloé", "before the launch")
    assert in_order(text, "Ask legal about the new terms.", "Anna", "—")


def test_word_shows_which_boxes_are_ticked():  # in a PDF they are fields of a form: see test_pdf.py
    text = text_of("docx", MEETING)
    assert in_order(text, "☐", "Write the announcement", "☒", "Ask legal about the new terms.")
    assert text.count("☐") == 2


@both
def test_participants_with_talk_time_and_mood(format):
    text = text_of(format, MEETING)
    for row in (
        "Anna 39 s 43% positive (+0.50)",
        "Ben 27 s 30% positive (+0.35)",
        "Chloé 24 s 27% negative (−0.20)",
    ):
        assert flat(row) in text
    assert flat("Overall mood: positive, +0.42") in text
    assert flat("Keywords: launch, free plan, help pages") in text


@pytest.mark.parametrize("format", ["pdf", "docx", "txt", "md"])
@pytest.mark.parametrize(
    ("mood", "shown"),
    [
        (Sentiment(), False),  # in a language of which no mood is measured
        (Sentiment(timeline=(SentimentPoint(start=0.0, score=0.0),)), True),
        (Sentiment(by_speaker={"S0": 0.0}), True),
        (Sentiment(label="negative"), True),  # as a person put it
    ],
)
def test_a_mood_is_shown_where_it_was_measured(format, mood, shown):
    notes = NOTES.model_copy(update={"sentiment": mood})
    document = replace(MEETING, notes=notes)
    found = (
        flat(render(format, document).decode())
        if format in ("txt", "md")
        else text_of(format, document)
    )
    assert (flat("Overall mood: ") in found) is shown
    assert (flat("Mood and keywords") in found) is shown
    assert flat("Keywords: launch, free plan") in found


@both
def test_transcript_has_times_names_and_every_word(format):
    text = text_of(format, MEETING)
    transcript = text[text.rindex("Transcript") :]
    assert all(flat(said) in transcript for _, _, said in TALK)
    assert in_order(transcript, "00:00 Anna", "00:11 Ben", "00:17 Chloé", "01:20 Anna")
    assert "00:05" not in transcript  # Anna goes on: one paragraph, one time


@both
def test_partial_notes_say_so(format):
    assert flat("cover only the first 01:00 of 01:30") in text_of(
        format, replace(MEETING, covered=60.0)
    )
    assert flat("cover only") not in text_of(format, replace(MEETING, covered=90.0))


@both
def test_long_times_have_hours(format):
    text = text_of(format, long_meeting(words=1200))
    assert flat("3 h") in text
    assert "2:50:" in text


@both
def test_nothing_is_a_document_too(format):
    text = text_of(format, EMPTY)
    assert in_order(
        text, "Untitled recording", "Nothing could be summarised.", "No speech was found"
    )
    for absent in ("Decisions", "Action items", "Participants", "Overall mood", "not found"):
        assert flat(absent) not in text


@both
def test_words_without_a_speaker(format):
    talk = [(None, 3.0, "Note to self."), (None, 700.0, "Buy milk.")]
    text = text_of(format, Document(Notes(title="Memo"), segments(talk), WHEN, 710.0))
    assert in_order(text, "00:03", "Note to self. Buy milk.")
    assert "None" not in text


@both
def test_a_local_time_is_shown_in_utc(format):
    tokyo = datetime(2026, 11, 14, 8, 0, tzinfo=timezone(timedelta(hours=9)))
    assert flat("13 November 2026, 23:00 UTC") in text_of(
        format, replace(MEETING, created_at=tokyo)
    )


@both
@pytest.mark.parametrize("script", [name for name in SCRIPTS if name not in ("Hebrew", "Arabic")])
def test_scripts(format, script):
    assert flat(SCRIPTS[script]) in text_of(format, WORLD)


@both
def test_warnings_stand_before_the_summary(format):
    notes = NOTES.model_copy(
        update={"warnings": (Notice(code="a", message="First."), Notice(code="b", message="Next."))}
    )
    assert in_order(text_of(format, replace(MEETING, notes=notes)), "First.", "Next.", "Summary")


def test_unknown_format():
    with pytest.raises(InvalidRequest) as refused:
        render("odt", EMPTY)
    assert refused.value.hint == f"Formats: {', '.join(FORMATS)}."


@both
def test_writers_name_themselves(format):
    writer = get_writer(format)
    assert writer.extension == format
    assert writer.media_type.startswith("application/")
