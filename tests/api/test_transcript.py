"""Transcripts: read in pages and as files, put right, with a history."""

from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from requests.utils import parse_header_links

from talktotext.extensions import db
from talktotext.jobs.shown import show
from talktotext.models import Note, Segment, Upload
from talktotext.schema import (
    ActionItem,
    Notes,
    Participant,
    Section,
    Sentiment,
    Statement,
    Word,
)
from talktotext.schema import Segment as Said
from tests.api.helpers import add_note, assert_problem
from tests.api.test_downloads import text_of
from tests.conftest import Person

SAID = (
    Said(
        index=0,
        start=0.0,
        end=2.0,
        text="Good morning.",
        speaker="Speaker 1",
        confidence=0.9,
        words=(Word(start=0.0, end=0.5, text="Good"), Word(start=0.5, end=2.0, text="morning.")),
    ),
    Said(index=1, start=2.0, end=5.0, text="Hello <b>&", speaker="Speaker 2"),
    Said(index=2, start=5.0, end=6.0, text="La la la.", speaker="Speaker 1", flags=("no_speech",)),
)
FOUND = Notes(
    title="Weekly",
    summary=(Statement(text="They met."),),
    participants=(
        Participant(name="Speaker 1", speaker="Speaker 1", talk_time=3, share=0.5),
        Participant(name="Ben", speaker="Speaker 2", talk_time=3, share=0.5),
    ),
    action_items=(
        ActionItem(text="Write it.", owner="Speaker 1"),
        ActionItem(text="Read it.", owner="Ben"),
        ActionItem(text="Print it.", owner="Zoe"),
    ),
    sections=(Section(heading="Done", speaker="Ben", statements=(Statement(text="It."),)),),
    sentiment=Sentiment(by_speaker={"Speaker 1": 0.5, "Ben": -0.5}),
    language="en",
)


@pytest.fixture
def note_id(alice: Person) -> str:
    """A note with two voices, of which the analysis found the name of one."""
    note_id = add_note(alice, "Weekly")
    with alice.app.app_context():
        note = db.session.get_one(Note, note_id)
        note.speaker_names = {}
        show(note, FOUND, SAID)
        db.session.add_all(Segment.of(note.upload_id, said) for said in SAID)
        db.session.commit()
    return note_id


def read(person: Person, note_id: str, query: str = "") -> Any:
    answer = person.get(f"/api/notes/{note_id}/transcript{query}")
    assert answer.status_code == 200, answer.json
    return answer


def put_right(person: Person, note_id: str, index: int, text: Any) -> Any:
    return person.patch(f"/api/notes/{note_id}/transcript/{index}", json={"text": text})


def name(person: Person, note_id: str, **names: Any) -> Any:
    given = {label.replace("_", " "): name for label, name in names.items()}
    return person.patch(f"/api/notes/{note_id}/speakers", json=given)


def test_a_transcript_tells_all_that_is_known_of_a_segment(alice: Person, note_id: str) -> None:
    answer = read(alice, note_id)
    assert answer.headers["X-Total-Count"] == "3" and "Link" not in answer.headers
    body = answer.json
    segments = body.pop("segments")
    assert body == {
        "note_id": note_id,
        "language": "en",
        "duration": 3.0,
        "speakers": {"Speaker 1": "Speaker 1", "Speaker 2": "Ben"},
    }
    assert segments[0] == {
        "index": 0,
        "start": 0.0,
        "end": 2.0,
        "speaker": "Speaker 1",
        "label": "Speaker 1",
        "text": "Good morning.",
        "words": [
            {"start": 0.0, "end": 0.5, "text": "Good", "confidence": None},
            {"start": 0.5, "end": 2.0, "text": "morning.", "confidence": None},
        ],
        "confidence": 0.9,
        "flags": [],
        "edited": False,
    }
    assert [(s["speaker"], s["label"]) for s in segments[1:]] == [
        ("Ben", "Speaker 2"),
        ("Speaker 1", "Speaker 1"),
    ]
    assert [s["flags"] for s in segments] == [[], [], ["no_speech"]]


def test_pages_give_every_segment_once_and_in_order(alice: Person, note_id: str) -> None:
    seen, address = [], f"/api/notes/{note_id}/transcript?limit=1"
    while address:
        answer = alice.get(address)
        assert (len(answer.json["segments"]), answer.headers["X-Total-Count"]) == (1, "3")
        seen += [segment["index"] for segment in answer.json["segments"]]
        links = parse_header_links(answer.headers.get("Link", ""))
        address = next((link["url"] for link in links if link["rel"] == "next"), "")
    assert seen == [0, 1, 2]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "cursor=x", "cursor=LTE=", "cursor=OTk5OTk5OTk5OTk5", "format=odt"],
)
def test_what_makes_no_sense_is_refused(alice: Person, note_id: str, query: str) -> None:
    assert_problem(alice.get(f"/api/notes/{note_id}/transcript?{query}"), 400)


