"""What becomes of an attempt that did not finish."""

import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import runner, speech
from talktotext.errors import EngineBusy, EngineFailed, StorageUnavailable
from talktotext.extensions import db
from talktotext.models import Job, Segment, db_clock
from talktotext.runner import policy
from talktotext.runner.lease import owner_name
from talktotext.speech.fake import FakeTranscriber
from tests.conftest import Person, run_jobs, tone


class Moody(FakeTranscriber):
    """A fake engine that does, call after call, what its script says: an error, or its work.

    After an error it is no good any more, so that chunks begun ahead do not take the script on.
    """

    script: list[Exception | None] = []  # noqa: RUF012 - set by each test
    calls = 0
    broken: Exception | None = None
    seconds: float = 0  # of sound a call must have for the script to apply

    def transcribe(self, samples: Any, **asked: Any) -> Any:
        if len(samples) < Moody.seconds * 16_000:
            return super().transcribe(samples, **asked)
        if self.broken:
            raise self.broken
        Moody.calls += 1
        mood = Moody.script.pop(0) if Moody.script else None
        if mood is not None:
            self.broken = mood
            raise mood
        return super().transcribe(samples, **asked)


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> type[Moody]:
    """The engine "moody", in the table for the time of the test."""
    monkeypatch.setitem(speech.ENGINES, "moody", f"{__name__}:Moody")
    Moody.script, Moody.calls, Moody.seconds = [], 0, 0
    return Moody


@pytest.fixture
def app(make_app: Callable[..., APIFlask], moody: type[Moody]) -> APIFlask:
    return make_app(TRANSCRIBER="moody")


def job() -> Job:
    db.session.expire_all()
    return db.session.scalars(sa.select(Job)).one()


def skip_the_pause(app: APIFlask) -> float:
    """Run on at once; how many seconds the pause would have been."""
    with app.app_context():
        pause = db.session.scalar(sa.select(Job.not_before - db_clock()))
        db.session.execute(sa.update(Job).values(not_before=None))
        db.session.commit()
    run_jobs(app)
    return float(pause or 0)


def test_a_retryable_failure_waits_and_goes_on(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineFailed("The engine stumbled")]
    upload_id = alice.upload()
    run_jobs(app)
    status = alice.get(f"/api/status/{upload_id}").json
    assert status["status"] == "processing"
    assert status["progress"]["message"].startswith("The engine stumbled. Trying again in ")
    run_jobs(app)
    assert moody.calls == 1, "it is not tried again before its time"
    assert 4 < skip_the_pause(app) < 7
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"


def test_three_failures_in_a_row_fail_the_job(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineFailed("The engine stumbled")] * 3
    upload_id = alice.upload()
    run_jobs(app)
    pauses = [skip_the_pause(app) for _ in range(2)]
    assert pauses[0] < pauses[1]
    status = alice.get(f"/api/status/{upload_id}").json
    assert (status["status"], status["error"]) == ("failed", "The engine stumbled")
    assert (status["code"], status["retryable"]) == ("engine_failed", True)
    with app.app_context():
        assert job().attempts == 3
    assert alice.post(f"/api/upload/{upload_id}/retry").json["status"] == "processing"
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"


