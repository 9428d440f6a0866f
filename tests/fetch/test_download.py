"""Fetching a file: whole, within bounds, and on from where it was cut off."""

from typing import Any

import pytest

from talktotext.errors import (
    LinkUnreachable,
)
from tests.fetch.conftest import Fetch
from tests.fetch.site import Site, file, head


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
        site.serve = lambda _asked: [answer, bytes(10)]
        with pytest.raises(LinkUnreachable):
            fetch(site.url)
        site.serve = file(data)
        assert fetch(site.url) == data
    assert site.asked[-1].first == 0


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