def test_it_comes_as_plain_text(alice: Person, note_id: str) -> None:
    answer = read(alice, note_id, "?format=text")
    assert answer.content_type == "text/plain; charset=utf-8"
    said = "Speaker 1: Good morning.\n\nBen: Hello <b>&\n\nSpeaker 1: La la la."
    assert answer.text == said == alice.get(f"/api/notes/{note_id}").json["transcript"]


@pytest.mark.parametrize(
    ("kind", "media_type", "begin"),
    [("srt", "application/x-subrip", "1\n00:00:00,000 -->"), ("vtt", "text/vtt", "WEBVTT\n\n00:")],
)
def test_it_comes_as_subtitles(
    alice: Person, note_id: str, kind: str, media_type: str, begin: str
) -> None:
    answer = read(alice, note_id, f"?format={kind}")
    assert answer.mimetype == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="Weekly.{kind}"'
    assert answer.text.startswith(begin)
    assert alice.get(f"/api/download/{kind}/{note_id}").data == answer.data


def test_words_that_are_put_right_show_everywhere(alice: Person, note_id: str) -> None:
    before = alice.get(f"/api/download/docx/{note_id}").data
    assert "La la la." in text_of("docx", before)
    answer = put_right(alice, note_id, 2, "  Let us\n begin. ")
    assert answer.status_code == 200, answer.json
    segment = read(alice, note_id).json["segments"][2]
    assert answer.json == segment
    assert (segment["text"], segment["flags"], segment["edited"]) == ("Let us begin.", [], True)
    assert (segment["words"], segment["confidence"]) == ([], None)
    assert (segment["start"], segment["end"], segment["speaker"]) == (5.0, 6.0, "Speaker 1")
    note = alice.get(f"/api/notes/{note_id}").json
    assert note["transcript"].endswith("Speaker 1: Let us begin.")
    for kind in ("docx", "pdf", "srt", "vtt"):
        data = alice.get(f"/api/download/{kind}/{note_id}").data
        text = text_of(kind, data) if kind in ("docx", "pdf") else data.decode()
        assert "Let us begin." in text and "La la la." not in text
    assert [n["id"] for n in alice.get("/api/history?q=let us begin").json] == [note_id]
    assert alice.get("/api/history?q=la la la").json == []


def test_words_that_nobody_said_can_be_taken_out(alice: Person, note_id: str) -> None:
    assert put_right(alice, note_id, 2, " ").status_code == 200
    note = alice.get(f"/api/notes/{note_id}").json
    assert note["transcript"] == "Speaker 1: Good morning.\n\nBen: Hello <b>&"
    assert len(read(alice, note_id).json["segments"]) == 3
    assert read(alice, note_id, "?format=srt").text.count("-->") == 2


@pytest.mark.parametrize("text", [None, 7, "a\0b", "a\x1bb", "x" * 10_001])
def test_what_is_no_text_is_refused(alice: Person, note_id: str, text: Any) -> None:
    assert_problem(put_right(alice, note_id, 0, text), 400)
    assert read(alice, note_id).json["segments"][0]["text"] == "Good morning."


def test_half_a_letter_is_refused(alice: Person, note_id: str) -> None:
    path = f"/api/notes/{note_id}/transcript/0"
    sent = {"data": '{"text": "\\ud800"}', "content_type": "application/json"}
    assert_problem(alice.patch(path, **sent), 400)


def test_a_segment_that_is_not_there_is_not_found(alice: Person, note_id: str) -> None:
    for index in (3, 10**9):
        assert_problem(put_right(alice, note_id, index, "x"), 404, error="Segment not found")
    for index in (2**31, 10**30):  # more than a column of any database holds
        assert_problem(put_right(alice, note_id, index, "x"), 404)


