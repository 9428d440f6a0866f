"""What the tests of documents share: a writer that counts, and what is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from talktotext import documents
from talktotext.api import exporting
from tests.conftest import Person, whole
from tests.documents.fake_writer import FAKE, FakeWriter


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeWriter]]:
    """The writer of PDFs in a test."""
    monkeypatch.setitem(documents.FORMATS, "pdf", FAKE)
    monkeypatch.setattr(FakeWriter, "written", [])
    monkeypatch.setattr(exporting, "HEAD_START", 0.3)
    return FakeWriter


def kept(app: APIFlask) -> list[str]:
    """Names of the documents in storage."""
    folder = Path(app.config["UPLOAD_FOLDER"]) / "documents"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def ask(person: Person, path: str, method: str = "GET", **headers: str) -> Any:
    """An answer to a request with such headers, `If_Match` for `If-Match`, read to its end."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return whole(person.client.open(path, method=method, headers={**person.headers, **named}))
