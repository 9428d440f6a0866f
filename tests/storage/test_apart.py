"""Web and worker share no disk: all that passes between them is in the bucket."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import tone
from tests.stack import RemotePerson
from tests.storage.apart import WORKER, Apart, apart
from tests.storage.conftest import S3Server

SLOW = '{"delay": 0.1}'  # seconds of sleep for every five seconds of sound


@pytest.fixture(scope="module")
def machines(s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    folder = tmp_path_factory.mktemp("apart")
    with apart(folder, TRANSCRIBER_OPTIONS=SLOW, **s3_server.settings()) as running:
        yield running


@pytest.fixture
def alice(machines: Apart) -> RemotePerson:
    return machines.person()


def kept_by(machine: Path) -> set[str]:
    """What lies on a machine's disk, but for keys and logs."""
    return {path.name for path in machine.rglob("*") if path.is_file() and path.name[0] != "."}


def stretches(machines: Apart) -> Counter[str]:
    """How often each stretch was transcribed, by the logs of all workers."""
    return Counter(re.findall(r"transcribed (.*) s\n", machines.log()))


def test_the_bucket_is_all_that_they_share(
    machines: Apart, alice: RemotePerson, s3_server: S3Server
) -> None:
    worker = machines.start("worker", WORKER)
    upload_id = alice.upload(tone(10))
    note_id = alice.wait(upload_id, seconds=30)["note_id"]
    for extension, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = alice.request("GET", f"/api/download/{extension}/{note_id}")
        assert (answer.status_code, answer.content[: len(magic)]) == (200, magic)
    assert alice.get(f"/api/notes/{note_id}")["transcript"]
    assert kept_by(machines.folder / "web") == kept_by(machines.folder / "worker") == set()
    assert alice.request("DELETE", f"/api/upload/{upload_id}").status_code == 204
    bucket = machines.environment["S3_BUCKET"]
    assert "Contents" not in s3_server.client.list_objects_v2(Bucket=bucket)
    machines.kill(worker)


def test_another_machine_goes_on_where_one_was_killed(machines: Apart, alice: RemotePerson) -> None:
    first = machines.start("first", WORKER)
    before = stretches(machines)
    upload_id = alice.upload(tone(150, 600))
    machines.wait_for(lambda: 30 <= alice.status(upload_id)["progress"]["percent"] < 80, 30)
    machines.kill(first)
    by_the_first = stretches(machines) - before
    assert by_the_first and alice.status(upload_id)["status"] == "processing"
    second = machines.start("second", WORKER)
    alice.wait(upload_id, seconds=30)
    made = stretches(machines) - before
    assert len(made) > len(by_the_first)
    assert set(made.values()) == {1}
    # Of a job that is done the folder goes last.
    machines.wait_for(lambda: kept_by(machines.folder / "second") == set(), 5)
    machines.kill(second)
