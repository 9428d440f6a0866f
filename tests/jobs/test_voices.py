"""Who spoke, told apart beside the transcript and never at its cost."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import speech
from talktotext.errors import EngineFailed
from talktotext.extensions import db
from talktotext.models import Note, Segment
from talktotext.speech import diarization
from talktotext.speech.cut import Chunk
from talktotext.speech.diarization import Turn, Voices
from talktotext.speech.fake import FakeTranscriber
from tests.conftest import Person, run_jobs, tone

CHANGE = 7.0  # seconds: within the second of the fake engine's segments


class Ears:
    """A diarizer that hears one voice before CHANGE and another after it, or fails as told."""

    name, version = "ears", "ears 1"
    heard: list[float] = []  # noqa: RUF012 - emptied by each test
    failing: dict[str, Exception] = {}  # noqa: RUF012 - set by each test

    def listen(self, chunk: Chunk) -> Voices:
        self.heard.append(chunk.start)
        if "listen" in self.failing:
            raise self.failing["listen"]
        nothing = np.zeros((0, 2))
        return Voices(chunk.start, chunk.end, nothing, nothing, nothing, nothing)

    def turns(self, heard: Sequence[Voices]) -> list[Turn]:
        if "turns" in self.failing:
            raise self.failing["turns"]
        return [Turn(0, CHANGE, "Speaker 1"), Turn(CHANGE, heard[-1].end, "Speaker 2")]

    def close(self) -> None:
        """Nothing to free."""


class Stumbling(FakeTranscriber):
    """A fake engine whose second call, of all, fails."""

    calls = 0

    def transcribe(self, samples: Any, **asked: Any) -> Any:
        Stumbling.calls += 1
        if Stumbling.calls == 2:
            raise EngineFailed("The engine stumbled")
        return super().transcribe(samples, **asked)


@pytest.fixture
def app(make_app: Callable[..., APIFlask], monkeypatch: pytest.MonkeyPatch) -> APIFlask:
    monkeypatch.setitem(diarization.DIARIZERS, "ears", f"{__name__}:Ears")
    monkeypatch.setitem(speech.ENGINES, "stumbling", f"{__name__}:Stumbling")
    Ears.heard, Ears.failing, Stumbling.calls = [], {}, 0
    return make_app(DIARIZER="ears")


def note_of(app: APIFlask, note_id: str) -> tuple[Note, list[Segment]]:
    with app.app_context():
        note = db.session.get_one(Note, note_id, options=[sa.orm.undefer("*")])
        return note, list(db.session.scalars(sa.select(Segment).order_by(Segment.index)))


def codes(note: Note) -> set[str]:
    return {warning.code for warning in note.notes.warnings}


def test_segments_get_their_speakers_and_are_split_where_they_change(
    app: APIFlask, alice: Person
) -> None:
    note, segments = note_of(app, alice.make_note(tone(10)))
    assert [segment.speaker for segment in segments] == ["Speaker 1", "Speaker 1", "Speaker 2"]
    assert [segment.index for segment in segments] == [0, 1, 2]
    assert (note.transcription["diarizer"], len(note.notes.participants)) == ("ears", 2)
    assert "no_speakers" not in codes(note)


@pytest.mark.parametrize("where", ["listen", "turns"])
@pytest.mark.parametrize("error", [EngineFailed("no"), ZeroDivisionError("nobody expected it")])
def test_whatever_fails_the_words_are_all_there(
    app: APIFlask, alice: Person, where: str, error: Exception
) -> None:
    Ears.failing = {where: error}
    note, segments = note_of(app, alice.make_note(tone(10)))
    assert [segment.speaker for segment in segments] == [None, None]
    assert all(segment.text in note.transcript for segment in segments)
    assert "no_speakers" in codes(note)


def test_a_diarizer_that_is_not_installed_costs_the_speakers_only(
    make_app: Callable[..., APIFlask],
) -> None:
    app = make_app(DIARIZER="pyannote", DIARIZER_OPTIONS={"folder": "/nowhere"})
    note, segments = note_of(app, Person(app, "Alice").make_note(tone(5)))
    assert segments and all(segment.speaker is None for segment in segments)
    assert "no_speakers" in codes(note)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_attempt_goes_on_with_what_was_heard_of_the_voices(
    app: APIFlask, make_app: Callable[..., APIFlask], elsewhere: bool
) -> None:
    app = make_app(DIARIZER="ears", TRANSCRIBER="stumbling")
    alice = Person(app, "Alice")
    upload_id = alice.upload(tone(100))
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "processing"
    first = Ears.heard[0]
    if elsewhere:  # another machine, with an empty folder
        for kept in app.config["SETTINGS"].WORK_FOLDER.rglob("voices-*"):
            kept.unlink()
    with app.app_context():
        db.session.execute(sa.text("UPDATE jobs SET not_before = NULL"))
        db.session.commit()
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"
    assert Ears.heard.count(first) == (2 if elsewhere else 1)
    _, segments = note_of(app, alice.get(f"/api/status/{upload_id}").json["note_id"])
    assert {segment.speaker for segment in segments} == {"Speaker 1", "Speaker 2"}
