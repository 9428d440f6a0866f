"""JSON: everything there is, read back as it was."""

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from talktotext.documents import Document, get_writer, render
from talktotext.documents.notes_json import DocumentJson
from talktotext.documents.template import Template
from talktotext.schema import Notes, Participant, Segment, Word

from .formats import plain
from .samples import EMPTY, MEETING, NOTES, WHEN, WORLD, segments

WORDS = Segment(
    index=0,
    start=0.123,
    end=1.5,
    text="Good day.",
    speaker="S0",
    confidence=0.75,
    words=(
        Word(start=0.123, end=0.5, text=" Good", confidence=0.5),
        Word(start=1, end=1.5, text="day."),
    ),
    flags=("repeated", "edited"),
)


def read(document: Document) -> DocumentJson:
    return DocumentJson.model_validate_json(render("json", document))


@pytest.mark.parametrize("document", [MEETING, WORLD, EMPTY, replace(MEETING, segments=(WORDS,))])
def test_nothing_is_lost(document):
    found = read(document)
    assert found.notes == document.notes
    assert found.segments == tuple(document.segments)
    assert found.created_at == document.created_at
    assert (found.duration, found.covered) == (document.duration, document.covered)
    assert found.source_name == document.source_name


def test_the_shape():
    whole = json.loads(render("json", replace(MEETING, note_id="n1", covered=60.0)))
    assert list(whole) == [
        "format",
        "version",
        "note_id",
        "created_at",
        "duration",
        "covered",
        "source_name",
        "speakers",
        "notes",
        "segments",
    ]
    assert (whole["format"], whole["version"], whole["notes"]["version"]) == ("talktotext", 1, 1)
    assert (whole["note_id"], whole["covered"]) == ("n1", 60.0)
    assert whole["created_at"] == "2026-11-14T09:30:00Z"
    assert whole["speakers"] == {"S0": "Anna", "S1": "Ben", "S2": "Chloé"}
    assert whole["segments"][0] == {
        "index": 0,
        "start": 0.0,
        "end": 4.0,
        "text": MEETING.segments[0].text,
        "speaker": "S0",
        "confidence": None,
        "words": [],
        "flags": [],
    }


def test_it_keeps_to_its_schema():
    schema = DocumentJson.model_json_schema(mode="serialization")
    Draft202012Validator.check_schema(schema)
    for document in (MEETING, EMPTY, replace(MEETING, segments=(WORDS,))):
        Draft202012Validator(schema).validate(json.loads(render("json", document)))
    undescribed = [n for n, field in schema["properties"].items() if "description" not in field]
    assert undescribed == ["format", "version"]


def test_a_segment_is_a_line():
    lines = [line for line in plain("json", MEETING).split("\n") if line.startswith('    {"index"')]
    assert len(lines) == len(MEETING.segments)
    assert json.loads(lines[3].rstrip(","))["text"] == MEETING.segments[3].text


def test_a_template_takes_nothing_away():
    some = replace(MEETING, template=Template(parts=frozenset({"summary"})))
    assert render("json", some) == render("json", MEETING)


def test_a_moment_without_a_zone_is_utc():
    naive = replace(MEETING, created_at=WHEN.replace(tzinfo=None))
    assert read(naive).created_at == WHEN


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x1f",
        '"\\"',
        "</script><script>alert(1)</script>",
        "<!--",
        "\u2028\u2029",
        "\u202eabc",
    ],
)
def test_any_text_is_held_and_none_of_it_is_obeyed(text):
    notes = Notes(title=text, participants=(Participant(name=text, speaker=text),))
    document = Document(notes, segments([(text, 0.0, text)]), WHEN, 1.0, source_name=text)
    raw = plain("json", document)
    assert not set(raw) & set("<\x00\u2028\u2029\u202e")
    found = read(document)
    assert (found.notes, found.segments[0].text, found.speakers) == (notes, text, {text: text})


def test_half_a_character_is_replaced():
    half = Segment.model_construct(
        index=0, start=0.0, end=1.0, text="a\ud83d<", speaker="\udc00", words=(), flags=()
    )
    found = read(Document(NOTES, (half,), WHEN, 1.0, source_name="a\udcff.mp3"))
    assert (found.segments[0].text, found.segments[0].speaker) == ("a\ufffd<", "\ufffd")
    assert found.source_name == "a\ufffd.mp3"
    assert found.notes == NOTES


def test_what_is_no_number_is_null():
    odd = Segment(index=0, start=float("nan"), end=float("inf"), text="x")
    whole = json.loads(
        render("json", replace(MEETING, segments=(odd,))), parse_constant=pytest.fail
    )
    assert (whole["segments"][0]["start"], whole["segments"][0]["end"]) == (None, None)


def test_it_names_itself():
    writer = get_writer("json")
    assert (writer.extension, writer.media_type) == ("json", "application/json")
