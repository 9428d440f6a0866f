"""Documents that look as somebody wants them."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from talktotext.documents.template import PARTS
from tests.api.exports import ask, kept, writer
from tests.api.helpers import add_note, assert_problem
from tests.conftest import Person
from tests.documents.fake_writer import FakeWriter

__all__ = ["writer"]


@pytest.fixture
def path(alice: Person, writer: type[FakeWriter]) -> str:
    return f"/api/download/pdf/{add_note(alice, 'Weekly')}"


def picture(kind: str = "PNG", width: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 8), "red").save(out, kind)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be so large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def look_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.json
    _, page_size, accent, parts, logo, base_url, _ = answer.get_data(as_text=True).split("|")
    return {
        "page_size": page_size,
        "accent": accent,
        "parts": parts,
        "logo": logo,
        "base_url": base_url,
    }


PLAIN = {"page_size": "A4", "accent": "#0B6174", "parts": "all", "logo": "None", "base_url": ""}


@pytest.mark.parametrize(
    ("query", "look"),
    [
        ("", {}),
        ("page_size=letter", {"page_size": "Letter"}),
        ("accent=c0ffee", {"accent": "#C0FFEE"}),
        ("accent=%23C0FFEE", {"accent": "#C0FFEE"}),
        ("sections=summary,action-items", {"parts": "action_items,summary"}),
        ("sections=summary&sections=Action%20Items", {"parts": "action_items,summary"}),
        ("sections=&page_size=&accent=&logo=", {}),
        ("sections=,", {}),
        ("logo=false", {}),
        ("nothing=known", {}),
    ],
)
def test_it_looks_as_asked(alice: Person, path: str, query: str, look: dict[str, str]) -> None:
    assert look_of(ask(alice, f"{path}?{query}")) == PLAIN | look


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("page_size=A3", "page_size: Input should be 'A4' or 'Letter'"),
        ("accent=red", "accent is not a colour such as 0B6174"),
        ("accent=0B61740", "accent is not a colour such as 0B6174"),
        ("accent=%0aB6174", "accent is not a colour such as 0B6174"),
        ("accent=０B6174", "accent is not a colour such as 0B6174"),
        ("sections=summary,gossip", f"sections is none of {', '.join(PARTS)}"),
        ("sections=%00", f"sections is none of {', '.join(PARTS)}"),
        ("logo=perhaps", None),
    ],
)
def test_what_cannot_be_is_refused(
    alice: Person, bob: Person, path: str, query: str, error: str | None
) -> None:
    body = assert_problem(ask(alice, f"{path}?{query}"), 400, "validation_failed", error)
    assert set(body["fields"]) == {query.partition("=")[0]}
    assert_problem(ask(bob, f"{path}?{query}"), 404, "not_found", "Note not found")
    assert kept(alice.app) == []


def test_what_is_not_asked_is_as_the_operator_set_it(
    alice: Person, path: str, tmp_path: Path
) -> None:
    settings = alice.app.config["SETTINGS"]
    settings.DOCUMENT_PAGE_SIZE, settings.DOCUMENT_ACCENT = "Letter", "112233"
    settings.DOCUMENT_SECTIONS, settings.BASE_URL = ["summary"], "https://notes.example"
    settings.DOCUMENT_LOGO = tmp_path / "logo.png"
    settings.DOCUMENT_LOGO.write_bytes(data := picture())
    ours = {"page_size": "Letter", "accent": "#112233", "parts": "summary"}
    ours |= {"logo": str(len(data)), "base_url": "https://notes.example"}
    assert look_of(ask(alice, path)) == ours
    other = ask(alice, f"{path}?page_size=A4&sections=mood&logo=false")
    assert look_of(other) == ours | {"page_size": "A4", "parts": "mood", "logo": "None"}


def test_another_logo_under_the_same_name_is_another_document(
    alice: Person, path: str, tmp_path: Path
) -> None:
    logo = alice.app.config["SETTINGS"].DOCUMENT_LOGO = tmp_path / "logo.png"
    logo.write_bytes(picture(width=8))
    first = ask(alice, path).headers["ETag"]
    logo.write_bytes(picture(width=9))
    assert ask(alice, path).headers["ETag"] != first
    logo.write_bytes(b"broken")
    assert look_of(ask(alice, path))["logo"] == "None"
    logo.unlink()
    assert look_of(ask(alice, path))["logo"] == "None"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_of_one_s_own_is_in_it_and_nothing_is_kept(
    alice: Person, bob: Person, path: str, kind: str
) -> None:
    form = {"logo": (io.BytesIO(picture(kind)), "logo"), "page_size": "Letter"}
    answer = alice.post(path, data=form)
    assert look_of(answer) == PLAIN | {"page_size": "Letter", "logo": str(len(picture(kind)))}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Weekly.pdf"'
    assert kept(alice.app) == []
    theirs = bob.post(path, data={"logo": (io.BytesIO(picture()), "logo.png")})
    assert_problem(theirs, 404, "not_found", "Note not found")
    assert look_of(ask(alice, path)) == PLAIN


def test_a_form_without_a_logo_is_as_good_as_a_query(alice: Person, path: str) -> None:
    assert look_of(alice.post(path)) == PLAIN
    form = {"logo": "false", "sections": ["mood", "charts,topics"]}
    assert look_of(alice.post(path, data=form)) == PLAIN | {"parts": "charts,mood,topics"}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "A logo is a PNG or a JPEG picture"),
        (b"GIF89a\1\0\1\0\0\0\0;", "A logo is a PNG or a JPEG picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "A logo is a PNG or a JPEG picture"),
        (picture()[:-40], "A logo is a PNG or a JPEG picture"),
        (claiming(8, 8), "A logo is a PNG or a JPEG picture"),
        (claiming(9000, 9000), "A logo may have 4 megapixels at most"),
        (claiming(60_000, 60_000), "A logo is a PNG or a JPEG picture"),
    ],
)
def test_what_is_no_picture_is_refused(alice: Person, path: str, data: bytes, error: str) -> None:
    answer = alice.post(path, data={"logo": (io.BytesIO(data), "logo.png")})
    assert_problem(answer, 400, "invalid_request", error)


def test_a_picture_that_is_too_large_is_refused(alice: Person, path: str) -> None:
    answer = alice.post(path, data={"logo": (io.BytesIO(bytes(2_000_000)), "logo.png")})
    assert_problem(answer, 413, "file_too_large")


def test_what_is_no_form_is_refused(alice: Person, path: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=part"}
    answer = alice.post(path, data=b"--part\r\nhalf of it", headers=headers)
    assert_problem(answer, 400, "invalid_request")
