"""Notes as documents: what comes, under which name, and to whom."""

import io
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from docx import Document
from pypdf import PdfReader
from werkzeug.http import parse_options_header

from tests.api.helpers import add_note, assert_problem
from tests.conftest import Person, whole

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"pdf": "application/pdf", "docx": WORD}


def text_of(kind: str, data: bytes) -> str:
    if kind == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return " ".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_comes_as_an_attachment(alice: Person, kind: str) -> None:
    note_id = add_note(alice, "Weekly planning", transcript="Hello there.")
    answer = alice.get(f"/api/download/{kind}/{note_id}")
    assert (answer.status_code, answer.mimetype) == (200, KINDS[kind])
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="Weekly planning.{kind}"'
    assert "Weekly planning" in text_of(kind, answer.data)


@pytest.mark.parametrize("title", ["Ärger über 会議", "😀 Planung", "Планёрка"])
def test_a_title_outside_ascii_names_it_too(alice: Person, title: str) -> None:
    answer = alice.get(f"/api/download/docx/{add_note(alice, title)}")
    disposition = answer.headers["Content-Disposition"]
    assert f"filename*=UTF-8''{quote(title)}.docx" in disposition
    assert disposition.isascii()
    assert parse_options_header(disposition)[1]["filename"] == f"{title}.docx"


@pytest.mark.parametrize(
    "title", ['a"; filename="evil.exe', "a\r\nX-Evil: 1", "../../etc/passwd", "a/b\\c", "\u202ecod"]
)
def test_a_title_cannot_break_out_of_the_header(alice: Person, title: str) -> None:
    answer = alice.get(f"/api/download/docx/{add_note(alice, title)}")
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers
    name = parse_options_header(answer.headers["Content-Disposition"])[1]["filename"]
    assert name.endswith(".docx")
    assert not set(name) & set('/\\"\r\n\u202e') and not name.startswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_whose_file_is_gone_is_built_again(alice: Person, kind: str) -> None:
    note_id = alice.make_note()
    before = alice.get(f"/api/download/{kind}/{note_id}")
    folder = Path(alice.app.config["UPLOAD_FOLDER"]) / "documents"
    stored = [path for path in folder.iterdir() if path.suffix == f".{kind}"]
    assert [path.read_bytes() for path in stored] == [before.data]
    stored[0].unlink()
    after = alice.get(f"/api/download/{kind}/{note_id}")
    assert after.headers["Content-Disposition"] == before.headers["Content-Disposition"]
    assert text_of(kind, after.data) == text_of(kind, before.data)
    assert stored[0].read_bytes() == after.data


@pytest.mark.parametrize("kind", ["exe", "PDF", "pdf.", "..", "%00", "a" * 1000])
def test_an_unknown_kind_is_not_found(alice: Person, kind: str) -> None:
    assert_problem(alice.get(f"/api/download/{kind}/{add_note(alice)}"), 404, "not_found")


@pytest.mark.parametrize("kind", KINDS)
def test_another_s_document_is_not_found(alice: Person, bob: Person, kind: str) -> None:
    path = f"/api/download/{kind}/{add_note(alice)}"
    assert_problem(bob.get(path), 404, "not_found", "Note not found")
    # Also once it lies ready.
    assert alice.get(path).status_code == 200
    assert_problem(bob.get(path), 404, "not_found", "Note not found")
    assert_problem(alice.get(f"/api/download/{kind}/{uuid4()}"), 404, error="Note not found")


def test_its_head_can_be_asked_for(alice: Person, bob: Person) -> None:
    path = f"/api/download/pdf/{alice.make_note()}"
    head = whole(alice.client.head(path, headers=alice.headers))
    body = alice.get(path)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Disposition"):
        assert head.headers[name] == body.headers[name]
    assert bob.client.head(path, headers=bob.headers).status_code == 404
