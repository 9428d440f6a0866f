"""A remote engine that answers 500, then 429, then nothing, fails no job: all wait and go on.

Real processes and real HTTP, with the pauses that everybody gets.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.conftest import Person, run_jobs, tone
from tests.servers import Fault
from tests.speech.openai_server import OpenAIServer
from tests.stack import RemotePerson, Stack

KEY = "sk-outage"
JOBS, WORKERS = 24, 2
OUTAGE = 20.0  # seconds
PATIENCE = 7.0  # seconds, which the 429 asks for
PITCHES = range(200, 200 + 20 * JOBS, 20)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        running.key = KEY
        yield running


def settings(server: OpenAIServer) -> dict[str, str]:
    return {
        "TRANSCRIBER": "openai",
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": server.url,
        "OPENAI_TIMEOUT": "3",
        "TRANSCRIBER_OPTIONS": '{"only_speech": false}',  # the server hears tones
    }


@pytest.fixture
def stack(server: OpenAIServer, tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path, **settings(server), WORKERS=str(WORKERS), SWEEP_SECONDS="1") as running:
        yield running


def break_down(server: OpenAIServer) -> None:
    """Begin an outage: 500 to whoever comes first, then 429, then no answer at all."""
    server.fail(Fault(500), calls=WORKERS)
    server.fail(Fault(429, headers={"Retry-After": f"{PATIENCE}"}))
    server.fail(Fault(hang=True), seconds=OUTAGE)


def test_an_outage_of_the_engine_fails_nothing(
    server: OpenAIServer, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    alice, began = stack.person(), time.monotonic()
    break_down(server)
    uploads = {alice.upload(tone(3, pitch), f"{pitch}.wav"): pitch for pitch in PITCHES}
    for upload_id in uploads:
        stack.wait_for(lambda sent=upload_id: "The transcription server" in said(alice, sent), 15)
    assert time.monotonic() - began < OUTAGE
    for upload_id in uploads:
        alice.wait(upload_id)
    took = time.monotonic() - began
    during = Counter(call.fault.name for call in server.calls if call.fault)
    with capsys.disabled():
        print(f"\n{JOBS} jobs, {OUTAGE:.0f} s outage: calls {dict(during)}, done in {took:.0f} s")
    assert during.keys() == {"500", "429", "hang"}, "each was met"
    assert during.total() <= JOBS / 2, "they do not all knock"
    assert len(server.calls) == during.total() + JOBS, "nothing was transcribed twice"
    assert_each_has_its_own_words(alice, uploads)


def said(person: RemotePerson, upload_id: str) -> str:
    """What a person who waits is told."""
    return str(person.status(upload_id)["progress"].get("message", ""))


def assert_each_has_its_own_words(alice: RemotePerson, uploads: dict[str, int]) -> None:
    for upload_id, pitch in uploads.items():
        note = alice.get(f"/api/notes/{alice.status(upload_id)['note_id']}")
        assert note["transcript"] == f"I hear a tone of {pitch} hertz."


def test_the_settings_reach_the_engine(
    make_app: Callable[..., APIFlask], server: OpenAIServer
) -> None:
    server.fail(Fault(hang=True))
    ours = {
        "OPENAI_TRANSCRIPTION_MODEL": "whisper-9",
        "TRANSCRIBER_OPTIONS": {"only_speech": False},
    }
    app = make_app(**settings(server) | ours)
    alice, began = Person(app, "Alice"), time.monotonic()
    waiting, refused = alice.upload(tone(3, 300)), alice.upload(tone(3, 500))
    run_jobs(app)
    assert 3 <= time.monotonic() - began < 30
    assert "does not answer" in alice.get(f"/api/status/{waiting}").json["progress"]["message"]
    [call] = server.calls
    assert (call.key, call.form["model"]) == (KEY, "whisper-9")
    assert alice.get(f"/api/status/{refused}").json["status"] == "uploaded"
