"""Uploading: what is refused, and that nothing of it is left."""

import io
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from apiflask import APIFlask

from tests.api.helpers import HEAD, MULTIPART, TAIL, assert_nothing_left, assert_problem
from tests.conftest import Person, tone
from tests.stack import Stack

SOUND = tone()


def test_an_engine_that_is_not_here_is_told_before_anything_is_stored(
    app: APIFlask, alice: Person
) -> None:
    for form in ({"engine": "whisper"}, {"engine": "moonshine", "language": "de"}):
        body = assert_problem(alice.send(SOUND, **form), 503, "engine_unavailable")
        assert body["hint"]
    assert_nothing_left(app)


def test_the_fake_engine_is_for_where_it_was_chosen(make_app: Any) -> None:
    app = make_app(TRANSCRIBER="moonshine")
    alice = Person(app, "Alice")
    body = assert_problem(alice.send(SOUND, engine="fake"), 400, "validation_failed")
    assert body["error"] == "engine is none of auto, moonshine, openai, whisper"
    assert_nothing_left(app)


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"language": "xx"}, "language is not an ISO 639-1 language code, nor `auto`"),
        ({"language": "english"}, "language is not an ISO 639-1 language code, nor `auto`"),
        ({"language": "e\x00"}, "language must not contain control characters"),
        ({"extractDuration": "-1"}, "extractDuration: "),
        ({"extractDuration": "1.5"}, "extractDuration: "),
        ({"extractDuration": "soon"}, "extractDuration: "),
        ({"extractDuration": "9" * 10}, "extractDuration: "),
        ({"extractDuration": "9" * 5000}, "extractDuration: "),
        ({"background": "maybe"}, "background: "),
        ({"engine": "telepathy"}, "engine is none of auto, "),
        ({"vocabulary": "x" * 101}, "vocabulary.0: "),
        ({"vocabulary": "a,b\x01"}, "vocabulary.1 must not contain control characters"),
        ({"vocabulary": ",".join(map(str, range(101)))}, "vocabulary: "),
    ],
)
def test_a_field_that_makes_no_sense_is_named(
    app: APIFlask, alice: Person, form: dict[str, str], named: str
) -> None:
    body = assert_problem(alice.send(SOUND, **form), 400, "validation_failed")
    assert body["error"].startswith(named)
    assert_nothing_left(app)


@pytest.mark.parametrize(
    "form",
    [{}, {"url": ""}, {"language": "en"}, {"file": "not a file"}, {"file": (io.BytesIO(), "")}],
)
def test_a_file_or_a_url_is_required(app: APIFlask, alice: Person, form: dict[str, Any]) -> None:
    answer = alice.post("/api/upload", data=form, content_type="multipart/form-data")
    assert_problem(answer, 400, "invalid_request", "File or URL required")
    assert_nothing_left(app)


@pytest.fixture(scope="session")
def silent_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=black:s=32x32:r=5:d=1")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, "-c:v", "libx264", path]
    subprocess.run(command, check=True)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.mp3", "empty_recording"),
        (b"Dear all, please find attached.", "letter.mp3", "not_media"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "list.mp4", "not_media"),
        (SOUND[:30], "cut.wav", "unreadable_media"),
    ],
)
def test_what_is_no_recording_is_refused(
    app: APIFlask, alice: Person, data: bytes, name: str, code: str
) -> None:
    assert assert_problem(alice.send(data, name), 415, code)["hint"]
    assert_nothing_left(app)


def test_a_film_without_sound_is_refused(app: APIFlask, alice: Person, silent_film: bytes) -> None:
    answer = alice.send(silent_film, "film.mp4")
    assert assert_problem(answer, 415, "no_audio", "The file has no sound track")["hint"]
    assert_nothing_left(app)


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(
    make_app: Callable[..., APIFlask],
) -> None:
    app = make_app(MAX_CONTENT_LENGTH=len(SOUND))
    alice = Person(app, "Alice")
    # Each declares its length: one byte too much, and far too much.
    for excess in (b"\0", bytes(200_000)):
        assert_problem(alice.send(SOUND + excess), 413, "file_too_large", "File too large")
        assert_nothing_left(app)
    alice.upload(SOUND)


