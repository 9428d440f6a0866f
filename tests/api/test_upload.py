"""Uploading: what is taken, what is refused, and that nothing of the refused is left."""

import io
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import imageio_ffmpeg
import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.api.upload import display_name
from talktotext.extensions import db
from talktotext.models import Job, Upload
from tests.api.helpers import assert_problem, recordings
from tests.conftest import Person, tone
from tests.stack import Stack

SOUND = tone()


def rows(app: APIFlask, model: Any = Upload) -> list[Any]:
    with app.app_context():
        return list(db.session.scalars(sa.select(model)))


def only_row(app: APIFlask) -> Upload:
    (upload,) = rows(app)
    return upload  # type: ignore[no-any-return]


def assert_nothing_left(app: APIFlask) -> None:
    """No file, no row, no job of what was refused."""
    assert recordings(app) == []
    assert rows(app) == rows(app, Job) == []


def test_an_upload_is_taken_at_once(app: APIFlask, alice: Person) -> None:
    answer = alice.send(SOUND, "talk.wav")
    assert answer.status_code == 200
    upload_id = answer.json["upload_id"]
    assert answer.json == {"upload_id": upload_id, "status": "uploaded"}
    assert str(UUID(upload_id)) == upload_id


def test_what_is_not_said_has_its_default(app: APIFlask, alice: Person) -> None:
    alice.upload(SOUND, "talk.wav")
    upload = only_row(app)
    assert (upload.language, upload.extract_duration, upload.url) == ("auto", None, None)
    assert (upload.user_id, upload.file_name, upload.file_size) == (
        alice.id,
        "talk.wav",
        len(SOUND),
    )


def test_it_is_stored_under_a_name_of_our_own(app: APIFlask, alice: Person) -> None:
    alice.upload(SOUND, "talk.wav")
    folder, _, name = str(only_row(app).file_path).partition("/")
    assert folder == "recordings"
    assert str(UUID(name)) == name
    assert recordings(app) == [name]
    stored = Path(app.config["UPLOAD_FOLDER"]) / folder / name
    assert stored.read_bytes() == SOUND


@pytest.mark.parametrize(
    ("form", "language", "seconds"),
    [
        ({"language": "de"}, "de", None),
        ({"language": " EN "}, "en", None),
        ({"language": "", "extractDuration": "", "background": "", "url": ""}, "auto", None),
        ({"extractDuration": "0"}, "auto", None),
        ({"extractDuration": "90", "language": "auto"}, "auto", 90),
        ({"background": "TRUE", "something": "else"}, "auto", None),
    ],
)
def test_fields_are_kept(
    app: APIFlask, alice: Person, form: dict[str, str], language: str, seconds: int | None
) -> None:
    alice.upload(SOUND, **form)
    upload = only_row(app)
    assert (upload.language, upload.extract_duration) == (language, seconds)
    (job,) = rows(app, Job)
    asked = {"language": language, "extract_duration": seconds or 0}
    nothing = dict.fromkeys(("engine", "meeting_type", "output_language"))
    assert job.options == {**nothing, "vocabulary": [], "take": 0, **asked}


@pytest.mark.parametrize(
    ("form", "engine", "vocabulary"),
    [
        ({"engine": "fake"}, "fake", []),
        ({"engine": " Moonshine "}, "moonshine", []),
        ({"engine": "auto", "language": "en"}, "auto", []),
        ({"engine": "", "vocabulary": ""}, None, []),
        (
            {"vocabulary": "Zoë, Kubernetes,, zoë\nNew York "},
            None,
            ["Zoë", "Kubernetes", "New York"],
        ),
        ({"vocabulary": ["Zoë", "a, b"]}, None, ["Zoë", "a", "b"]),
    ],
)
def test_an_engine_and_a_vocabulary_may_be_asked_for(
    app: APIFlask, alice: Person, form: dict[str, Any], engine: str | None, vocabulary: list[str]
) -> None:
    alice.upload(SOUND, **form)
    upload = only_row(app)
    assert (upload.engine, upload.vocabulary) == (engine, vocabulary)
    (job,) = rows(app, Job)
    assert (job.options["engine"], job.options["vocabulary"]) == (engine, vocabulary)


def test_one_s_own_vocabulary_comes_after_that_of_the_recording(
    app: APIFlask, alice: Person
) -> None:
    alice.patch("/auth/me", json={"vocabulary": ["Kubernetes", "Zoë"]})
    alice.upload(SOUND, vocabulary="Zoë, Acme")
    (job,) = rows(app, Job)
    assert job.options["vocabulary"] == ["Zoë", "Acme", "Kubernetes"]
    assert only_row(app).vocabulary == ["Zoë", "Acme"]


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


def test_a_url_is_refused_clearly(app: APIFlask, alice: Person) -> None:
    answer = alice.post("/api/upload", data={"url": "https://example.com/talk.mp3"})
    body = assert_problem(answer, 400, "invalid_request", "Links are not supported yet")
    assert body["hint"] == "Download the recording and upload the file itself."
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


MULTIPART = {"Content-Type": "multipart/form-data; boundary=part"}
HEAD = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
TAIL = b"\r\n--part--\r\n"


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("talk.wav", "talk.wav"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\talk.wav", "talk.wav"),
        ("C:\\Users\\me\\talk.wav", "talk.wav"),
        ("a\x00b.wav", "ab.wav"),
        ("a\r\nb\tc.wav", "abc.wav"),
        ("x" * 300 + ".wav", "x" * 200),
        ("\u202egpj.exe", "gpj.exe"),
        ("\u2066talk\u2069\u200f.wav", "talk.wav"),
        ("Besprechung 😀 Ärger 会議.m4a", "Besprechung 😀 Ärger 会議.m4a"),
        ('it\'s a "talk".wav', 'it\'s a "talk".wav'),
        ("'; DROP TABLE uploads; --", "'; DROP TABLE uploads; --"),
        ("<script>.wav", "<script>.wav"),
        ("\ud800.wav", "wav"),
        (" \u3000 ", "recording"),
        ("..", "recording"),
        ("", "recording"),
    ],
)
def test_a_name_is_shown_without_what_could_harm(name: str, shown: str) -> None:
    assert display_name(name) == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("x" * 300, "x" * 200),
        ("\u202egpj.exe", "gpj.exe"),
        ("😀 会議.m4a", "😀 会議.m4a"),
        ("../a\0b.wav", "ab.wav"),
        ('it\'s a \\"talk\\".wav', 'it\'s a "talk".wav'),  # as curl has it
        ("it's a %22talk%22.wav", 'it\'s a "talk".wav'),  # as browsers do
    ],
)
def test_a_name_is_kept_for_show_only(app: APIFlask, alice: Person, sent: str, shown: str) -> None:
    body = HEAD.replace(b"a.wav", sent.encode()) + SOUND + TAIL
    answer = alice.post("/api/upload", data=body, headers=MULTIPART)
    assert answer.status_code == 200, answer.json
    upload = only_row(app)
    assert upload.file_name == shown
    assert str(upload.file_path).startswith("recordings/")
    assert [f"recordings/{stored}" for stored in recordings(app)] == [upload.file_path]


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
