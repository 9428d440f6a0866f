"""How documents look by settings: what makes no sense is told before anything starts."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from talktotext import config
from talktotext.config import ConfigError, Settings
from talktotext.documents.template import PARTS, Template
from talktotext.jobs.look import Look, template_of
from tests.conftest import make_settings


def from_environment(folder: Path, patch: pytest.MonkeyPatch, **values: str) -> Settings:
    patch.chdir(folder)  # no .env there
    for name, value in {"INSTANCE_FOLDER": str(folder), **values}.items():
        patch.setenv(name, value)
    return config.load()


def test_they_are_plain_where_nothing_is_set(tmp_path: Path) -> None:
    assert template_of(make_settings(tmp_path), Look()) == Template()


def test_they_are_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = from_environment(
        tmp_path,
        monkeypatch,
        DOCUMENT_PAGE_SIZE="Letter",
        DOCUMENT_ACCENT="abcdef",
        DOCUMENT_SECTIONS=" summary, transcript,",
        BASE_URL="https://notes.example/n/{note_id}#{seconds}",
    )
    wanted = {"page_size": "Letter", "accent": "#ABCDEF"}
    assert template_of(settings, Look()) == Template(parts={"summary", "transcript"}, **wanted)
    every = Look(sections=PARTS, accent="#123456", page_size="A4")
    assert template_of(settings, every) == Template(accent="#123456")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOCUMENT_PAGE_SIZE", "A3"),
        ("DOCUMENT_ACCENT", "red"),
        ("DOCUMENT_ACCENT", "#12345"),
        ("DOCUMENT_SECTIONS", "summary,gossip"),
        ("BASE_URL", "notes.example"),
        ("BASE_URL", "javascript:alert(1)"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{name}"):
        from_environment(tmp_path, monkeypatch, **{name: value})


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (None, "No such file or directory"),
        (b"", "A logo is a PNG or a JPEG picture"),
        (b"<svg/>", "A logo is a PNG or a JPEG picture"),
        (bytes(1_000_001), "A logo may have 1000 kB at most"),
    ],
)
def test_a_logo_that_cannot_be_used_stops_the_start(
    tmp_path: Path, data: bytes | None, complaint: str
) -> None:
    path = tmp_path / "logo.png"
    if data is not None:
        path.write_bytes(data)
    settings = make_settings(tmp_path, DOCUMENT_LOGO=path)
    with pytest.raises(ConfigError) as refusal:
        settings.check()
    remedy = "Set it to the path of a small PNG or JPEG picture."
    assert str(refusal.value) == f"DOCUMENT_LOGO cannot be used: {complaint}. {remedy}"


def test_a_logo_stands_in_documents_unless_one_does_not_want_it(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(path := tmp_path / "logo.png")
    settings: Any = make_settings(tmp_path, DOCUMENT_LOGO=path)
    settings.check()
    assert template_of(settings, Look()).logo == path.read_bytes()
    assert template_of(settings, Look(logo=True)).logo == path.read_bytes()
    assert template_of(settings, Look(logo=False)).logo is None
    assert template_of(settings, Look(), b"my own").logo == b"my own"