def test_a_name_shows_everywhere_and_goes_again(alice: Person, note_id: str) -> None:
    untouched = alice.get(f"/api/notes/{note_id}").json
    alice.get(f"/api/download/docx/{note_id}")
    answer = name(alice, note_id, Speaker_1=" Maria ", Speaker_2="Benny")
    assert answer.json == {"speakers": {"Speaker 1": "Maria", "Speaker 2": "Benny"}}
    note = alice.get(f"/api/notes/{note_id}").json
    assert [p["name"] for p in note["participants"]] == ["Maria", "Benny"]
    assert [p["speaker"] for p in note["participants"]] == ["Speaker 1", "Speaker 2"]
    assert [item["owner"] for item in note["action_items"]] == ["Maria", "Benny", "Zoe"]
    assert note["sentiment"]["by_speaker"] == {"Maria": 0.5, "Benny": -0.5}
    assert [section["speaker"] for section in note["notes"]["sections"]] == ["Benny"]
    assert note["transcript"].startswith("Maria: Good morning.\n\nBenny: Hello")
    assert note["speaker_names"] == {"Speaker 1": "Maria", "Speaker 2": "Benny"}
    assert note["notes"]["participants"] == note["participants"]
    assert alice.get("/api/notes").json[0]["sentiment"] == note["sentiment"]
    assert "Maria" in text_of("docx", alice.get(f"/api/download/docx/{note_id}").data)
    assert "<v Maria>" in read(alice, note_id, "?format=vtt").text
    shown = read(alice, note_id).json["segments"]
    assert [(s["speaker"], s["label"]) for s in shown[:2]] == [
        ("Maria", "Speaker 1"),
        ("Benny", "Speaker 2"),
    ]
    assert name(alice, note_id, Speaker_1=None, Speaker_2="").json["speakers"] == {
        "Speaker 1": "Speaker 1",
        "Speaker 2": "Ben",
    }
    assert alice.get(f"/api/notes/{note_id}").json == untouched


@pytest.mark.parametrize(
    "names", [{"Speaker 9": "Maria"}, {"Ben": "X"}, {"Speaker 1": "x" * 101}, {"Speaker 1": 7}, []]
)
def test_names_that_cannot_be_are_refused(alice: Person, note_id: str, names: Any) -> None:
    assert_problem(alice.patch(f"/api/notes/{note_id}/speakers", json=names), 400)
    assert alice.get(f"/api/notes/{note_id}").json["speaker_names"] == {}


def test_the_history_tells_every_change_newest_first(alice: Person, note_id: str) -> None:
    put_right(alice, note_id, 1, "Hello.")
    put_right(alice, note_id, 1, "Hello there.")
    name(alice, note_id, Speaker_2="Benny")
    name(alice, note_id, Speaker_1=None, Speaker_2="Benny")  # as they are called already
    name(alice, note_id, Speaker_2=None)
    answer = alice.get(f"/api/notes/{note_id}/transcript/history")
    assert answer.headers["X-Total-Count"] == "4"
    changes = [(c["kind"], c["speaker"], c["before"], c["after"]) for c in answer.json]
    assert changes == [
        ("speaker", "Speaker 2", "Benny", None),
        ("speaker", "Speaker 2", None, "Benny"),
        ("text", "Speaker 2", "Hello.", "Hello there."),
        ("text", "Speaker 2", "Hello <b>&", "Hello."),
    ]
    assert all(newer["created_at"] >= older["created_at"] for newer, older in pairwise(answer.json))
    assert [(c["start"], c["end"]) for c in answer.json] == [(None, None)] * 2 + [(2.0, 5.0)] * 2
    first = alice.get(f"/api/notes/{note_id}/transcript/history?limit=3")
    rest = alice.get(parse_header_links(first.headers["Link"])[0]["url"])
    assert first.json + rest.json == answer.json


def test_what_is_being_transcribed_again_is_not_changed(alice: Person, note_id: str) -> None:
    with alice.app.app_context():
        db.session.execute(sa.update(Upload).values(status="processing"))
        db.session.commit()
    assert_problem(put_right(alice, note_id, 0, "x"), 409, "conflict")
    assert_problem(name(alice, note_id, Speaker_1="x"), 409, "conflict")
    assert read(alice, note_id).json["segments"][0]["text"] == "Good morning."
    assert alice.get(f"/api/notes/{note_id}/transcript/history").json == []


def test_another_s_transcript_is_neither_read_nor_changed(
    alice: Person, bob: Person, note_id: str
) -> None:
    for query in ("", "?format=text", "?format=vtt", "/history"):
        answer = bob.get(f"/api/notes/{note_id}/transcript{query}")
        assert_problem(answer, 404, "not_found", "Note not found")
    assert_problem(put_right(bob, note_id, 0, "x"), 404, error="Note not found")
    assert_problem(put_right(bob, note_id, 0, 7), 404, error="Note not found")
    assert_problem(name(bob, note_id, Speaker_1="Bob"), 404, error="Note not found")
    assert read(alice, note_id).json["segments"][0]["text"] == "Good morning."
    assert alice.get(f"/api/notes/{note_id}/transcript/history").json == []