def test_the_limit_holds_for_bodies_of_undeclared_length(
    tmp_path: Path, stack_of: Callable[..., Stack]
) -> None:
    stack = stack_of(MAX_CONTENT_LENGTH="100KB")
    alice = stack.person()
    for size, status in ((99_000, 200), (100_001, 413), (3_000_000, 413)):
        answer = alice.request("POST", "/api/upload", data=chunks(size), headers=MULTIPART)
        assert answer.status_code == status, answer.text
        if status == 413:
            assert answer.json()["error"] == "File too large"
    assert alice.request("GET", "/auth/me").status_code == 200
    kept = [path for path in (stack.folder / "uploads").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in kept if "recordings" in path.parts] == [99_000]
    assert [path for path in kept if "incoming" in path.parts] == []


def chunks(size: int) -> Iterator[bytes]:
    """A form with a recording of so many bytes, in pieces and without a declared length."""
    recording = SOUND + bytes(size - len(SOUND))
    yield HEAD
    for start in range(0, size, 50_000):
        yield recording[start : start + 50_000]
    yield TAIL


@pytest.fixture
def stack_of(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    running: list[Stack] = []

    def start(**settings: str) -> Stack:
        running.append(Stack(tmp_path, TRANSCRIBER="fake", **settings).__enter__())
        return running[-1]

    yield start
    for stack in running:
        stack.__exit__()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (HEAD + SOUND, "multipart/form-data; boundary=part"),  # breaks off
        (HEAD[:20], "multipart/form-data; boundary=part"),
        (HEAD + SOUND + TAIL, "multipart/form-data; boundary=another"),
        (HEAD + SOUND + TAIL, "multipart/form-data"),
    ],
)
def test_a_broken_form_is_called_that(
    app: APIFlask, alice: Person, body: bytes, content_type: str
) -> None:
    answer = alice.post("/api/upload", data=body, content_type=content_type)
    assert_problem(answer, 400, "invalid_request", "The form is broken or incomplete")
    assert_nothing_left(app)


@pytest.mark.parametrize("body", ["{}", "[]", '{"url": "https://example.com"}', "{"])
def test_json_is_no_form(app: APIFlask, alice: Person, body: str) -> None:
    answer = alice.post("/api/upload", data=body, content_type="application/json")
    assert_problem(answer, 400, "invalid_request", "File or URL required")


def test_a_form_of_a_thousand_fields_is_refused(app: APIFlask, alice: Person) -> None:
    many = {f"field{number}": "x" for number in range(1001)}
    assert_problem(alice.send(SOUND, **many), 413)
    long = HEAD.replace(b'"file"; filename="a.wav"', b'"language"') + b"x" * 600_000 + b"\r\n"
    answer = alice.post("/api/upload", data=long + HEAD + SOUND + TAIL, headers=MULTIPART)
    assert_problem(answer, 413)
    assert_nothing_left(app)


def test_a_form_of_many_files_opens_few(app: APIFlask, alice: Person) -> None:
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir()))
    files = [(io.BytesIO(SOUND[:100]), f"{number}.wav") for number in range(500)]
    answer = alice.client.post("/api/upload", data={"file": files}, headers=alice.headers)
    assert_problem(answer, 413)
    assert len(list(open_files.iterdir())) <= before + 2
    assert_nothing_left(app)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What a full disk does, done by the system: writing beyond `size` bytes fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [len(SOUND) // 2, 1_000_000])
def test_a_full_disk_is_told_as_such(app: APIFlask, alice: Person, room: int) -> None:
    data = SOUND + bytes(2_000_000 if room > len(SOUND) else 0)
    with files_no_larger_than(room):
        answer = alice.post("/api/upload", data=HEAD + data + TAIL, headers=MULTIPART)
    body = assert_problem(answer, 507, "storage_full")
    assert body["retryable"]
    assert_nothing_left(app)
    again = alice.post("/api/upload", data=HEAD + data + TAIL, headers=MULTIPART)
    assert again.status_code == 200


def test_a_recording_smaller_than_a_buffer_meets_a_full_disk_too(
    app: APIFlask, alice: Person
) -> None:
    with files_no_larger_than(100):
        answer = alice.send(SOUND[:2000])
    assert_problem(answer, 507, "storage_full")
    assert_nothing_left(app)
