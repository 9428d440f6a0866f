"""Recordings with a virus fail and go; where the scanner is away they wait, or fail as set."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import AuditEvent, Job, Recording, Upload
from tests.clamd import CLAMD, NAME, VIRUS, FakeClamd, fake_clamd, real_clamd
from tests.conftest import Person, run_jobs, tone
from tests.fetch.site import Site, file
from tests.stack import free_port

SICK = tone(3.0) + VIRUS  # it plays: what follows the sound is no concern of a player
Make = Callable[..., APIFlask]


@pytest.fixture
def fake() -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        yield server


@pytest.fixture(params=["fake", "real"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "fake":
        with fake_clamd() as server:
            yield server.url
    elif CLAMD is None:
        pytest.skip("no clamd on PATH")
    else:
        (folder := tmp_path / "clamd").mkdir()
        with real_clamd(folder) as url:
            yield url


def outcome(person: Person, data: bytes) -> dict[str, Any]:
    """What comes of a recording, as far as it comes at once."""
    upload_id = person.upload(data)
    run_jobs(person.app)
    return dict(person.get(f"/api/status/{upload_id}").json)


def stored(app: APIFlask) -> list[bytes]:
    folder = app.config["SETTINGS"].UPLOAD_FOLDER / "recordings"
    return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []


def test_a_virus_is_refused_and_removed_and_written_down(make_app: Make, url: str) -> None:
    alice = Person(make_app(CLAMD_URL=url), "Alice")
    status = outcome(alice, SICK)
    assert status["status"] == "failed"
    assert status["error"] == "A virus was found in the recording; it was deleted"
    assert stored(alice.app) == []
    with alice.app.app_context():
        assert db.session.scalars(sa.select(Recording)).all() == []
        assert db.session.scalars(sa.select(Upload.file_path)).all() == [None]
        event = db.session.scalars(sa.select(AuditEvent).filter_by(event="recording.infected"))
        said = event.one()
        assert said.user_id == alice.id
        assert said.details["signature"].startswith(NAME)
        error = db.session.scalars(sa.select(Job.error)).one()
    assert (error["code"], error["retryable"], error["status"]) == ("infected", False, 422)


def test_a_healthy_recording_becomes_a_note(make_app: Make, url: str) -> None:
    alice = Person(make_app(CLAMD_URL=url), "Alice")
    assert outcome(alice, tone())["status"] == "done"
    assert stored(alice.app) == [tone()]


def test_the_same_bytes_go_whoever_sent_them_and_notes_stay(
    make_app: Make, fake: FakeClamd
) -> None:
    app = make_app()  # before there was a scanner
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    note_id = bob.make_note(SICK)
    bob.make_note(tone(2.0, 300.0))
    app.config["SETTINGS"].CLAMD_URL = fake.url
    assert outcome(alice, SICK)["status"] == "failed"
    assert stored(app) == [tone(2.0, 300.0)]
    assert bob.get(f"/api/notes/{note_id}").status_code == 200
    assert bob.get(f"/api/notes/{note_id}/audio").status_code == 410
    with app.app_context():
        events = sa.select(AuditEvent.user_id).filter_by(event="recording.infected")
        assert set(db.session.scalars(events)) == {alice.id, bob.id}


def test_behind_a_link_it_is_found_before_anything_reads_the_file(
    make_app: Make, fake: FakeClamd, tmp_path: Path
) -> None:
    """What would be called no recording by whoever looks."""
    sick = b"Dear all, please find attached. " * 100 + VIRUS
    app = make_app(CLAMD_URL=fake.url, LINK_PRIVATE_HOSTS="127.0.0.1")
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    with Site(file(sick)) as site:
        status = link_outcome(alice, site)
    assert (status["status"], status["code"]) == ("failed", "infected")
    assert bob.get(f"/api/status/{status['upload_id']}").status_code == 404
    assert stored(app) == []
    left = [path for path in (tmp_path / "instance" / "work").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in left) == 0
    with app.app_context():
        event = db.session.scalars(sa.select(AuditEvent).filter_by(event="recording.infected"))
        said = event.one()
    assert (said.user_id, said.details["sha256"]) == (alice.id, sha256(sick).hexdigest())


def test_a_virus_behind_a_link_goes_wherever_else_it_is(make_app: Make, fake: FakeClamd) -> None:
    app = make_app(LINK_PRIVATE_HOSTS="127.0.0.1")  # before there was a scanner
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    bob.make_note(SICK)
    app.config["SETTINGS"].CLAMD_URL = fake.url
    with Site(file(SICK)) as site:
        assert link_outcome(alice, site)["code"] == "infected"
    assert stored(app) == []


def test_a_healthy_link_is_scanned_once(make_app: Make, fake: FakeClamd) -> None:
    app = make_app(CLAMD_URL=fake.url, LINK_PRIVATE_HOSTS="127.0.0.1")
    with Site(file(tone())) as site:
        assert link_outcome(Person(app, "Alice"), site)["status"] == "done"
    assert (fake.scanned, stored(app)) == (1, [tone()])


def test_a_link_waits_for_the_scanner_and_is_not_fetched_again(make_app: Make) -> None:
    port = free_port()
    app = make_app(CLAMD_URL=f"tcp://127.0.0.1:{port}", LINK_PRIVATE_HOSTS="127.0.0.1")
    alice = Person(app, "Alice")
    with Site(file(tone())) as site:
        assert link_outcome(alice, site)["status"] == "processing"
        assert stored(app) == []
        with fake_clamd(port):
            again_at_once(app)
        assert alice.get("/api/notes").json[0]["title"]
        assert len(site.asked) == 1


def link_outcome(person: Person, site: Site) -> dict[str, Any]:
    """What comes of a link, as far as it comes at once."""
    answer = person.post("/api/upload", data={"url": f"{site.url}/talk.wav"})
    run_jobs(person.app)
    upload_id = answer.json["upload_id"]
    return {**person.get(f"/api/status/{upload_id}").json, "upload_id": upload_id}


def test_what_was_infected_cannot_be_retried(make_app: Make, fake: FakeClamd) -> None:
    alice = Person(make_app(CLAMD_URL=fake.url), "Alice")
    upload_id = alice.upload(SICK)
    run_jobs(alice.app)
    answer = alice.post(f"/api/upload/{upload_id}/retry")
    assert (answer.status_code, answer.json["code"]) == (410, "recording_missing")


def test_while_it_is_away_recordings_wait_and_nothing_is_lost(make_app: Make) -> None:
    port = free_port()
    alice = Person(make_app(CLAMD_URL=f"tcp://127.0.0.1:{port}"), "Alice")
    status = outcome(alice, tone())
    assert status["status"] == "processing"
    assert "virus scanner cannot be reached. Trying again" in status["progress"]["message"]
    with fake_clamd(port):
        again_at_once(alice.app)
    assert alice.get("/api/notes").json[0]["title"]


def test_it_is_waited_for_however_many_were_served(make_app: Make, fake: FakeClamd) -> None:
    alice = Person(make_app(CLAMD_URL=fake.url), "Alice")
    assert outcome(alice, tone())["status"] == "done"
    fake.shutdown()
    fake.server_close()
    outcome(alice, tone(4.0))
    with alice.app.app_context():
        db.session.execute(sa.update(Job).where(Job.status == "queued").values(waits=100))
        db.session.commit()
    again_at_once(alice.app)
    with alice.app.app_context():
        assert db.session.scalars(sa.select(Job.waits).filter_by(status="queued")).all() == [101]


def test_where_it_is_so_set_recordings_fail_while_it_is_away(make_app: Make) -> None:
    app = make_app(CLAMD_URL="tcp://127.0.0.1:1", CLAMD_ABSENT="refuse")
    alice = Person(app, "Alice")
    status = outcome(alice, tone())
    assert status["status"] == "failed"
    assert status["error"] == "The recording could not be checked for viruses"
    assert stored(app) == [tone()]  # for the next try


@pytest.mark.parametrize(("setting", "status"), [("refuse", "failed"), ("accept", "done")])
def test_what_is_too_large_to_be_scanned_is_refused_or_accepted_as_set(
    make_app: Make, fake: FakeClamd, setting: str, status: str
) -> None:
    fake.largest = 1000
    alice = Person(make_app(CLAMD_URL=fake.url, CLAMD_TOO_LARGE=setting), "Alice")
    assert outcome(alice, tone())["status"] == status


def test_no_result_is_tried_again_three_times(make_app: Make, fake: FakeClamd) -> None:
    fake.mood = "hang up"
    alice = Person(make_app(CLAMD_URL=fake.url), "Alice")
    outcome(alice, tone())
    again_at_once(alice.app)
    again_at_once(alice.app)
    with alice.app.app_context():
        job = db.session.scalars(sa.select(Job)).one()
        assert (job.status, job.error["code"]) == ("failed", "scanner_failed")


def test_a_later_attempt_does_not_scan_again(make_app: Make, fake: FakeClamd) -> None:
    app = make_app(CLAMD_URL=fake.url, TRANSCRIBER_OPTIONS={"fail_at": 100})
    alice = Person(app, "Alice")
    outcome(alice, tone(150.0))
    assert fake.scanned == 1
    app.config["SETTINGS"].CLAMD_URL = "tcp://127.0.0.1:1"  # where it would be waited for
    again_at_once(app)
    with app.app_context():
        job = db.session.scalars(sa.select(Job)).one()
        assert (job.checkpoint["scanned"], job.waits) == (True, 0)


def again_at_once(app: APIFlask) -> None:
    """Run what waits, without its pause."""
    with app.app_context():
        db.session.execute(sa.update(Job).values(not_before=None))
        db.session.commit()
    run_jobs(app)
