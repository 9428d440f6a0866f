"""Every script in a PDF: all of it is shown, and what is copied out is what was said."""

import re
import shutil
import subprocess

import pytest

from talktotext.documents import Document, render
from talktotext.documents.typesetting import faces
from talktotext.schema import Notes

from .samples import WHEN, segments
from .scripts import SCRIPTS

# Marks that tell which way text runs: extractors put them in, and so do we next to numbers.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\\s]")
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
)


def meeting(text: str) -> Document:
    talk = [("Speaker 1", 7.0 * turn, " ".join([text] * 4)) for turn in range(6)]
    return Document(Notes(title=text), segments(talk), WHEN, duration=60.0)


def bare(text: str) -> str:
    return _DIRECTION.sub("", text)


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_character_is_missing(script):
    assert not faces.is_missing(SCRIPTS[script])


@pytest.mark.parametrize("text", ["㈱山﨑 120㎡", "ㅋㅋㅋ ㄱㄴㄷ", "3㎏ ㊗"])
def test_no_common_sign_is_missing(text):
    assert not faces.is_missing(text)


def test_what_no_font_has_is_missed():
    assert faces.is_missing("\U00016800")  # Bamum, in which nothing is transcribed


@needs_pdftotext
@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_copied_is_what_was_said(script, tmp_path):
    path = tmp_path / "note.pdf"
    path.write_bytes(render("pdf", meeting(SCRIPTS[script])))
    copied = subprocess.run(
        ["pdftotext", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert bare(" ".join([SCRIPTS[script]] * 4)) in bare(copied)
