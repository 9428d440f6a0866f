"""Weights are fetched whole or not at all, and a download that was cut goes on."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from fcntl import LOCK_EX, flock
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from talktotext.errors import Conflict, EngineFailed, EngineUnavailable, StorageFull
from talktotext.speech import download
from talktotext.speech.weights import File, Model


class Hub:
    """A server laid out like the hub, in a thread of this process, with one model.

    Attributes:
        asked: (file, first byte that was asked for, bytes sent), request by request.
        cut: after how many bytes of a file it hangs up.
        ranges: whether it knows ranges.
        extra: what it adds to the end of each file.
    """

    def __init__(self, folder: Path) -> None:
        self.files = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.asked: list[tuple[str, int, int]] = []
        self.cut: int | None = None
        self.ranges, self.extra = True, b""
        files = [
            File(name=name, size=len(data), sha256=sha256(data).hexdigest())
            for name, data in self.files.items()
        ]
        self.model = Model(name="tiny", repository="us/tiny", revision="abc", files=tuple(files))
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        at, _, name = request.path.rpartition("/")
        if at != "/us/tiny/resolve/abc" or name not in self.files:
            return request.send_error(404)
        data = self.files[name] + self.extra
        first = int(request.headers["Range"].removeprefix("bytes=")[:-1]) if self.ranges else 0
        request.send_response(206 if self.ranges else 200)
        if self.ranges:
            request.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(data) - first))
        request.end_headers()
        sent = data[first:][: self.cut]
        self.asked.append((name, first, len(sent)))
        with suppress(ConnectionError):  # whoever has enough hangs up
            request.wfile.write(sent)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hub(whispers: Path) -> Iterator[Hub]:
    made = Hub(whispers / "tiny")
    yield made
    made.close()


@pytest.fixture
def fetch(hub, tmp_path):
    """fetch(progress=…): the hub's model, into a folder that is not there yet."""
    return partial(
        download.fetch, hub.model, tmp_path / "models", base=hub.url, progress=lambda _: None
    )


def test_what_was_fetched_works(fetch, hub, engine, speech):
    folder = fetch()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == hub.files
    assert list(engine("whisper", folder=folder.parent).transcribe(speech))
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]


def test_what_is_there_is_not_fetched_again(fetch, hub):
    fetch()
    hub.asked.clear()
    fetch()
    assert hub.asked == []


def test_one_that_is_not_whole_is_replaced(fetch, hub):
    folder = fetch()
    (folder / "model.bin").write_bytes(b"half")
    (folder / "left over").touch()
    fetch()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == hub.files


def test_a_download_that_is_cut_goes_on_where_it_stopped(fetch, hub, tmp_path):
    hub.cut = 300_000
    for _ in range(2):
        with pytest.raises(EngineFailed) as caught:
            fetch()
        assert "goes on where it stopped" in caught.value.hint
        assert not (tmp_path / "models" / "tiny").exists()
    hub.cut = None
    assert (fetch() / "model.bin").read_bytes() == hub.files["model.bin"]
    starts = [first for name, first, _ in hub.asked if name == "model.bin"]
    assert starts[0] == 0
    assert starts[1] >= 300_000 - download.BLOCK
    assert starts[2] >= 600_000 - 2 * download.BLOCK


def test_a_server_that_knows_no_ranges_starts_again(fetch, hub):
    hub.cut = 300_000
    with pytest.raises(EngineFailed):
        fetch()
    hub.cut, hub.ranges = None, False
    counted: list[int] = []
    folder = fetch(progress=counted.append)
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]
    assert sum(counted) == hub.model.size  # what had to be fetched twice does not count twice


def test_progress_adds_up_also_over_a_cut(fetch, hub):
    hub.cut = 300_000
    with pytest.raises(EngineFailed):
        fetch()
    hub.cut = None
    counted: list[int] = []
    fetch(progress=counted.append)
    assert sum(counted) == hub.model.size


@pytest.mark.parametrize("damage", ["changed", "longer"])
def test_what_has_another_checksum_is_refused_and_deleted(damage, fetch, hub, tmp_path):
    if damage == "changed":
        hub.files["model.bin"] = hub.files["model.bin"][:-1] + b"!"
    else:
        hub.extra = b"!"
    with pytest.raises(EngineFailed) as caught:
        fetch()
    assert "checksum" in caught.value.message
    assert not (tmp_path / "models" / "tiny").exists()
    left = list((tmp_path / "models" / ".tiny.part").iterdir())
    assert not [path for path in left if path.read_bytes() != hub.files[path.name]]


def test_a_server_that_never_ends_is_not_believed(fetch, hub, tmp_path):
    hub.extra = b"x" * 20_000_000
    with pytest.raises(EngineFailed):
        fetch()
    assert max(path.stat().st_size for path in tmp_path.rglob("*.*")) < 5_000_000


def test_a_file_that_the_server_lacks_is_told(fetch, hub):
    hub.files.pop("model.bin")
    with pytest.raises(EngineUnavailable, match="404"):
        fetch()


def test_a_server_that_is_not_there_is_told(hub, tmp_path):
    with pytest.raises(EngineFailed, match="could not be fetched"):
        download.fetch(hub.model, tmp_path, base="http://127.0.0.1:1", progress=lambda _: None)


def test_two_at_once_do_not_write_into_each_other(fetch, hub, tmp_path):
    unfinished = tmp_path / "models" / ".tiny.part"
    unfinished.mkdir(parents=True)
    other = os.open(unfinished, os.O_RDONLY)
    flock(other, LOCK_EX)
    with pytest.raises(Conflict):
        fetch()
    assert hub.asked == []
    os.close(other)  # as at the other's end
    fetch()


def test_a_disk_without_room_is_told_before_anything_is_sent(fetch, hub, tmp_path):
    huge = hub.model.files[0].model_copy(update={"size": 10**18})
    model = hub.model.model_copy(update={"files": (huge,)})
    with pytest.raises(StorageFull):
        download.fetch(model, tmp_path, base=hub.url, progress=lambda _: None)
    assert hub.asked == []


def test_the_hub_is_the_one_that_faster_whisper_knows():
    assert download.hub().startswith("https://")
