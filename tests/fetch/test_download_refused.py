"""Fetching a file: what is refused, and that nothing of it is left."""

from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from talktotext.errors import (
    LinkError,
    LinkNotMedia,
    LinkRefused,
    LinkSlow,
    LinkTooLarge,
    LinkUnreachable,
    NotALink,
)
from tests.fetch.conftest import Fetch
from tests.fetch.site import Answer, Asked, Site, file, head


def test_more_than_the_bound_is_refused_when_announced(fetch: Fetch, tmp_path: Path) -> None:
    with (
        Site(lambda _asked: [head(Content_Length=10**6 + 1), *repeat(bytes(10**5), 9)]) as site,
        pytest.raises(LinkTooLarge),
    ):
        fetch(site.url)
    assert (tmp_path / "link").stat().st_size == 0


@pytest.mark.parametrize("chunked", [False, True])
def test_more_than_the_bound_is_refused_when_it_comes(
    fetch: Fetch, tmp_path: Path, chunked: bool
) -> None:
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n" if chunked else bytes(0x10000)
    begin = head(Transfer_Encoding="chunked") if chunked else head()
    with (
        Site(lambda _asked: ([begin, *repeat(piece, 200)])) as site,
        pytest.raises(LinkTooLarge),
    ):
        fetch(site.url)
    assert (tmp_path / "link").stat().st_size == 0
    assert site.sent < 8 * 10**6  # and what is under way in sockets


def test_exactly_the_bound_is_taken(fetch: Fetch, data: bytes) -> None:
    with Site(file(data)) as site:
        assert fetch(site.url, max_bytes=len(data)) == data


def test_a_promise_that_is_not_kept_is_a_fault(fetch: Fetch, data: bytes) -> None:
    with (
        Site(lambda _asked: [head(Content_Length=len(data) + 1), data]) as site,
        pytest.raises(LinkUnreachable),
    ):
        fetch(site.url)


def test_more_than_promised_is_left(fetch: Fetch, data: bytes) -> None:
    with Site(lambda _asked: [head(Content_Length=1000), data]) as site:
        assert fetch(site.url) == data[:1000]


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate, gzip", "x"])
def test_nothing_is_unpacked(fetch: Fetch, coding: str) -> None:
    with (
        Site(lambda _asked: [head(Content_Encoding=coding), *repeat(bytes(65536), 99)]) as site,
        pytest.raises(LinkRefused),
    ):
        fetch(site.url)


QUICK: dict[str, Any] = {"answer_seconds": 1, "silence_seconds": 0.5, "rate_seconds": 1}


def drip(site: list[Site], begin: bytes, piece: bytes) -> Answer:
    yield begin
    for _ in range(600):
        site[0].pause(0.05)
        yield piece


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        pytest.param(b"", b"", id="silence"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"A", id="a header that never ends"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="patience is asked for, for ever"),
        pytest.param(head(Content_Length=10**5), b"", id="headers only"),
        pytest.param(head(Content_Length=10**5), b"x", id="byte by byte"),
        pytest.param(head(Transfer_Encoding="chunked") + b"5;", b"x", id="a chunk's extension"),
        pytest.param(head(Transfer_Encoding="chunked"), b"1\r\nx\r\n", id="chunks of a byte"),
    ],
)
def test_the_slow_are_left(fetch: Fetch, begin: bytes, piece: bytes) -> None:
    here: list[Site] = []
    with Site(lambda _asked: drip(here, begin, piece)) as site:
        here.append(site)
        started = datetime.now(UTC)
        with pytest.raises(LinkSlow):
            fetch(site.url, **QUICK)
    assert datetime.now(UTC) - started < timedelta(seconds=6)


def test_all_of_it_has_its_time(fetch: Fetch) -> None:
    here: list[Site] = []
    with Site(lambda _asked: drip(here, head(Content_Length=10**6), bytes(5000))) as site:
        here.append(site)
        with pytest.raises(LinkSlow):
            fetch(site.url, seconds=1)


