"""What clamd says of a file, and what becomes of it where clamd says nothing."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from talktotext import scan
from talktotext.errors import ScannerFailed, ScannerUnavailable, TooLargeToScan
from talktotext.scan import Clamd
from tests.clamd import CLAMD, NAME, VIRUS, FakeClamd, fake_clamd, real_clamd


@pytest.fixture
def fake() -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        yield server


@pytest.fixture(scope="module", params=["fake", "real"])
def clamd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clamd]:
    """A scanner that takes a megabyte."""
    if request.param == "fake":
        with fake_clamd() as server:
            server.largest = 2**20
            yield Clamd.at(server.url)
    elif CLAMD is None:
        pytest.skip("no clamd on PATH")
    else:
        with real_clamd(tmp_path_factory.mktemp("clamd"), StreamMaxLength="1M") as url:
            yield Clamd.at(url)


def file(folder: Path, data: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("before", [0, 1000, scan.CHUNK - 10, 700_000])
def test_a_virus_is_found_wherever_it_is(clamd: Clamd, tmp_path: Path, before: int) -> None:
    found = clamd.virus_in(file(tmp_path, bytes(before) + VIRUS + bytes(1000)))
    assert (found or "").removesuffix(".UNOFFICIAL") == NAME


@pytest.mark.parametrize("data", [b"", b"x", VIRUS[:-1], bytes(2**20)], ids=len)
def test_nothing_is_found_where_there_is_none(clamd: Clamd, tmp_path: Path, data: bytes) -> None:
    assert clamd.virus_in(file(tmp_path, data)) is None


@pytest.mark.parametrize("more", [1, 50_000_000])
def test_what_is_larger_than_it_takes_is_not_clean(clamd: Clamd, tmp_path: Path, more: int) -> None:
    with pytest.raises(TooLargeToScan):
        clamd.virus_in(file(tmp_path, bytes(2**20 + more)))


def test_it_tells_how_much_it_takes(clamd: Clamd) -> None:
    assert clamd.takes(2**20)
    assert not clamd.takes(2**20 + 1)


def test_it_is_there(clamd: Clamd) -> None:
    clamd.ping()


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:/nowhere/clamd.ctl"])
def test_nobody_there_is_an_error_of_its_own(url: str, tmp_path: Path) -> None:
    with pytest.raises(ScannerUnavailable):
        Clamd.at(url).virus_in(file(tmp_path, b"x"))


@pytest.mark.parametrize("mood", ["hang up", "babble"])
def test_no_answer_is_not_taken_for_clean(fake: FakeClamd, tmp_path: Path, mood: str) -> None:
    fake.mood = mood
    with pytest.raises(ScannerFailed):
        Clamd.at(fake.url).virus_in(file(tmp_path, b"x"))


def test_silence_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ScannerFailed):
        url = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        Clamd.at(url).virus_in(file(tmp_path, b"x"))


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("OK", None),
        ("Eicar-Test-Signature FOUND", "Eicar-Test-Signature"),
        ("Heuristics.Limits.Exceeded.MaxFileSize FOUND", TooLargeToScan),
        ("INSTREAM size limit exceeded. ERROR", TooLargeToScan),
        ("Can't allocate memory ERROR", ScannerFailed),
        ("", ScannerFailed),
        ("OK, more or less", ScannerFailed),
    ],
)
def test_only_ok_is_clean(answer: str, means: object) -> None:
    if isinstance(means, type):
        with pytest.raises(means):
            scan._virus(answer)
    else:
        assert scan._virus(answer) == means


@pytest.mark.parametrize(
    ("url", "clamd"),
    [
        ("tcp://scanner:3311", Clamd("scanner", 3311)),
        ("tcp://scanner", Clamd("scanner", 3310)),
        ("tcp://[::1]:3310", Clamd("::1", 3310)),
        ("unix:/run/clamav/clamd.ctl", Clamd(path="/run/clamav/clamd.ctl")),
        ("unix:///run/clamav/clamd.ctl", Clamd(path="/run/clamav/clamd.ctl")),
    ],
)
def test_addresses_are_read(url: str, clamd: Clamd) -> None:
    assert Clamd.at(url) == clamd


@pytest.mark.parametrize(
    "url", ["scanner:3310", "http://scanner", "unix:relative", "tcp://", "tcp://a:b", "unix://a/b"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Clamd.at(url)
