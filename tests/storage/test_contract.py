"""What every storage keeps to."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from talktotext.errors import StorageMissing
from talktotext.storage import Storage, put
from tests.conftest import make_settings
from tests.stack import ROOT

MB = 1024**2
KEY = "recordings/one"


def read(storage: Storage, key: str) -> bytes:
    with storage.open(key) as file:
        return file.read()


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def incoming_of(folder: Path) -> list[str]:
    return files_in(folder / "instance" / "uploads" / "incoming")


@pytest.mark.parametrize("size", [0, 1, 100_000, 8 * MB, 20 * MB + 1], ids=lambda size: f"{size} B")
def test_bytes_come_back_as_they_went(storage: Storage, tmp_path: Path, size: int) -> None:
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    put(storage, KEY, data)
    assert read(storage, KEY) == data
    with storage.fetch(KEY, tmp_path / "work") as path:
        assert path.read_bytes() == data


def test_a_file_stays_usable_after_it_was_kept_and_then_vanishes(
    storage: Storage, tmp_path: Path
) -> None:
    with storage.incoming() as file:
        file.write(b"words")
        storage.keep(file, KEY)
        file.seek(0)
        assert file.read() == b"words"
        assert Path(file.name).exists()
    assert incoming_of(tmp_path) == []
    assert read(storage, KEY) == b"words"


@pytest.mark.parametrize("first", [0, 1, 700_000, 999_999])
def test_a_stream_may_begin_anywhere(storage: Storage, first: int) -> None:
    data = b"0123456789" * 100_000
    put(storage, KEY, data)
    with storage.open(KEY, first) as file:
        assert file.read() == data[first:]


def test_a_stream_is_read_piece_by_piece(storage: Storage) -> None:
    put(storage, KEY, b"0123456789" * 100_000)
    with storage.open(KEY) as file:
        assert file.read(5) == b"01234"
        assert file.read(700_000) == (b"0123456789" * 100_000)[5:700_005]
        assert len(file.read()) == 300_000 - 5
        assert file.read() == b""


def test_what_is_kept_again_is_replaced(storage: Storage) -> None:
    put(storage, KEY, b"first")
    put(storage, KEY, b"second, and longer")
    assert read(storage, KEY) == b"second, and longer"
    assert [key for key, _ in storage.keys("recordings/")] == [KEY]


def test_one_file_may_be_kept_twice(storage: Storage, tmp_path: Path) -> None:
    with storage.incoming() as file:
        file.write(b"once")
        storage.keep(file, KEY)
        storage.keep(file, KEY)
        storage.keep(file, "recordings/two")
    assert read(storage, KEY) == read(storage, "recordings/two") == b"once"
    assert incoming_of(tmp_path) == []
    assert len(list(storage.keys("recordings/"))) == 2


def test_what_is_not_there_is_missing(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(StorageMissing):
        storage.open(KEY)
    with pytest.raises(StorageMissing), storage.fetch(KEY, tmp_path / "work"):
        pass
    assert files_in(tmp_path / "work") == []


def test_deleting_deletes_that_key_and_twice_does_no_harm(storage: Storage) -> None:
    put(storage, KEY, b"1")
    put(storage, "recordings/two", b"2")
    storage.delete(KEY)
    storage.delete(KEY)
    with pytest.raises(StorageMissing):
        storage.open(KEY)
    assert read(storage, "recordings/two") == b"2"


def test_an_exception_leaves_no_temporary_file(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(KeyError), storage.incoming() as file:
        file.write(b"half of it")
        assert incoming_of(tmp_path) != []
        raise KeyError
    assert incoming_of(tmp_path) == []
    assert list(storage.keys("recordings/")) == []


def test_an_exception_while_fetched_leaves_the_recording_to_the_next_attempt(
    storage: Storage, tmp_path: Path
) -> None:
    put(storage, KEY, b"words")
    with pytest.raises(KeyError), storage.fetch(KEY, tmp_path / "work"):
        raise KeyError
    with storage.fetch(KEY, tmp_path / "work") as path:
        assert path.read_bytes() == b"words"
    assert len(files_in(tmp_path / "work")) <= 1


def test_keys_are_listed_by_folder_with_their_time(storage: Storage) -> None:
    put(storage, "documents/one.pdf", b"")
    names = {f"recordings/{number}" for number in range(5)}
    for name in names:
        put(storage, name, b"")
    listed = dict(storage.keys("recordings/"))
    assert set(listed) == names
    assert all(abs(time.time() - written) < 60 for written in listed.values())
    assert list(storage.keys("nothing/")) == []


def test_keys_are_listed_by_the_beginning_of_their_names(storage: Storage) -> None:
    for name in ("one.0.pdf", "one.1.pdf", "oneself.0.pdf", "two.0.pdf"):
        put(storage, f"documents/{name}", b"")
    assert {key for key, _ in storage.keys("documents/one.")} == {
        "documents/one.0.pdf",
        "documents/one.1.pdf",
    }
    assert list(storage.keys("documents/three.")) == []


def test_a_size_is_told_without_reading(storage: Storage) -> None:
    put(storage, KEY, b"words")
    put(storage, "recordings/empty", b"")
    assert (storage.size(KEY), storage.size("recordings/empty")) == (5, 0)
    with pytest.raises(StorageMissing):
        storage.size("recordings/nothing")


MEASURE = """
import os, resource, sys
from pathlib import Path
from talktotext.config import Settings
from talktotext.storage import make_storage, put

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

storage, size = make_storage(Settings()), int(sys.argv[1])
put(storage, "recordings/warm", bytes(9 * 1024**2))
with storage.fetch("recordings/warm", Path(sys.argv[2])):
    pass
before = peak()
with storage.incoming() as file:
    for _ in range(size // 1024**2):
        file.write(os.urandom(1024**2))
    storage.keep(file, "recordings/large")
with storage.fetch("recordings/large", Path(sys.argv[2])) as path:
    assert path.stat().st_size == size
with storage.open("recordings/large") as file:
    while file.read(1024**2):
        pass
print(peak() - before)
"""


def test_memory_does_not_grow_with_the_recording(adapter: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    settings = make_settings(folder, **adapter)  # makes the folder
    command = [sys.executable, "-c", MEASURE, str(64 * MB), str(tmp_path / "work")]
    environment = {"PATH": "/usr/bin:/bin", "INSTANCE_FOLDER": str(folder), **adapter}
    grown = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert int(grown.stdout) < 32, f"grew by {grown.stdout} MB, {settings.S3_BUCKET or 'local'}"