@pytest.mark.parametrize(
    "begin",
    [
        b"\x16\x03\x01 no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: x\r\n" * 50_000 + b"\r\n",
        b"",
    ],
    ids=lambda begin: repr(begin[:40]),
)
def test_what_is_no_sound_http_is_a_fault(fetch: Fetch, begin: bytes) -> None:
    with Site(lambda _asked: [begin]) as site, pytest.raises(LinkUnreachable):
        fetch(site.url)


def test_nobody_there(fetch: Fetch) -> None:
    with Site(lambda _asked: []) as site:
        pass
    with pytest.raises(LinkUnreachable):
        fetch(site.url)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("400 Bad Request", LinkRefused),
        ("401 Unauthorized", LinkRefused),
        ("403 Forbidden", LinkRefused),
        ("404 Not Found", LinkRefused),
        ("799 Whatever", LinkUnreachable),
        ("429 Too Many Requests", LinkUnreachable),
        ("500 Internal Server Error", LinkUnreachable),
        ("503 Service Unavailable", LinkUnreachable),
    ],
)
def test_a_refusal_says_whether_to_try_again(
    fetch: Fetch, status: str, error: type[LinkError]
) -> None:
    with (
        Site(lambda _asked: [head(status, Content_Length=0)]) as site,
        pytest.raises(error, match=status.split(maxsplit=1)[0]),
    ):
        fetch(site.url)
    assert len(site.asked) == 1


def test_redirects_are_followed_and_carry_nothing(fetch: Fetch, data: bytes) -> None:
    def serve(asked: Asked) -> Answer:
        if asked.target == "/here/there":
            return file(data)(asked)
        further = {"/": "here/on?a=b", "/here/on?a=b": "there"}[asked.target]
        return [head("302 Found", Location=further, Set_Cookie="a=b", Content_Length=0)]

    with Site(serve) as site:
        assert fetch(f"{site.url}/") == data
    assert len(site.asked) == 3
    assert not any({"cookie", "referer"} & set(asked.headers) for asked in site.asked)


def test_a_hundred_redirects_are_not_followed(fetch: Fetch) -> None:
    with (
        Site(lambda asked: [head("302 Found", Location=f"{asked.target}x")]) as site,
        pytest.raises(LinkRefused, match="more than 5 times"),
    ):
        fetch(site.url)
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "location",
    ["ftp://127.0.0.1/", "file:///etc/passwd", "http://[::1", "http://a@127.0.0.1/"],
)
def test_a_redirect_to_no_link_is_refused(fetch: Fetch, location: str) -> None:
    with (
        Site(lambda _asked: [head("301 Moved Permanently", Location=location)]) as site,
        pytest.raises(NotALink),
    ):
        fetch(site.url)


def test_a_redirect_that_leads_nowhere_is_a_fault(fetch: Fetch) -> None:
    with (
        Site(lambda _asked: [head("302 Found", Content_Length=0)]) as site,
        pytest.raises(LinkUnreachable),
    ):
        fetch(site.url)


@pytest.mark.parametrize(
    ("begin", "what"),
    [
        (b"<!DOCTYPE html><title>Login</title>", "a web page"),
        (b"\xef\xbb\xbf \n<HTML><body>", "a web page"),
        (b"<?xml version='1.0'?><rss>", "a web page"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "a playlist"),
        (b"\n\n#extm3u\n", "a playlist"),
        (b"[playlist]\nFile1=http://127.0.0.1/\n", "a playlist"),
        (b"<?xml version='1.0'?>\n<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'>", "a playlist"),
        (b"<?xml version='1.0'?><playlist version='1'>", "a playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "a playlist"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a ZIP"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x7fELF", "a program"),
    ],
)
@pytest.mark.parametrize("size", [0, 10**6])
def test_what_is_no_recording_is_refused_by_what_it_is(
    fetch: Fetch, tmp_path: Path, begin: bytes, what: str, size: int
) -> None:
    headers = head(Content_Type="audio/mpeg")
    with (
        Site(lambda _asked: [headers, begin, *repeat(b" " * 1000, size // 1000)]) as site,
        pytest.raises(LinkNotMedia, match=what),
    ):
        fetch(f"{site.url}/talk.mp3", max_bytes=10**9)
    assert (tmp_path / "link").stat().st_size == 0
