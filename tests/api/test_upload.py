"""Uploading: what is taken, and how it is kept."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask

from talktotext.api.upload import display_name
from talktotext.models import Job
from tests.api.helpers import HEAD, MULTIPART, TAIL, only_row, recordings, rows
from tests.conftest import Person, tone

SOUND = tone()


def test_an_upload_is_taken_at_once(app: APIFlask, alice: Person) -> None:
    answer = alice.send(SOUND, "talk.wav")
    assert answer.status_code == 200
    upload_id = answer.json["upload_id"]
    assert answer.json == {"upload_id": upload_id, "status": "uploaded"}
    assert str(UUID(upload_id)) == upload_id


def test_what_is_not_said_has_its_default(app: APIFlask, alice: Person) -> None:
    alice.upload(SOUND, "talk.wav")
    upload = only_row(app)
    assert (upload.language, upload.extract_duration, upload.url) == ("auto", None, None)
    assert (upload.user_id, upload.file_name, upload.file_size) == (
        alice.id,
        "talk.wav",
        len(SOUND),
    )


def test_it_is_stored_under_a_name_of_our_own(app: APIFlask, alice: Person) -> None:
    alice.upload(SOUND, "talk.wav")
    folder, _, name = str(only_row(app).file_path).partition("/")
    assert folder == "recordings"
    assert str(UUID(name)) == name
    assert recordings(app) == [name]
    stored = Path(app.config["UPLOAD_FOLDER"]) / folder / name
    assert stored.read_bytes() == SOUND


@pytest.mark.parametrize(
    ("form", "language", "seconds"),
    [
        ({"language": "de"}, "de", None),
        ({"language": " EN "}, "en", None),
        ({"language": "", "extractDuration": "", "background": "", "url": ""}, "auto", None),
        ({"extractDuration": "0"}, "auto", None),
        ({"extractDuration": "90", "language": "auto"}, "auto", 90),
        ({"background": "TRUE", "something": "else"}, "auto", None),
    ],
)
def test_fields_are_kept(
    app: APIFlask, alice: Person, form: dict[str, str], language: str, seconds: int | None
) -> None:
    alice.upload(SOUND, **form)
    upload = only_row(app)
    assert (upload.language, upload.extract_duration) == (language, seconds)
    (job,) = rows(app, Job)
    asked = {"language": language, "extract_duration": seconds or 0}
    nothing = dict.fromkeys(("engine", "meeting_type", "output_language"))
    assert job.options == {**nothing, "vocabulary": [], "take": 0, **asked}


@pytest.mark.parametrize(
    ("form", "engine", "vocabulary"),
    [
        ({"engine": "fake"}, "fake", []),
        ({"engine": " Moonshine "}, "moonshine", []),
        ({"engine": "auto", "language": "en"}, "auto", []),
        ({"engine": "", "vocabulary": ""}, None, []),
        (
            {"vocabulary": "Zoë, Kubernetes,, zoë\nNew York "},
            None,
            ["Zoë", "Kubernetes", "New York"],
        ),
        ({"vocabulary": ["Zoë", "a, b"]}, None, ["Zoë", "a", "b"]),
    ],
)
def test_an_engine_and_a_vocabulary_may_be_asked_for(
    app: APIFlask, alice: Person, form: dict[str, Any], engine: str | None, vocabulary: list[str]
) -> None:
    alice.upload(SOUND, **form)
    upload = only_row(app)
    assert (upload.engine, upload.vocabulary) == (engine, vocabulary)
    (job,) = rows(app, Job)
    assert (job.options["engine"], job.options["vocabulary"]) == (engine, vocabulary)


def test_one_s_own_vocabulary_comes_after_that_of_the_recording(
    app: APIFlask, alice: Person
) -> None:
    alice.patch("/auth/me", json={"vocabulary": ["Kubernetes", "Zoë"]})
    alice.upload(SOUND, vocabulary="Zoë, Acme")
    (job,) = rows(app, Job)
    assert job.options["vocabulary"] == ["Zoë", "Acme", "Kubernetes"]
    assert only_row(app).vocabulary == ["Zoë", "Acme"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("talk.wav", "talk.wav"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\talk.wav", "talk.wav"),
        ("C:\\Users\\me\\talk.wav", "talk.wav"),
        ("a\x00b.wav", "ab.wav"),
        ("a\r\nb\tc.wav", "abc.wav"),
        ("x" * 300 + ".wav", "x" * 200),
        ("\u202egpj.exe", "gpj.exe"),
        ("\u2066talk\u2069\u200f.wav", "talk.wav"),
        ("Besprechung 😀 Ärger 会議.m4a", "Besprechung 😀 Ärger 会議.m4a"),
        ('it\'s a "talk".wav', 'it\'s a "talk".wav'),
        ("'; DROP TABLE uploads; --", "'; DROP TABLE uploads; --"),
        ("<script>.wav", "<script>.wav"),
        ("\ud800.wav", "wav"),
        (" \u3000 ", "recording"),
        ("..", "recording"),
        ("", "recording"),
    ],
)
def test_a_name_is_shown_without_what_could_harm(name: str, shown: str) -> None:
    assert display_name(name) == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("x" * 300, "x" * 200),
        ("\u202egpj.exe", "gpj.exe"),
        ("😀 会議.m4a", "😀 会議.m4a"),
        ("../a\0b.wav", "ab.wav"),
        ('it\'s a \\"talk\\".wav', 'it\'s a "talk".wav'),  # as curl has it
        ("it's a %22talk%22.wav", 'it\'s a "talk".wav'),  # as browsers do
    ],
)
def test_a_name_is_kept_for_show_only(app: APIFlask, alice: Person, sent: str, shown: str) -> None:
    body = HEAD.replace(b"a.wav", sent.encode()) + SOUND + TAIL
    answer = alice.post("/api/upload", data=body, headers=MULTIPART)
    assert answer.status_code == 200, answer.json
    upload = only_row(app)
    assert upload.file_name == shown
    assert str(upload.file_path).startswith("recordings/")
    assert [f"recordings/{stored}" for stored in recordings(app)] == [upload.file_path]
