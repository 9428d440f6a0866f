"""Fetching a file: whole, within bounds, and on from where it was cut off."""

from typing import Any

import pytest

from talktotext.errors import LinkSlow, LinkUnreachable
from tests.fetch.conftest import Fetch
from tests.fetch.site import Answer, Asked, Serve, Site, file, head


def test_a_file_comes_whole_and_says_how_far_it_is(fetch: Fetch, data: bytes) -> None:
    seen: list[float] = []
    with Site(file(data)) as site:
        assert fetch(f"{site.url}/a%20b?c=d e#f".replace(" ", "+"), seen.append) == data
    assert seen == sorted(seen) and seen[0] > 0 and seen[-1] == 1.0
    (asked,) = site.asked
    assert asked.target == "/a%20b?c=d+e"
    assert asked.headers["host"] == site.url.removeprefix("http://")
    assert asked.headers["accept-encoding"] == "identity"
    assert not {"authorization", "cookie", "range"} & set(asked.headers)


def test_a_file_of_unknown_length_comes_whole(fetch: Fetch, data: bytes) -> None:
    with Site(lambda _asked: [head(), data]) as site:
        assert fetch(site.url) == data


@pytest.mark.parametrize("cut", [100_000, 30_000])
def test_a_connection_that_breaks_off_is_gone_on_with(fetch: Fetch, data: bytes, cut: int) -> None:
    with Site(file(data, cut=cut)) as site:
        assert fetch(site.url) == data
    assert [asked.first for asked in site.asked] == list(range(0, len(data), cut))
    assert {asked.headers.get("if-range") for asked in site.asked[1:]} == {'"one"'}


def in_slices(data: bytes, size: int) -> Serve:
    """A server that sends at most so many bytes of the rest, and says so: the first answer breaks
    off, the others are as they should be."""

    def serve(asked: Asked) -> Answer:
        start, whole = asked.first, len(data)
        end = min(start + size, whole)
        if start:
            place = f"bytes {start}-{end - 1}/{whole}"
            yield head(
                "206 Partial Content", ETag='"1"', Content_Range=place, Content_Length=end - start
            )
        else:
            yield head(ETag='"1"', Content_Length=whole)
        yield data[start:end]

    return serve


@pytest.mark.parametrize("size", [100_000, 5_000])
def test_a_part_of_the_rest_is_gone_on_with(fetch: Fetch, data: bytes, size: int) -> None:
    with Site(in_slices(data, size)) as site:
        assert fetch(site.url) == data
    assert [asked.first for asked in site.asked] == list(range(0, len(data), size))


def test_small_parts_are_slow_as_well(fetch: Fetch, data: bytes) -> None:
    with Site(in_slices(data, 10)) as site, pytest.raises(LinkSlow):
        fetch(site.url, min_rate=10**6, rate_seconds=0.5)
    assert 1 < len(site.asked) < len(data) / 10


def test_a_rest_of_which_nothing_comes_is_not_asked_for_again(fetch: Fetch, data: bytes) -> None:
    def serve(asked: Asked) -> Answer:
        if not asked.first:
            return [head(ETag='"1"', Content_Length=len(data)), data[:1000]]
        place = f"bytes {asked.first}-{len(data) - 1}/{len(data)}"
        headers = head("206 Partial Content", Content_Range=place, Content_Length=0)
        return [headers]

    with Site(serve) as site, pytest.raises(LinkUnreachable, match="does not send the rest"):
        fetch(site.url)
    assert len(site.asked) == 2


@pytest.mark.parametrize("more", [1, 100_000])
def test_more_than_the_rest_is_refused(fetch: Fetch, data: bytes, more: int) -> None:
    def serve(asked: Asked) -> Answer:
        if not asked.first:
            return [head(ETag='"1"', Content_Length=len(data)), data[:1000]]
        place, rest = f"bytes 1000-{len(data) - 1}/{len(data)}", data[1000:] + bytes(more)
        headers = head("206 Partial Content", Content_Range=place, Content_Length=len(rest))
        return [headers, rest]

    with Site(serve) as site:
        with pytest.raises(LinkUnreachable, match="more than it announced"):
            fetch(site.url)
        site.serve = file(data)
        assert fetch(site.url) == data


