"""Documents in parts, and only to who has not got them (RFC 9110, sections 13 and 14)."""

from typing import Any

import pytest

from talktotext import documents
from talktotext.jobs.kept import KEPT
from tests.api.exports import ask, kept, writer
from tests.api.helpers import add_note, assert_problem
from tests.conftest import Person
from tests.documents.fake_writer import FakeWriter

__all__ = ["writer"]
TOLD = ("Content-Type", "Content-Length", "Content-Disposition", "ETag", "Accept-Ranges")
TOLD = (*TOLD, "Cache-Control", "X-Content-Type-Options")


@pytest.fixture
def note_id(alice: Person) -> str:
    return add_note(alice, "Weekly", said=["Hello there.", "Good bye."])


@pytest.fixture
def path(note_id: str, writer: type[FakeWriter]) -> str:
    return f"/api/download/pdf/{note_id}"


@pytest.mark.parametrize("extension", documents.FORMATS)
def test_every_format_keeps_to_the_protocol(
    alice: Person, bob: Person, note_id: str, extension: str
) -> None:
    path = f"/api/download/{extension}/{note_id}"
    answer = ask(alice, path)
    data, tag = answer.data, answer.headers["ETag"]
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(data)))
    assert tag[0] == tag[-1] == '"'
    head = ask(alice, path, "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert {name: head.headers[name] for name in TOLD} == {n: answer.headers[n] for n in TOLD}
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="Weekly.{extension}"'
    assert answer.mimetype == documents.get_writer(extension).media_type.partition(";")[0]
    same = ask(alice, path, If_None_Match=tag)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    for method in ("GET", "HEAD", "POST"):
        refused = ask(bob, path, method, Range="bytes=0-1", If_None_Match=tag)
        assert refused.status_code == 404
        assert refused.headers.get("ETag") is None


@pytest.mark.parametrize("extension", sorted({*documents.FORMATS} - {*KEPT}))
def test_a_text_goes_on_where_it_broke_off(alice: Person, note_id: str, extension: str) -> None:
    path = f"/api/download/{extension}/{note_id}"
    whole = ask(alice, path)
    etag = whole.headers["ETag"]
    part = ask(alice, path, Range="bytes=3-", If_Range=etag)
    assert (part.status_code, part.data) == (206, whole.data[3:])


def test_a_part_of_it_comes_alone(alice: Person, path: str) -> None:
    data = ask(alice, path).data
    size = len(data)
    for wanted, first, last in (
        ("0-0", 0, 1),
        ("5-9", 5, 10),
        ("7-", 7, size),
        ("-4", size - 4, size),
        (f"-{size}", 0, size),
        (f"-{size + 1}", 0, size),
        (" -99999999999999999999", 0, size),
    ):
        part = ask(alice, path, Range=f"bytes={wanted}")
        assert (part.status_code, part.data) == (206, data[first:last])
        assert part.headers["Content-Range"] == f"bytes {first}-{last - 1}/{size}"
        assert part.headers["Content-Length"] == str(last - first)


@pytest.mark.parametrize(
    "wanted", ["bytes=999999-", "bytes=5-2", "bytes=-0", "bytes=--9", "bytes=x-y", "bytes"]
)
def test_a_part_that_it_does_not_have_is_refused(alice: Person, path: str, wanted: str) -> None:
    answer = ask(alice, path, Range=wanted)
    assert_problem(answer, 416)
    assert answer.headers["Content-Range"] == f"bytes */{len(ask(alice, path).data)}"


@pytest.mark.parametrize("wanted", ["lines=0-1", "", "bytes=0-1,5-6"])
def test_what_is_not_understood_gives_all(alice: Person, path: str, wanted: str) -> None:
    answer = ask(alice, path, Range=wanted)
    assert answer.status_code == 200
    assert answer.data == ask(alice, path).data


def test_its_head_knows_no_parts(alice: Person, path: str) -> None:
    head, body = ask(alice, path, "HEAD", Range="bytes=0-3"), ask(alice, path)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(body.data)))


def test_who_has_it_gets_it_not_again_and_nothing_is_built(
    alice: Person, path: str, writer: type[FakeWriter]
) -> None:
    tag = ask(alice, path).headers["ETag"]
    writer.written.clear()
    for file in kept(alice.app):
        (alice.app.config["UPLOAD_FOLDER"] / "documents" / file).unlink()
    for known in (tag, f"W/{tag}", f'"another", {tag}', "*"):
        for more in ({}, {"Range": "bytes=0-3"}):
            answer = ask(alice, path, If_None_Match=known, **more)
            assert (answer.status_code, answer.data) == (304, b"")
    assert writer.written == []
    assert ask(alice, path, If_None_Match='"another"').status_code == 200


def test_a_part_of_another_one_is_not_taken_for_one_of_this(alice: Person, path: str) -> None:
    answer = ask(alice, path)
    tag, data = answer.headers["ETag"], answer.data
    assert ask(alice, path, Range="bytes=0-3", If_Range=tag).data == data[:4]
    for other in ('"another"', f"W/{tag}", "Sat, 14 Nov 2026 09:30:00 GMT"):
        whole = ask(alice, path, Range="bytes=0-3", If_Range=other)
        assert (whole.status_code, whole.data) == (200, data)


@pytest.mark.parametrize("more", [{}, {"Range": "bytes=0-3"}])
def test_who_wants_another_one_is_told(alice: Person, path: str, more: dict[str, str]) -> None:
    tag = ask(alice, path).headers["ETag"]
    assert ask(alice, path, If_Match=tag, **more).status_code in (200, 206)
    assert ask(alice, path, If_Match="*", **more).status_code in (200, 206)
    for other in ('"another"', f"W/{tag}"):
        assert_problem(ask(alice, path, If_Match=other, **more), 412, "outdated")


def test_a_recording_too_knows_when_a_part_is_of_another(alice: Person) -> None:
    note: Any = alice.make_note()
    path = f"/api/notes/{note}/audio"
    assert_problem(ask(alice, path, If_Match='"another"', Range="bytes=0-3"), 412, "outdated")
    tag = ask(alice, path).headers["ETag"]
    assert ask(alice, path, If_None_Match=tag, Range="bytes=0-3").status_code == 304
