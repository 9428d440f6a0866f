"""What only a bucket has: parts, addresses, prefixes, and ways to be away."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from talktotext.config import ConfigError
from talktotext.errors import StorageFull, StorageMissing, StorageUnavailable
from talktotext.storage import make_storage, put
from talktotext.storage.names import attachment
from talktotext.storage.s3 import PART, Place, S3Storage
from tests.conftest import make_settings
from tests.stack import ROOT, free_port
from tests.storage.conftest import S3Server
from tests.storage.test_contract import KEY, files_in, read

IMPATIENT = Place("", "us-east-1", "nobody", "nothing", "", 0.5, 0.3, 2)


@pytest.fixture
def settings(s3_server: S3Server) -> dict[str, str]:
    return s3_server.settings()


def make(folder: Path, settings: dict[str, Any]) -> S3Storage:
    storage = make_storage(make_settings(folder, **settings))
    assert isinstance(storage, S3Storage)
    return storage


@contextmanager
def server_that_answers(*statuses: int, code: str = "") -> Iterator[tuple[S3Storage, list[int]]]:
    """A bucket on a server that answers so, the last one for ever; 0 is no answer at all."""
    left, given = list(statuses), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given.append(left.pop(0) if len(left) > 1 else left[0])
            if given[-1] == 0:
                time.sleep(1)
                return
            body = f"<Error><Code>{code}</Code></Error>".encode() if given[-1] > 399 else b"words"
            self.send_response(given[-1])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_PUT = do_HEAD = do_DELETE = do_GET

        def log_message(self, *_: Any) -> None:
            """Not on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        place = replace(IMPATIENT, endpoint=f"http://127.0.0.1:{server.server_port}")
        try:
            yield S3Storage(place, "bucket", "", Path()), given
        finally:
            server.shutdown()


def test_a_passing_fault_is_nobodys_business() -> None:
    with server_that_answers(503, 200, code="SlowDown") as (storage, given):
        assert read(storage, KEY) == b"words"
    assert given == [503, 200]


@pytest.mark.parametrize(("status", "downloads"), [(500, 1), (0, 2)], ids=["500", "silence"])
def test_a_server_that_is_away_is_given_up_in_time(
    status: int, downloads: int, tmp_path: Path
) -> None:
    started = time.monotonic()
    with server_that_answers(status, code="SlowDown") as (storage, given):
        for ask in (storage.open, storage.delete, lambda key: list(storage.keys(key))):
            with pytest.raises(StorageUnavailable) as error:
                ask(KEY)
            assert error.value.retryable
        with pytest.raises(StorageUnavailable), storage.fetch(KEY, tmp_path):
            pass
    assert len(given) == 2 * (3 + downloads)  # requests are tried twice
    assert files_in(tmp_path) == []
    assert time.monotonic() - started < 20


def test_nobody_listens() -> None:
    place = replace(IMPATIENT, endpoint=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StorageUnavailable):
        S3Storage(place, "bucket", "", Path()).open(KEY)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "NoSuchKey", StorageMissing),
        (404, "NoSuchBucket", StorageUnavailable),
        (403, "AccessDenied", StorageUnavailable),
        (507, "XMinioStorageFull", StorageFull),
    ],
)
def test_refusals_have_their_own_names(status: int, code: str, error: type[Exception]) -> None:
    with server_that_answers(status, code=code) as (storage, _), pytest.raises(error):
        storage.open(KEY)


def test_a_missing_bucket_is_not_a_missing_recording(
    s3_server: S3Server, settings: dict[str, str], tmp_path: Path
) -> None:
    storage = make(tmp_path, settings | {"S3_BUCKET": "never-made"})
    with pytest.raises(StorageUnavailable), storage.fetch(KEY, tmp_path / "work"):
        pass
    with pytest.raises(StorageUnavailable):
        put(storage, KEY, bytes(PART + 1))
    assert files_in(tmp_path / "work") == files_in(tmp_path / "uploads") == []


def test_a_download_is_a_checkpoint(settings: dict[str, str], tmp_path: Path) -> None:
    storage, work = make(tmp_path, settings), tmp_path / "work"
    put(storage, KEY, b"words")
    with storage.fetch(KEY, work) as path:
        first = path.stat()
    storage.delete(KEY)  # so that asking again would fail
    with storage.fetch(KEY, work) as path:
        assert path.read_bytes() == b"words"
        assert path.stat() == first


def test_half_a_download_is_not_taken_for_a_whole(settings: dict[str, str], tmp_path: Path) -> None:
    storage, work = make(tmp_path, settings), tmp_path / "work"
    put(storage, KEY, b"words")
    work.mkdir()
    (work / ".recordings_one.killed").write_bytes(b"wo")
    with storage.fetch(KEY, work) as path:
        assert path.read_bytes() == b"words"


