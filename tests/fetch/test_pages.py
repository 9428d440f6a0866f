"""Pages as links: yt-dlp in a child that connects where links may lead, and nowhere else."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import psutil
import pytest

from talktotext.errors import (
    LinkError,
    LinkNotPublic,
    LinkRefused,
    LinkSlow,
    LinkTooLarge,
    LinkUnreachable,
)
from talktotext.fetch import Bounds, Pages
from tests.fetch.site import Answer, Asked, Site, file, head

pytest.importorskip("yt_dlp")
CHILD = Path(__file__).with_name("fake_page_child.py")
HERE = (ip_network("127.0.0.1"),)
Fetch = Callable[..., str | None]


class Tube(Site):
    """A site with pages, each saying what `page` does, and recordings."""

    def __init__(self, data: bytes):
        super().__init__(self.answer)
        self.data, self.page = data, dict[str, Any]()

    def answer(self, asked: Asked) -> Answer:
        if asked.target.startswith("/watch/"):
            body = json.dumps(self.page).encode()
            return [head(Content_Length=len(body)), body]
        if asked.target == "/segments":
            return [head(), "\n".join(["#EXTM3U", *self.page["segments"], ""]).encode()]
        return file(self.data)(asked)


@pytest.fixture
def tube(data: bytes) -> Iterator[Tube]:
    with Tube(data) as site:
        site.page = {"title": "A talk", "url": f"{site.url}/talk.mp3"}
        yield site


@pytest.fixture
def inside() -> Iterator[Site]:
    """What must not be reached."""
    with Site(lambda _asked: [head(), b"SECRET"], host="127.0.0.2") as site:
        yield site
    assert site.connections == 0


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    def run(url: str, progress: Any = lambda _fraction: None, **values: Any) -> str | None:
        pages = Pages(("youtube",), HERE, CHILD)
        bounds = Bounds(**{"max_bytes": 10**6, "seconds": 60, **values})
        return pages.download(url, tmp_path / "page", bounds, progress)

    return run


def test_a_page_gives_its_recording_and_its_title(
    fetch: Fetch, tube: Tube, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []
    with Site(lambda _asked: [head("502 Bad Gateway")]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert fetch(f"{tube.url}/watch/1", seen.append) == "A talk"
    assert (tmp_path / "page").read_bytes() == data
    assert seen[-1] == 1.0 and proxy.connections == 0


def test_another_link_is_not_even_looked_at(fetch: Fetch, tube: Tube, tmp_path: Path) -> None:
    assert fetch(f"{tube.url}/talk.mp3") is None
    assert tube.connections == 0 and not list(tmp_path.iterdir())


def test_a_page_made_of_pieces(fetch: Fetch, tube: Tube, data: bytes, tmp_path: Path) -> None:
    parts = [f"{tube.url}/{n}.ts" for n in range(2)]
    page = {"segments": ["#EXT-X-TARGETDURATION:9", *(f"#EXTINF:9,\n{part}" for part in parts)]}
    page["segments"].append("#EXT-X-ENDLIST")
    tube.page = {
        "title": "Pieces",
        "url": f"{tube.url}/segments",
        "protocol": "m3u8_native",
        **page,
    }
    assert fetch(f"{tube.url}/watch/1") == "Pieces"
    assert (tmp_path / "page").read_bytes() == data * 2


def tries(inside: str) -> dict[str, dict[str, Any]]:
    """What pages do that want to get in."""
    segments = ["#EXT-X-TARGETDURATION:9", f"#EXTINF:9,\n{inside}/0.ts", "#EXT-X-ENDLIST"]
    return {
        "recording": {"url": f"{inside}/talk.mp3"},
        "name": {"url": f"{inside.replace('127.0.0.2', 'localhost')}/talk.mp3"},
        "number": {"url": f"{inside.replace('127.0.0.2', '2130706434')}/talk.mp3"},
        "six": {"url": f"{inside.replace('127.0.0.2', '[::ffff:127.0.0.2]')}/talk.mp3"},
        "pieces": {"url": "segments", "protocol": "m3u8_native", "segments": segments},
        "generic": {"_type": "url", "url": f"{inside}/talk.mp3", "ie_key": "Generic"},
        "further": {"_type": "url", "url": f"{inside}/talk.mp3"},
        "file": {"url": "file:///etc/passwd"},
        "udp": {"try": ["udp", "127.0.0.2", 53]},
    }


@pytest.mark.parametrize("name", sorted(tries("http://127.0.0.2")))
def test_nothing_inside_is_reached(
    fetch: Fetch, tube: Tube, inside: Site, tmp_path: Path, name: str
) -> None:
    tube.page |= tries(inside.url)[name]
    if tube.page["url"] == "segments":
        tube.page["url"] = f"{tube.url}/segments"
    with pytest.raises((LinkNotPublic, LinkRefused)):
        fetch(f"{tube.url}/watch/1")
    assert not (tmp_path / "page").exists()


def test_a_page_that_leads_inside(fetch: Fetch, tube: Tube, inside: Site) -> None:
    tube.serve = lambda _asked: [head("302 Found", Location=f"{inside.url}/")]
    with pytest.raises(LinkNotPublic):
        fetch(f"{tube.url}/watch/1")


def test_sockets_of_this_machine_are_inside(fetch: Fetch, tube: Tube, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "sock"))
        listener.listen()
        listener.settimeout(0)
        tube.page["try"] = ["unix", str(tmp_path / "sock")]
        with pytest.raises(LinkNotPublic):
            fetch(f"{tube.url}/watch/1")
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_no_program_is_run(fetch: Fetch, tube: Tube, tmp_path: Path) -> None:
    tube.page["try"] = ["run", "touch", str(tmp_path / "made")]
    with pytest.raises(LinkError):
        fetch(f"{tube.url}/watch/1")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("announced", [True, False])
def test_more_than_the_bound_is_refused(fetch: Fetch, tube: Tube, announced: bool) -> None:
    recording = [head(Content_Length=10**6) if announced else head(), *[bytes(10**5)] * 10]
    pages = tube.answer
    tube.serve = lambda asked: recording if asked.target == "/talk.mp3" else pages(asked)
    with pytest.raises(LinkTooLarge):
        fetch(f"{tube.url}/watch/1", max_bytes=200_000)


def test_a_page_has_its_time_and_leaves_no_process(fetch: Fetch, tube: Tube) -> None:
    tube.serve = lambda _asked: [tube.pause(60) or b""]
    with pytest.raises(LinkSlow):
        fetch(f"{tube.url}/watch/1", seconds=1)
    assert not [each for each in psutil.Process(os.getpid()).children() if "page" in str(each)]


@pytest.mark.parametrize(
    ("status", "error"), [("404 Not Found", LinkRefused), ("503 Unavailable", LinkUnreachable)]
)
def test_a_refusal_says_whether_to_try_again(
    fetch: Fetch, tube: Tube, status: str, error: type[LinkError]
) -> None:
    tube.serve = lambda _asked: [head(status, Content_Length=0)]
    with pytest.raises(error):
        fetch(f"{tube.url}/watch/1")
