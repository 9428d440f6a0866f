"""Disks that are full: really, a small one made of memory, under real processes."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from talktotext.errors import StorageFull
from talktotext.storage import make_storage, put
from tests.conftest import make_settings, tone
from tests.stack import RemotePerson
from tests.storage.apart import WORKER, Apart, apart
from tests.storage.conftest import S3Server

MB = 1024**2


class SmallDisk:
    """A disk of so many bytes, and what else lies on it."""

    def __init__(self, folder: Path, size: int):
        self.folder, self.ballast = folder, folder / "ballast"
        folder.mkdir(parents=True)
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        made = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"this user may mount no disk: {made.stderr.strip()}")

    def leave(self, size: int) -> None:
        """Fill all but so many bytes."""
        self.ballast.write_bytes(bytes(shutil.disk_usage(self.folder).free - size))

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)

    def files(self) -> list[str]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.name for path in found if path != self.ballast)

    def remove(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path_factory.mktemp("disks") / "uploads", 8 * MB)
    yield disk
    disk.remove()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path_factory.mktemp("disks") / "work", 8 * MB)
    yield disk
    disk.remove()


@pytest.fixture(scope="module")
def machine(
    tmp_path_factory: pytest.TempPathFactory, uploads: SmallDisk, work: SmallDisk
) -> Iterator[Apart]:
    folders = {"UPLOAD_FOLDER": str(uploads.folder), "WORK_FOLDER": str(work.folder)}
    with apart(tmp_path_factory.mktemp("full"), **folders) as running:
        running.start("worker", WORKER)
        yield running


@pytest.fixture
def alice(machine: Apart) -> RemotePerson:
    return machine.person()


def test_an_upload_onto_a_full_disk(
    machine: Apart, alice: RemotePerson, uploads: SmallDisk
) -> None:
    recording = tone(300)  # 4.8 MB
    before = uploads.files()
    uploads.leave(len(recording) - 8192)
    try:
        answer = alice.send(recording)
        body = answer.json()
        assert (answer.status_code, body["code"]) == (507, "storage_full")
        assert body["error"] == "There is no space left to store the recording"
        assert body["retryable"] and body["hint"]
        assert uploads.files() == before
    finally:
        uploads.free()
    assert alice.wait(alice.upload(tone(5)))["note_id"]


def test_decoding_onto_a_full_disk_waits_for_space(
    machine: Apart, alice: RemotePerson, work: SmallDisk
) -> None:
    work.leave(MB)
    upload_id = alice.upload(tone(120))  # becomes 3.8 MB
    waiting = "There is no space left"
    machine.wait_for(lambda: waiting in str(alice.status(upload_id)), 30)
    assert work.files() == []
    work.free()
    assert alice.wait(upload_id, seconds=30)["note_id"]
    assert work.files() == []


@pytest.mark.parametrize(
    ("room", "size"), [(MB, 2 * MB), (0, 1000)], ids=["half of it", "less than a buffer"]
)
def test_documents_onto_a_full_disk(
    adapter: dict[str, Any], uploads: SmallDisk, tmp_path: Path, room: int, size: int
) -> None:
    storage = make_storage(make_settings(tmp_path, UPLOAD_FOLDER=uploads.folder, **adapter))
    before = uploads.files()
    uploads.leave(room)
    try:
        with pytest.raises(StorageFull):
            put(storage, "documents/one.pdf", bytes(size))
        assert uploads.files() == before
    finally:
        uploads.free()
    assert "documents/one.pdf" not in dict(storage.keys("documents/"))


def test_a_download_onto_a_full_disk(s3_server: S3Server, work: SmallDisk, tmp_path: Path) -> None:
    storage = make_storage(make_settings(tmp_path, **s3_server.settings()))
    put(storage, "recordings/one", bytes(20 * MB))
    started = time.monotonic()
    with pytest.raises(StorageFull), storage.fetch("recordings/one", work.folder / "job"):
        pass
    assert work.files() == []
    assert time.monotonic() - started < 20
    put(storage, "recordings/two", bytes(MB))
    with storage.fetch("recordings/two", work.folder / "job") as path:
        assert path.stat().st_size == MB
        path.unlink()