def test_large_files_travel_in_parts(
    s3_server: S3Server, settings: dict[str, str], tmp_path: Path
) -> None:
    put(make(tmp_path, settings), KEY, bytes(2 * PART + 1))
    tag = s3_server.client.head_object(Bucket=settings["S3_BUCKET"], Key=KEY)["ETag"]
    assert tag.endswith('-3"')  # how S3 marks what came in three parts


def test_prefixes_keep_installations_apart(settings: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = (make(tmp_path, settings | {"S3_PREFIX": name}) for name in ("ours", "theirs/"))
    put(ours, KEY, b"ours")
    put(theirs, KEY, b"theirs")
    ours.delete(KEY)
    assert list(ours.keys("recordings/")) == []
    assert [key for key, _ in theirs.keys("recordings/")] == [KEY]
    assert read(theirs, KEY) == b"theirs"


def test_more_keys_than_a_page_holds(
    s3_server: S3Server, settings: dict[str, str], tmp_path: Path
) -> None:
    storage = make(tmp_path, settings)
    for number in range(5):
        put(storage, f"recordings/{number}", b"")
    pages: list[Any] = []
    storage.client.meta.events.register("after-call.s3.ListObjectsV2", lambda **_: pages.append(1))
    small = {"MaxKeys": 2}
    storage.client.meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: params | small
    )
    assert len(list(storage.keys("recordings/"))) == 5
    assert len(pages) == 3


def test_parts_of_a_broken_upload_are_dropped(
    s3_server: S3Server, settings: dict[str, str], tmp_path: Path
) -> None:
    storage, bucket = make(tmp_path, settings), {"Bucket": settings["S3_BUCKET"]}
    for key in (KEY, "strangers/thing"):
        s3_server.client.create_multipart_upload(**bucket, Key=key)
    year = 365.25 * 24 * 3600  # moto says of every upload that it was begun in 2010
    assert storage.forget_unfinished("recordings/", 39 * year) == 0
    assert storage.forget_unfinished("recordings/", 42 * year) == 1
    left = s3_server.client.list_multipart_uploads(**bucket)["Uploads"]
    assert [upload["Key"] for upload in left] == ["strangers/thing"]


def test_an_address_gives_the_document_to_anybody_under_its_title(
    settings: dict[str, str], tmp_path: Path
) -> None:
    storage = make(tmp_path, settings)
    put(storage, "documents/one.pdf", b"%PDF")
    address = storage.link("documents/one.pdf", "Naïve 会议.pdf", "application/pdf", 60)
    answer = requests.get(address, timeout=10)
    assert (answer.status_code, answer.content) == (200, b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == attachment("Naïve 会议.pdf")
    assert "X-Amz-Expires=60" in address
    assert "nothing" not in address  # the secret


def test_no_address_of_what_is_not_there(settings: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(StorageMissing):
        make(tmp_path, settings).link("documents/one.pdf", "a.pdf", "application/pdf", 60)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Plan.pdf", "Plan.pdf"),
        ("Naïve plan.pdf", "Naive plan.pdf"),
        ("会议.pdf", "file.pdf"),
        ("会议 2026.pdf", "2026.pdf"),
        ("Q3 会议 2026 会议.pdf", "Q3 2026.pdf"),
        ('a "b" 50%\\c.pdf', "a _b_ 50__c.pdf"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil: 1.pdf"),
    ],
)
def test_names_in_headers(name: str, plain: str) -> None:
    header = attachment(name)
    assert header.isascii() and header.isprintable()
    assert header.startswith(f'attachment; filename="{plain}"')
    _, _, encoded = header.partition("filename*=UTF-8''")
    clean = name.replace("\r\n", "")
    assert unquote(encoded) == ("" if plain == clean else clean)


def test_a_fork_has_connections_of_its_own(settings: dict[str, str], tmp_path: Path) -> None:
    code = """
import os, sys
from talktotext.config import Settings
from talktotext.storage import make_storage, put

storage = make_storage(Settings())
put(storage, "recordings/one", b"words")
mine = storage.client
if os.fork() == 0:
    theirs = make_storage(Settings())
    assert theirs.client is not mine and theirs.open("recordings/one").read() == b"words"
    os._exit(7)
assert os.WEXITSTATUS(os.wait()[1]) == 7
assert make_storage(Settings()).client is mine
"""
    environment = {"PATH": "/usr/bin:/bin", "INSTANCE_FOLDER": str(tmp_path), **settings}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


def test_without_boto3_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_settings(tmp_path, S3_BUCKET="bucket")
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "talktotext.storage.s3")
    monkeypatch.delattr("talktotext.storage.s3", raising=False)
    with pytest.raises(ConfigError, match=r"boto3.*pip install -r requirements/s3\.txt"):
        make_storage(settings)


def test_without_boto3_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talktotext.config.find_spec", lambda name: None)
    make_settings(tmp_path).check()
    with pytest.raises(ConfigError, match=r"pip install -r requirements/s3\.txt"):
        make_settings(tmp_path, S3_BUCKET="bucket").check()