def test_getting_further_wipes_the_slate(app: APIFlask, alice: Person, moody: type[Moody]) -> None:
    stumble = EngineFailed("The engine stumbled")
    moody.seconds = 20  # chunks, and not the excerpts by which voices are known again
    moody.script = [None, stumble, None, stumble, None, stumble, None, stumble]
    upload_id = alice.upload(tone(280))
    run_jobs(app)
    for _ in range(4):
        skip_the_pause(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"
    with app.app_context():
        indices = list(db.session.scalars(sa.select(Segment.index).order_by(Segment.index)))
        assert indices == list(range(len(indices)))


def test_what_nobody_expected_is_tried_again_and_told_without_a_trace(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [ZeroDivisionError("/secret/path")] * 3
    upload_id = alice.upload()
    run_jobs(app)
    skip_the_pause(app)
    skip_the_pause(app)
    answer = alice.get(f"/api/status/{upload_id}")
    assert answer.json["code"] == "internal_error"
    assert "secret" not in answer.text


def test_a_permanent_failure_fails_at_once(make_app: Callable[..., APIFlask]) -> None:
    app = make_app(TRANSCRIBER="fake", TRANSCRIBER_OPTIONS={"languages": ["en"]})
    alice = Person(app, "Alice")
    upload_id = alice.upload(language="fr")
    run_jobs(app)
    status = alice.get(f"/api/status/{upload_id}").json
    assert (status["status"], status["code"]) == ("failed", "engine_unavailable")


def test_a_busy_engine_is_waited_for_and_costs_nothing(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineBusy()] * 12
    upload_id = alice.upload()
    run_jobs(app)
    pauses = [skip_the_pause(app) for _ in range(12)]
    assert pauses[0] < pauses[2] < pauses[4]
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"
    with app.app_context():
        assert (job().attempts, job().waits) == (0, 0)


def test_a_busy_engine_is_waited_for_as_long_as_it_asks(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineBusy("The engine asks for patience", retry_after=300)]
    upload_id = alice.upload()
    run_jobs(app)
    message = alice.get(f"/api/status/{upload_id}").json["progress"]["message"]
    assert message.startswith("The engine asks for patience. Trying again in 3")
    assert 299 < skip_the_pause(app) < 361


def held_back(app: APIFlask) -> dict[str | None, float]:
    """Seconds that each queued job still waits, by its upload; without those that need not."""
    with app.app_context():
        waits = sa.select(Job.upload_id, Job.not_before - db_clock())
        waiting = waits.where(Job.status == "queued", Job.not_before.is_not(None))
        return {upload_id: float(left) for upload_id, left in db.session.execute(waiting)}


def set_job(app: APIFlask, upload_id: str, **values: Any) -> None:
    with app.app_context():
        db.session.execute(sa.update(Job).filter_by(upload_id=upload_id).values(**values))
        db.session.commit()


def test_a_busy_engine_is_left_alone_by_all_who_want_it(
    app: APIFlask, alice: Person, bob: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineBusy("The engine asks for patience", retry_after=100)]
    first, second, third = alice.upload(), alice.upload(), bob.upload()
    run_jobs(app)
    assert moody.calls == 1
    waits = held_back(app)
    assert 99 < waits[second] < 121, "one asks before all do, and not the one that was refused"
    assert waits[first] == pytest.approx(waits[third], abs=0.5)
    assert waits[second] + 15 < waits[third] < 150
    status = bob.get(f"/api/status/{third}").json
    assert status["status"] == "uploaded"
    assert status["progress"]["message"].startswith("The engine asks for patience. Trying again")
    for upload_id in (first, second, third):
        set_job(app, upload_id, not_before=None)
    run_jobs(app)
    for person, upload_id in ((alice, first), (alice, second), (bob, third)):
        status = person.get(f"/api/status/{upload_id}").json
        assert status["status"] == "done"
        assert "message" not in status["progress"]


def test_only_those_who_want_the_engine_and_would_ask_sooner_are_held_back(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineBusy(retry_after=100)]
    first, other_kind, waits_longer, running, over = (alice.upload() for _ in range(5))
    set_job(app, other_kind, kind="other", not_before=1.0)
    with app.app_context():
        later = db.session.scalar(sa.select(db_clock())) + 1000
    set_job(app, waits_longer, not_before=later)
    set_job(app, running, status="running", lease_until=later, not_before=None)
    set_job(app, over, status="cancelled")
    with app.app_context():
        job_id = db.session.scalar(sa.select(Job.id).filter_by(upload_id=first))
        runner.execute(job_id)
    waits = held_back(app)
    assert waits.keys() == {first, other_kind, waits_longer}
    assert waits[other_kind] < 0
    assert 990 < waits[waits_longer] < 1000
    assert "message" not in alice.get(f"/api/status/{over}").json["progress"]
    assert "message" not in alice.get(f"/api/status/{other_kind}").json["progress"]


def test_work_half_done_is_held_back_with_its_progress(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.seconds = 20
    moody.script = [None, EngineBusy(), EngineBusy(retry_after=100)]
    begun = alice.upload(tone(130))
    run_jobs(app)
    before = alice.get(f"/api/status/{begun}").json
    assert (before["status"], before["progress"]["stage"]) == ("processing", "transcribing")
    alice.upload(tone(30))
    run_jobs(app)
    assert held_back(app)[begun] > 100
    assert alice.get(f"/api/status/{begun}").json == before


def test_a_process_that_died_is_three_strikes_and_three_of_them_are_the_end(
    app: APIFlask, alice: Person
) -> None:
    upload_id = alice.upload()
    for death in range(3):
        with app.app_context():
            held = {"status": "running", "lease_owner": owner_name(4711), "epoch": Job.epoch + 1}
            db.session.execute(sa.update(Job).values(**held, lease_until=db_clock() + 30))
            db.session.commit()
            runner.process_died(4711)
            assert job().strikes == policy.DIED * (death + 1)
            assert job().status == "queued"
    run_jobs(app)
    status = alice.get(f"/api/status/{upload_id}").json
    assert (status["status"], status["code"]) == ("failed", "process_died")


def test_other_jobs_are_not_touched_when_a_process_dies(app: APIFlask, alice: Person) -> None:
    alice.upload()
    with app.app_context():
        held = {"status": "running", "lease_owner": owner_name(1), "lease_until": db_clock() + 30}
        db.session.execute(sa.update(Job).values(**held))
        db.session.commit()
        runner.process_died(4711)
        assert (job().status, job().strikes) == ("running", 0)


def test_an_attempt_past_its_limit_fails_with_ffmpeg_running(
    make_app: Callable[..., APIFlask], tmp_path: Any, long_silence: bytes
) -> None:
    app = make_app(JOB_SECONDS=0.4)
    alice = Person(app, "Alice")
    upload_id = alice.upload(long_silence, "silence.mp3")
    seen: list[str] = []

    def watch(_fraction: float, stage: str) -> None:
        deadline = time.monotonic() + 10
        while stage == "transcribing" and "ffmpeg" not in str(seen) and time.monotonic() < deadline:
            children = psutil.Process().children(recursive=True)
            seen.extend(child.name() for child in children if child.status() != "zombie")

    with app.app_context():
        runner.execute(db.session.scalars(sa.select(Job.id)).one(), watch)
    assert any("ffmpeg" in name for name in seen), "it was at work"
    assert not any("ffmpeg" in child.name() for child in psutil.Process().children(recursive=True))
    status = alice.get(f"/api/status/{upload_id}").json
    assert (status["status"], status["code"]) == ("failed", "time_limit")
    assert not list((tmp_path / "instance" / "work").rglob("*sound.wav*"))


def test_decoding_again_on_another_machine_is_no_progress(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [EngineFailed("The engine stumbled")] * 3
    upload_id = alice.upload()
    run_jobs(app)
    for _ in range(2):
        for samples in app.config["SETTINGS"].WORK_FOLDER.rglob("sound.wav"):
            samples.unlink()
        skip_the_pause(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "failed"


def test_a_bucket_that_is_away_is_waited_for(
    app: APIFlask, alice: Person, moody: type[Moody]
) -> None:
    moody.script = [StorageUnavailable()] * 5
    upload_id = alice.upload()
    run_jobs(app)
    for _ in range(5):
        skip_the_pause(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"


def test_a_recording_that_its_engine_never_takes_holds_up_nobody_else(
    app: APIFlask, alice: Person, bob: Person, moody: type[Moody]
) -> None:
    refused = alice.upload()
    moody.script = [EngineBusy()]
    run_jobs(app)
    others = [bob.upload(tone(2, pitch)) for pitch in (300, 500)]
    moody.script = [EngineBusy()]
    with app.app_context():
        db.session.execute(sa.update(Job).values(not_before=None))
        db.session.commit()
        runner.execute(db.session.scalars(sa.select(Job.id).filter_by(upload_id=refused)).one())
        due = dict(db.session.execute(sa.select(Job.upload_id, Job.not_before)).all())
    assert due[others[0]] < due[refused], "another asks first"
    moody.script = []
    with app.app_context():
        rest = sa.update(Job).where(Job.upload_id != refused)
        db.session.execute(rest.values(not_before=None))
        db.session.commit()
    run_jobs(app)
    assert {bob.get(f"/api/status/{u}").json["status"] for u in others} == {"done"}
    late = bob.upload(tone(2, 900))
    for _ in range(policy.MAX_WAITS_ALONE):
        moody.script = [EngineBusy()]
        with app.app_context():
            db.session.execute(sa.update(Job).values(not_before=None))
            db.session.commit()
            runner.execute(db.session.scalars(sa.select(Job.id).filter_by(upload_id=refused)).one())
            queued = sa.select(Job.not_before).filter_by(upload_id=late)
            assert db.session.scalar(queued) is None, (
                "the engine serves others: nobody is held back"
            )
    assert alice.get(f"/api/status/{refused}").json["code"] == "engine_busy"