def test_a_length_beside_chunks_says_nothing(fetch: Fetch, data: bytes) -> None:
    chunks = b"%x\r\n" % len(data) + data + b"\r\n0\r\n\r\n"
    headers = head(ETag='"1"', Transfer_Encoding="chunked", Content_Length=len(data) + 9)
    with Site(lambda _asked: [headers, chunks]) as site:
        assert fetch(site.url) == data


class Interrupted(BaseException):
    """What a worker raises that is to end."""


def interrupt_at(fraction: float) -> Any:
    def progress(done: float) -> None:
        if done >= fraction:
            raise Interrupted

    return progress


def test_an_interrupted_fetch_goes_on_next_time(fetch: Fetch, data: bytes) -> None:
    with Site(file(data)) as site:
        with pytest.raises(Interrupted):
            fetch(site.url, interrupt_at(0.3))
        assert fetch(site.url) == data
        assert fetch(site.url) == data  # and one that is whole asks for nothing
    assert len(site.asked) == 2 and 0.3 * len(data) <= site.asked[1].first < len(data)


def test_another_link_in_the_same_place_starts_anew(fetch: Fetch, data: bytes) -> None:
    with Site(file(data)) as site:
        with pytest.raises(Interrupted):
            fetch(f"{site.url}/a", interrupt_at(0.3))
        assert fetch(f"{site.url}/b") == data
    assert site.asked[1].first == 0


def test_a_file_that_changed_meanwhile_is_fetched_from_the_start(fetch: Fetch, data: bytes) -> None:
    with Site(file(data)) as site:
        with pytest.raises(Interrupted):
            fetch(site.url, interrupt_at(0.5))
        site.serve = file(data[::-1], etag='"two"')
        assert fetch(site.url) == data[::-1]


@pytest.mark.parametrize(
    "answer",
    [
        head("206 Partial Content", Content_Range="bytes 0-9/10", Content_Length=10),
        head("206 Partial Content", Content_Length=10),
        head("206 Partial Content", Content_Range="bytes {first}-9/{whole}", Content_Length=10),
        head("206 Partial Content", Content_Range="bytes {first}-{whole}/*", Content_Length=10),
        head("206 Partial Content", Content_Range="bytes {first}-{last}/{less}", Content_Length=10),
        head("206 Partial Content", ETag='"two"', Content_Range="bytes 5-9/10", Content_Length=10),
        head("416 Range Not Satisfiable", Content_Length=0),
        head("204 No Content"),
    ],
)
def test_a_part_that_does_not_fit_is_not_put_together(
    fetch: Fetch, data: bytes, answer: bytes
) -> None:
    with Site(file(data)) as site:
        with pytest.raises(Interrupted):
            fetch(site.url, interrupt_at(0.5))
        site.serve = lambda asked: [placed(answer, asked.first, len(data)), bytes(10)]
        with pytest.raises(LinkUnreachable):
            fetch(site.url)
        site.serve = file(data)
        assert fetch(site.url) == data
    assert site.asked[-1].first == 0


def placed(answer: bytes, first: int, whole: int) -> bytes:
    """An answer with the places filled in that depend on what is asked for."""
    return answer.decode().format(first=first, whole=whole, last=whole - 1, less=whole - 2).encode()


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"weak"'}, {"ETag": '"bad\x01"'}])
def test_what_cannot_be_told_apart_is_fetched_from_the_start(
    fetch: Fetch, data: bytes, headers: dict[str, str]
) -> None:
    with Site(lambda _asked: [head(Content_Length=len(data), **headers), data]) as site:
        with pytest.raises(Interrupted):
            fetch(site.url, interrupt_at(0.5))
        assert fetch(site.url) == data
    assert all("range" not in asked.headers for asked in site.asked)


def test_the_date_of_a_change_serves_as_well(fetch: Fetch, data: bytes) -> None:
    date = "Sat, 14 Nov 2026 09:30:00 GMT"
    with Site(lambda _asked: [head(Content_Length=len(data), Last_Modified=date), data]) as site:
        with pytest.raises(Interrupted):
            fetch(site.url, interrupt_at(0.5))
        assert fetch(site.url) == data
    assert site.asked[1].headers["if-range"] == date


def test_one_at_a_time_writes(fetch: Fetch, data: bytes) -> None:
    with Site(file(data)) as site:

        def another(_fraction: float) -> None:
            with pytest.raises(LinkUnreachable, match="still being fetched"):
                fetch(site.url)

        assert fetch(site.url, another) == data
