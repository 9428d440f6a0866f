"""Which engine a job uses, and what it passes on of what the engine found out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import speech
from talktotext.errors import EngineUnavailable
from talktotext.extensions import db
from talktotext.jobs import engines
from talktotext.models import Job, Note
from talktotext.schema import Segment
from talktotext.speech.base import Language
from tests.conftest import Person, make_settings, run_jobs, tone
from tests.speech.tiny_whisper import build

MEETING = Path(__file__).parent.parent / "samples" / "meeting.mp3"


def engine_of(tmp_path: Path, language: str = "auto", **settings: object) -> str:
    configured = make_settings(tmp_path, TRANSCRIBER="auto", **settings)
    with engines.transcribers(configured, language) as found:
        return f"{found[0].name} {found[0].model}"


def test_auto_is_moonshine_until_weights_are_here(tmp_path: Path) -> None:
    assert engine_of(tmp_path) == "moonshine tiny-en"
    build(tmp_path / "models" / "small")
    assert engine_of(tmp_path) == "whisper small"
    assert engine_of(tmp_path, "ur") == "whisper small"


def test_the_settings_name_another_model_or_folder(tmp_path: Path) -> None:
    build(tmp_path / "elsewhere" / "mine")
    folder = tmp_path / "elsewhere"
    assert engine_of(tmp_path, WHISPER_MODEL="mine", MODEL_FOLDER=folder) == "whisper mine"
    assert engine_of(tmp_path, WHISPER_MODEL=str(folder / "mine")) == "whisper mine"


def test_a_device_that_is_not_there_is_told(tmp_path: Path) -> None:
    build(tmp_path / "models" / "small")
    with pytest.raises(EngineUnavailable, match="cuda"):
        engine_of(tmp_path, WHISPER_DEVICE="cuda")


def test_a_job_that_nothing_here_understands_says_what_to_fetch(
    make_app: Callable[..., APIFlask], tmp_path: Path
) -> None:
    app = make_app(TRANSCRIBER="auto")
    alice = Person(app, "Alice")
    upload_id = alice.upload(language="ur")
    run_jobs(app)
    status = alice.get(f"/api/status/{upload_id}").json
    assert status["status"] == "failed"
    with app.app_context():
        error = db.session.scalars(sa.select(Job.error)).one()
    assert error["hint"] == "Run `flask model fetch small`."
    assert str(tmp_path) not in str(error)  # where things lie is nobody's business


def test_a_job_runs_on_whisper(make_app: Callable[..., APIFlask], tmp_path: Path) -> None:
    build(tmp_path / "instance" / "models" / "small")
    app = make_app(TRANSCRIBER="auto", TRANSCRIBER_OPTIONS={"temperatures": [0.0]})
    alice = Person(app, "Alice")
    note_id = alice.make_note(MEETING.read_bytes(), "m.mp3", language="de", extractDuration="9")
    with app.app_context():
        note = db.session.get(Note, note_id)
        assert (note.engine, note.language) == ("whisper", "de")


class Unsure:
    """An engine that gets surer of the language with every chunk."""

    name, model, version, languages = "unsure", "", "", None

    def __init__(self, text: str = "Ja.", confidence: float | None = None) -> None:
        self.times = 0
        self.text = text
        self.confidence = confidence

    def detect(self, samples: object) -> Language:
        self.times += 1
        return Language("de", 0.3 * self.times)

    def transcribe(self, samples: object, **asked: object) -> Iterator[Segment]:
        assert asked["language"] == "de"
        yield Segment(index=0, start=0, end=1, text=self.text, confidence=self.confidence)

    def close(self) -> None:
        """Nothing to free."""


class English(Unsure):
    """An engine that takes all it hears for English."""

    languages = frozenset({"en"})

    def detect(self, samples: object) -> None:
        return None

    def transcribe(self, samples: object, **asked: object) -> Iterator[Segment]:
        return super().transcribe(samples, language="de")


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> Callable[[Unsure], None]:
    """Makes it the engine of every job."""
    return lambda engine: monkeypatch.setattr(speech, "load", lambda *_, **__: [engine])


def test_the_language_is_what_the_engine_got_sure_of(
    make_app: Callable[..., APIFlask], unsure: Callable[[Unsure], None]
) -> None:
    unsure(Unsure())
    app = make_app()
    alice = Person(app, "Alice")
    note_id = alice.make_note(MEETING.read_bytes(), "m.mp3", extractDuration="100")
    with app.app_context():
        note = db.session.get(Note, note_id)
        assert note.language == "de"
        assert note.transcription["language"] == "de"
        assert note.transcription["language_probability"] > 0.5  # at first it was not


@pytest.mark.parametrize(("text", "told"), [("Ja.", False), ("the one that is " * 9, True)])
def test_a_note_says_so_where_much_of_it_is_a_loop(
    text: str, told: bool, make_app: Callable[..., APIFlask], unsure: Callable[[Unsure], None]
) -> None:
    unsure(Unsure(text))
    app = make_app()
    note_id = Person(app, "Alice").make_note(MEETING.read_bytes(), "m.mp3", extractDuration="9")
    with app.app_context():
        warnings = db.session.get(Note, note_id).notes.warnings
    assert ("unreliable_transcript" in {warning.code for warning in warnings}) is told


WORDS = (
    "What is written here nobody has said like this, as far as anybody could tell who knows the "
    "language that it is in."
)


@pytest.mark.parametrize(("confidence", "told"), [(None, False), (0.8, False), (0.3, True)])
def test_a_note_says_so_where_the_engine_was_unsure_throughout(
    confidence: float | None,
    told: bool,
    make_app: Callable[..., APIFlask],
    unsure: Callable[[Unsure], None],
) -> None:
    unsure(English(WORDS, confidence))
    app = make_app()
    note_id = Person(app, "Alice").make_note(MEETING.read_bytes(), "m.mp3", extractDuration="30")
    with app.app_context():
        note = db.session.get(Note, note_id)
        warnings = {warning.code for warning in note.notes.warnings}
        assert note.language == note.transcription["language"] == ("und" if told else "en")
    assert ("other_language" in warnings) is told


def test_notes_made_anew_say_so_still(
    make_app: Callable[..., APIFlask], unsure: Callable[[Unsure], None]
) -> None:
    unsure(English(WORDS, 0.3))
    app = make_app()
    alice = Person(app, "Alice")
    note_id = alice.make_note(tone(10), extractDuration="9")
    before = alice.get(f"/api/notes/{note_id}").json
    alice.post(f"/api/notes/{note_id}/regenerate", json={})
    run_jobs(app)
    after = alice.get(f"/api/notes/{note_id}").json
    assert after["notes"] == before["notes"]
    warnings = [one["code"] for one in after["notes"]["warnings"]]
    assert warnings == ["other_language", "partial"]
    with app.app_context():
        note = db.session.get_one(Note, note_id)
        assert (note.revision, note.language) == (1, "und")
