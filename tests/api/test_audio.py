"""The recording for a player: whole or in parts, never run by a browser, and only to its owner."""

from typing import Any
from urllib.parse import quote

import pytest

from talktotext.extensions import db
from talktotext.models import Recording, Upload
from talktotext.runner.retention import Expired, purge
from tests.api.helpers import add_note, assert_problem
from tests.conftest import Person, tone, whole

SOUND = tone(1.0)


@pytest.fixture
def path(alice: Person) -> str:
    return f"/api/notes/{recorded(alice, SOUND)}/audio"


def recorded(person: Person, data: bytes, name: str = "talk.wav") -> str:
    """A note whose recording is in storage."""
    upload_id = person.upload(data, name)
    note_id = add_note(person)
    with person.app.app_context():
        of_note = db.session.query(Upload).filter_by(note_id=note_id).one()
        of_note.file_path = db.session.get_one(Upload, upload_id).file_path
        of_note.file_name = name
        db.session.commit()
    return note_id


def ask(person: Person, path: str, method: str = "GET", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = person.client.open(path, method=method, headers={**person.headers, **named})
    return whole(sent)


def test_it_comes_as_it_was_uploaded(alice: Person, path: str) -> None:
    answer = ask(alice, path)
    assert (answer.status_code, answer.data) == (200, SOUND)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Length"] == str(len(SOUND))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="talk.wav"'


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("0-0", 0, 1), ("10-19", 10, 20), ("100-", 100, len(SOUND)), ("0-999999", 0, len(SOUND))],
)
def test_a_part_of_it_comes_alone(
    alice: Person, path: str, wanted: str, first: int, last: int
) -> None:
    answer = ask(alice, path, Range=f"bytes={wanted}")
    assert (answer.status_code, answer.data) == (206, SOUND[first:last])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last - 1}/{len(SOUND)}"
    assert answer.headers["Content-Length"] == str(last - first)


def test_its_end_can_be_asked_for(alice: Person, path: str) -> None:
    answer = ask(alice, path, Range="bytes=-50")
    assert (answer.status_code, answer.data) == (206, SOUND[-50:])


@pytest.mark.parametrize("wanted", ["bytes=999999-", "bytes=5-2", "bytes=x-y", "bytes"])
def test_a_part_that_it_does_not_have_is_refused(alice: Person, path: str, wanted: str) -> None:
    assert_problem(ask(alice, path, Range=wanted), 416)


@pytest.mark.parametrize("wanted", ["lines=0-1", "", "bytes=0-1,5-6"])
def test_other_units_and_several_parts_at_once_give_all(
    alice: Person, path: str, wanted: str
) -> None:
    answer = ask(alice, path, Range=wanted)
    assert (answer.status_code, answer.data) == (200, SOUND)


def test_a_part_of_another_version_is_not_taken_for_one_of_this(alice: Person, path: str) -> None:
    etag = ask(alice, path).headers["ETag"]
    part = ask(alice, path, Range="bytes=0-9", If_Range=etag)
    assert (part.status_code, part.data) == (206, SOUND[:10])
    other = ask(alice, path, Range="bytes=0-9", If_Range='"another"')
    assert (other.status_code, other.data) == (200, SOUND)
    known = ask(alice, path, If_None_Match=etag)
    assert (known.status_code, known.data) == (304, b"")
    assert ask(alice, path, If_Match=etag).data == SOUND
    assert_problem(ask(alice, path, If_Match='"another"'), 412, code="outdated")


def test_its_head_says_what_there_is(alice: Person, path: str) -> None:
    head, body = ask(alice, path, "HEAD"), ask(alice, path)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Accept-Ranges"):
        assert head.headers[name] == body.headers[name]


@pytest.mark.parametrize(
    ("begin", "media_type"),
    [
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90d", "audio/mpeg"),
        (b"\xff\xf1P\x80", "audio/aac"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\x1aE\xdf\xa3", "audio/webm"),
        (b"\0\0\0 ftypisom", "audio/mp4"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"<html><script>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_its_kind_is_told_by_its_beginning_and_never_runs(
    alice: Person, monkeypatch: pytest.MonkeyPatch, begin: bytes, media_type: str
) -> None:
    monkeypatch.setattr("talktotext.media.probe", lambda *_, **__: None)
    answer = ask(alice, f"/api/notes/{recorded(alice, begin + b'...', 'page.html')}/audio")
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_name_in_any_script_stays_in_its_header(alice: Person) -> None:
    answer = ask(alice, f"/api/notes/{recorded(alice, SOUND, 'Планёрка.wav')}/audio")
    assert quote("Планёрка.wav") in answer.headers["Content-Disposition"]


def test_what_is_no_longer_kept_is_told(alice: Person) -> None:
    note_id = recorded(alice, SOUND)
    with alice.app.app_context():
        db.session.query(Upload).update({"status": "done"})
        db.session.commit()
        purge(Expired([], db.session.query(Upload).all()))
        assert db.session.query(Recording).count() == 0
    answer = ask(alice, f"/api/notes/{note_id}/audio")
    assert_problem(
        answer, 410, "recording_missing", "The recording is no longer kept; its notes are"
    )
    assert alice.get(f"/api/notes/{note_id}").status_code == 200


def test_another_s_recording_is_not_found(alice: Person, bob: Person, path: str) -> None:
    for headers in ({}, {"Range": "bytes=0-9"}):
        assert_problem(ask(bob, path, **headers), 404, "not_found", "Note not found")
    assert ask(bob, path, "HEAD").status_code == 404
    assert ask(alice, path).status_code == 200
