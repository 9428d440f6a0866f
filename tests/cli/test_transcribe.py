"""`flask transcribe FILE`: one process, no server, nothing left behind."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import Result
from docx import Document
from pypdf import PdfReader

from talktotext.errors import EngineBusy
from talktotext.extensions import db
from talktotext.models import Job, Note, Upload, User
from talktotext.speech.fake import FakeTranscriber
from tests.conftest import tone
from tests.fetch.site import Site, file

Run = Callable[..., Result]


@pytest.fixture
def run(app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command as on a server: with addresses of its own in the environment."""
    settings = app.config["SETTINGS"]
    monkeypatch.setenv("DATABASE_URL", settings.DATABASE_URL)
    monkeypatch.setenv("UPLOAD_FOLDER", str(settings.UPLOAD_FOLDER))
    monkeypatch.setenv("WORK_FOLDER", str(settings.WORK_FOLDER))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield lambda *args: app.test_cli_runner().invoke(args=["transcribe", *map(str, args)])
    assert list(scratch.iterdir()) == []
    with app.app_context():
        for model in (User, Upload, Job, Note):
            assert db.session.query(model).count() == 0, "it wrote into the configured database"
    kept = [path for path in settings.UPLOAD_FOLDER.rglob("*") if path.is_file()]
    assert kept == []


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "weekly call.wav"
    path.write_bytes(tone(12))
    return path


def test_notes_are_printed(run: Run, recording: Path) -> None:
    result = run(recording)
    assert result.exit_code == 0, result.output
    title, rule = _heading(result.output)
    assert title and rule == "=" * len(title)
    assert "Summary\n-------\n" in result.output


def test_a_link_will_do(make_app: Callable[..., APIFlask]) -> None:
    runner = make_app(LINK_PRIVATE_HOSTS="127.0.0.1").test_cli_runner()
    with Site(file(tone(12))) as site:
        result = runner.invoke(args=["transcribe", f"{site.url}/call.wav"])
    assert result.exit_code == 0, result.output
    assert "Summary\n-------\n" in result.output


def test_a_link_that_leads_inside_will_not(run: Run) -> None:
    result = run("http://127.0.0.1/call.wav")
    assert result.exit_code == 1
    assert "The link leads to no public address." in result.output
    result = run("http://2130706433/call.wav")
    assert result.exit_code == 2
    assert "That is no link." in result.output


def _heading(output: str) -> tuple[str, str]:
    lines = output.splitlines()
    index = next(i for i, line in enumerate(lines) if line and set(line) == {"="})
    return lines[index - 1], lines[index]


def test_documents_are_written_where_asked(run: Run, recording: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "deep"
    result = run(recording, "-o", folder)
    assert result.exit_code == 0, result.output
    title, _ = _heading(result.output)
    pdf, word = (next(folder.glob(f"*.{kind}")) for kind in ("pdf", "docx"))
    assert len(list(folder.iterdir())) == 2
    for path in (pdf, word):
        assert path.name in result.output.replace("\n", "")
    said = title.split()[0]
    assert said in PdfReader(io.BytesIO(pdf.read_bytes())).pages[0].extract_text()
    assert said in " ".join(part.text for part in Document(str(word)).paragraphs)


def test_only_the_first_seconds_if_so_asked(run: Run, recording: Path) -> None:
    result = run(recording, "--seconds", "5", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "! These notes cover only the first 5 seconds of the recording." in result.output


def test_engine_and_vocabulary_reach_the_engine(
    run: Run, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    heard = FakeTranscriber.transcribe

    def listening(self: FakeTranscriber, samples: Any, **options: Any) -> Any:
        asked.append(list(options["vocabulary"]))
        return heard(self, samples, **options)

    monkeypatch.setattr(FakeTranscriber, "transcribe", listening)
    result = run(recording, "--engine", "fake", "--vocabulary", "Zoë, Kubernetes")
    assert result.exit_code == 0, result.output
    assert asked[0] == ["Zoë", "Kubernetes"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Error: The recording is empty. Check that the file is complete and try again.\n"),
        (b"Dear all,", "Error: The file is not an audio or video recording. Upload a recording"),
        (tone()[:30], "Error: The recording is damaged or incomplete. Try to play the file"),
    ],
)
def test_what_is_no_recording_is_told(run: Run, tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "letter.mp3"
    path.write_bytes(data)
    result = run(path)
    assert result.exit_code == 1
    assert result.output.startswith(said)
    assert "Traceback" not in result.output


def test_what_cannot_be_asked_is_a_usage_error(run: Run, recording: Path, tmp_path: Path) -> None:
    for args in (
        (recording, "--language", "xx"),
        (recording, "--engine", "telepathy"),
        (recording, "--vocabulary", "x" * 101),
        (recording, "--seconds", "-1"),
        (recording, "--type", "party"),
        (recording, "--output-language", "xx"),
        (tmp_path / "nothing.wav",),
        (tmp_path,),
        (),
    ):
        result = run(*args)
        assert result.exit_code == 2
        assert "Error: " in result.output


def test_the_kind_of_talk_can_be_said(run: Run, recording: Path) -> None:
    assert "sales call ·" in run(recording, "--type", "sales call").output


def test_a_language_of_notes_needs_a_language_model(run: Run, recording: Path) -> None:
    result = run(recording, "--output-language", "de")
    assert result.exit_code == 1
    assert "Only the analysis engine “llm” chooses the language of notes." in result.output


def test_a_folder_that_cannot_be_is_told_before_the_work(run: Run, recording: Path) -> None:
    result = run(recording, "-o", "/dev/null/out")
    assert (result.exit_code, result.output) == (1, "Error: Not a directory: /dev/null/out.\n")


def test_a_failure_on_the_way_is_told(make_app: Callable[..., APIFlask], recording: Path) -> None:
    app = make_app(TRANSCRIBER="telepathy")
    result = app.test_cli_runner().invoke(args=["transcribe", str(recording)])
    assert result.exit_code == 1
    last = result.output.strip().splitlines()[-1]
    assert last.startswith("Error: There is no speech engine named 'telepathy'. ")


def test_a_name_beginning_with_a_dash_is_a_file_too(
    run: Run, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(recording.parent)
    recording.rename("-y.wav")
    assert run("--", "-y.wav").exit_code == 0


def test_an_engine_that_asks_for_patience_is_waited_for(
    run: Run, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moods = [EngineBusy()]
    heard = FakeTranscriber.transcribe

    def moody(self: FakeTranscriber, samples: Any, **asked: Any) -> Any:
        if moods:
            raise moods.pop()
        return heard(self, samples, **asked)

    shown: list[str] = []
    bar = nullcontext(lambda _fraction, stage: shown.append(stage))
    monkeypatch.setattr("talktotext.cli.transcribe._bar", lambda: bar)
    monkeypatch.setattr(FakeTranscriber, "transcribe", moody)
    result = run(recording)
    assert result.exit_code == 0, result.output
    assert moods == []
    assert any("Trying again in" in stage for stage in shown)
