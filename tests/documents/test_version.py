"""What tells documents of one release from those of another."""

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from talktotext.documents import version as module
from talktotext.documents.version import LIBRARIES, version
from tests.test_arrows import imported, modules


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    version.cache_clear()
    yield
    version.cache_clear()


def again() -> str:
    version.cache_clear()
    return version()


def test_it_is_the_same_for_the_same_writers():
    assert version() == again()


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_release_of_a_library_is_another_version(library, monkeypatch):
    before, known = version(), metadata.version
    monkeypatch.setattr(metadata, "version", lambda n: "999" if n == library else known(n))
    assert again() != before


def test_a_library_that_is_not_there_is_no_mistake(monkeypatch):
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    before = version()
    monkeypatch.setattr(metadata, "version", missing)
    assert again() != before


@pytest.mark.parametrize("name", ["schema.py", "editing/naming.py", "jobs/shown.py"])
def test_what_makes_a_document_of_a_note_counts(name, monkeypatch):
    before, read = version(), Path.read_bytes
    changed = Path(module.__file__).parent.parent / name
    monkeypatch.setattr(Path, "read_bytes", lambda p: b"" if p == changed else read(p))
    assert again() != before


def test_every_library_that_the_writers_import_counts():
    paths = modules("documents")
    tops = {name.split(".")[0] for path in paths for name in imported(path)} - {"talktotext"}
    known = metadata.packages_distributions()
    named = {
        one.lower().replace("_", "-")
        for top in tops - sys.stdlib_module_names
        for one in known[top]
    }
    assert named <= set(LIBRARIES)
