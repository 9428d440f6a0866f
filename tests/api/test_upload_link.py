"""Uploading a link: what is taken, what the worker makes of it, and what it refuses."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import runner
from talktotext.extensions import db
from talktotext.models import Job, Recording
from talktotext.recordings import put_in_storage
from tests.api.helpers import assert_nothing_left, assert_problem, only_row, recordings, rows
from tests.conftest import Person, run_jobs, tone
from tests.fetch.site import Answer, Asked, Site, file, head
from tests.stack import Stack
from tests.test_concurrency import all_at_once

SOUND = tone()


@pytest.fixture
def app(make_app: Callable[..., APIFlask]) -> APIFlask:
    """An installation whose operator lets links lead to this machine."""
    return make_app(LINK_PRIVATE_HOSTS="127.0.0.1", MAX_CONTENT_LENGTH=200_000)


def link(person: Person, url: str, **form: Any) -> str:
    """Upload a link that is taken; the upload's id."""
    answer = person.post("/api/upload", data={"url": url, **form})
    assert answer.status_code == 200, answer.json
    assert answer.json == {"upload_id": answer.json["upload_id"], "status": "uploaded"}
    return str(answer.json["upload_id"])


def fetched(person: Person, url: str, **form: Any) -> dict[str, Any]:
    """The status of a link once a worker was at it."""
    upload_id = link(person, url, **form)
    run_jobs(person.app)
    return dict(person.get(f"/api/status/{upload_id}").json)


def test_a_link_becomes_a_note_and_its_recording_is_kept(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    with Site(file(SOUND)) as site:
        upload_id = link(alice, f"{site.url}/a/Board%20meeting.wav?key=1#t=5")
        assert site.connections == 0  # the worker asks, not the web server
        run_jobs(app)
    assert len(site.asked) == 1
    status = alice.get(f"/api/status/{upload_id}").json
    assert status == {
        "status": "done",
        "progress": {"stage": "done", "percent": 100},
        "note_id": status["note_id"],
    }
    upload = only_row(app)
    assert (upload.file_name, upload.file_size) == ("Board meeting.wav", len(SOUND))
    assert upload.url == f"{site.url}/a/Board%20meeting.wav?key=1"
    assert alice.get(f"/api/notes/{status['note_id']}").json["duration"] == 2.0
    assert alice.get(f"/api/notes/{status['note_id']}/audio").data == SOUND
    assert_problem(bob.get(f"/api/status/{upload_id}"), 404, "not_found", "Upload not found")
    assert_problem(bob.get(f"/api/notes/{status['note_id']}/audio"), 404, "not_found")


def test_what_was_taken_at_the_door_is_fetched_however_long_it_is_when_sent(
    app: APIFlask, alice: Person
) -> None:
    with Site(file(SOUND)) as site:
        assert fetched(alice, f"{site.url}/{'あ' * 300}.wav")["status"] == "done"
    assert len(site.asked[0].target) > 2048


def test_the_same_bytes_are_stored_once_however_they_came(app: APIFlask, alice: Person) -> None:
    alice.make_note(SOUND)
    with Site(file(SOUND)) as site:
        assert fetched(alice, f"{site.url}/")["status"] == "done"
        assert fetched(alice, f"{site.url}/other")["status"] == "done"
    assert len(recordings(app)) == len(rows(app, Recording)) == 1
    for upload in rows(app):
        assert alice.delete(f"/api/upload/{upload.id}").status_code == 204
    assert_nothing_left(app)


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("talk.mp3", 400, "not_a_link"),
        ("ftp://example.com/talk.mp3", 400, "not_a_link"),
        ("file:///etc/passwd", 400, "not_a_link"),
        ("http://user:password@example.com/", 400, "not_a_link"),
        ("http://2130706433/", 400, "not_a_link"),
        ("http://example.com:6379/", 400, "not_a_link"),
        (f"http://example.com/{'a' * 2048}", 400, "not_a_link"),
        ("http://example.com/\x00", 400, "validation_failed"),
        ("http://10.0.0.1/talk.mp3", 400, "link_not_public"),
        ("http://169.254.169.254/latest/meta-data/", 400, "link_not_public"),
        ("http://[::1]/", 400, "link_not_public"),
    ],
)
def test_what_is_no_link_is_refused_at_the_door(
    make_app: Callable[..., APIFlask], url: str, status: int, code: str
) -> None:
    app = make_app()
    answer = Person(app, "Alice").post("/api/upload", data={"url": url})
    assert_problem(answer, status, code)
    assert_nothing_left(app)


def test_links_can_be_turned_off(make_app: Callable[..., APIFlask]) -> None:
    app = make_app(LINKS_ENABLED=False)
    answer = Person(app, "Alice").post("/api/upload", data={"url": "https://example.com/a.mp3"})
    assert_problem(answer, 400, "links_disabled", "Links are not fetched here")
    assert_nothing_left(app)


def page(_asked: Asked) -> Answer:
    yield head(Content_Type="audio/mpeg")
    yield b"<!doctype html><title>Sign in</title>"


def text(_asked: Asked) -> Answer:
    yield head()
    yield b"Dear all, please find attached. " * 100


def large(_asked: Asked) -> Answer:
    yield head(Content_Length=200_001)


def inside(_asked: Asked) -> Answer:
    yield head("302 Found", Location="http://10.0.0.1/")


@pytest.mark.parametrize(
    ("serve", "code"),
    [
        (page, "link_not_media"),
        (text, "not_media"),
        (file(SOUND[:30]), "unreadable_media"),
        (large, "link_too_large"),
        (inside, "link_not_public"),
        (lambda _asked: [head("404 Not Found")], "link_refused"),
        (lambda _asked: [head()], "empty_recording"),
    ],
)
def test_what_the_worker_finds_is_told(
    app: APIFlask, alice: Person, serve: Any, code: str, tmp_path: Path
) -> None:
    with Site(serve) as site:
        status = fetched(alice, f"{site.url}/talk.mp3")
    assert (status["status"], status["code"]) == ("failed", code)
    assert status["error"] and status["hint"] and not status["retryable"]
    assert "10.0.0.1" not in str(status) and "127.0.0.1" not in str(status)
    assert recordings(app) == [] and rows(app, Recording) == []
    left = [path for path in (tmp_path / "instance" / "work").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in left) == 0


def test_a_quota_holds_for_links_too(make_app: Callable[..., APIFlask]) -> None:
    app = make_app(LINK_PRIVATE_HOSTS="127.0.0.1", QUOTA_BYTES=len(SOUND) - 1)
    with Site(file(SOUND)) as site:
        status = fetched(Person(app, "Alice"), f"{site.url}/")
    assert (status["status"], status["code"]) == ("failed", "quota.bytes")
    assert recordings(app) == [] and rows(app, Recording) == []


def test_two_links_at_once_do_not_both_take_what_is_left(
    make_app: Callable[..., APIFlask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked whether there is room before either is stored, as with a slow bucket."""
    app = make_app(LINK_PRIVATE_HOSTS="127.0.0.1", QUOTA_BYTES=len(SOUND) + 100)
    alice, both = Person(app, "Alice"), Barrier(2)

    def slowly(*given: Any) -> Recording:
        both.wait(20)
        return put_in_storage(*given)

    monkeypatch.setattr("talktotext.jobs.link.put_in_storage", slowly)
    with Site(lambda asked: file(SOUND if asked.target == "/a" else tone(2, 500))(asked)) as site:
        uploads = [link(alice, f"{site.url}/{name}") for name in "ab"]
        all_at_once(*(partial(execute, app, job.id) for job in rows(app, Job)))
    told = [alice.get(f"/api/status/{upload_id}").json for upload_id in uploads]
    assert sorted(each["status"] for each in told) == ["done", "failed"]
    (refused,) = (each for each in told if each["status"] == "failed")
    assert (refused["code"], refused["retryable"]) == ("quota.bytes", False)
    assert alice.get("/api/usage").json["bytes"]["used"] == len(SOUND)
    assert len(recordings(app)) == len(rows(app, Recording)) == 1


def execute(app: APIFlask, job_id: str) -> None:
    with app.app_context():
        runner.execute(job_id)
        db.session.remove()


def test_whoever_waits_is_told_as_well(app: APIFlask, alice: Person) -> None:
    answer = alice.post("/api/upload", data={"url": "http://10.0.0.1/", "background": "false"})
    assert_problem(answer, 400, "link_not_public", "The link leads to no public address")


def test_a_link_that_failed_can_be_tried_again(app: APIFlask, alice: Person, bob: Person) -> None:
    with Site(lambda _asked: [head("404 Not Found")]) as site:
        assert fetched(alice, f"{site.url}/")["status"] == "failed"
        site.serve = file(SOUND)
        upload_id = only_row(app).id
        assert_problem(bob.post(f"/api/upload/{upload_id}/retry"), 404, "not_found")
        assert alice.post(f"/api/upload/{upload_id}/retry").status_code == 200
        run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["status"] == "done"


def test_a_server_in_trouble_is_asked_again_and_goes_on(app: APIFlask, alice: Person) -> None:
    with Site(file(SOUND, cut=0)) as site:
        status = fetched(alice, f"{site.url}/")
    assert status["status"] == "processing"
    assert status["progress"]["message"].startswith("The server of the link does not answer")


def test_the_same_request_is_the_same_upload(app: APIFlask, alice: Person) -> None:
    key = {"Idempotency-Key": "one"}
    first, again, other = (
        alice.post("/api/upload", data={"url": f"http://127.0.0.1/{name}"}, headers=key)
        for name in ("a", "a", "b")
    )
    assert first.json == again.json
    assert_problem(other, 422, "idempotency_mismatch")
    assert len(rows(app)) == 1


def test_what_was_fetched_once_is_transcribed_again_from_storage(
    app: APIFlask, alice: Person
) -> None:
    with Site(file(SOUND)) as site:
        note_id = fetched(alice, f"{site.url}/")["note_id"]
        answer = alice.post(f"/api/notes/{note_id}/transcribe", json={})
        assert answer.status_code < 300, answer.json
        run_jobs(app)
    status = alice.get(f"/api/status/{only_row(app).id}").json
    assert (status["status"], status["note_id"]) == ("done", note_id)
    assert len(site.asked) == 1


def test_a_deleted_recording_is_not_fetched_again(app: APIFlask, alice: Person) -> None:
    with Site(file(SOUND)) as site:
        assert fetched(alice, f"{site.url}/")["status"] == "done"
        with app.app_context():
            upload = db.session.merge(only_row(app))
            upload.file_path = None
            db.session.execute(sa.update(Job).values(status="failed"))
            db.session.commit()
        answer = alice.post(f"/api/upload/{upload.id}/retry")
    assert_problem(answer, 410, "recording_missing")
    assert len(site.asked) == 1


def test_a_worker_that_is_killed_midway_costs_no_byte(tmp_path: Path) -> None:
    half = len(SOUND) // 2
    with Stack(tmp_path, TRANSCRIBER="fake", LINK_PRIVATE_HOSTS="127.0.0.1") as stack:
        held: list[Site] = []

        def serve(asked: Asked) -> Answer:
            begin, *rest = file(SOUND)(asked)
            yield begin
            if asked.first == 0:
                yield rest[0][: half // 2]
                held[0].pause(1)  # progress is written twice a second at most
                yield rest[0][half // 2 : half]
                held[0].pause(60)
            yield from rest

        with Site(serve) as site:
            held.append(site)
            alice = stack.person()
            answer = alice.request("POST", "/api/upload", data={"url": f"{site.url}/talk.wav"})
            upload_id = answer.json()["upload_id"]
            stack.wait_for(lambda: site.sent >= half, 60)
            stack.wait_for(lambda: alice.status(upload_id)["progress"]["percent"] == 5, 30)
            assert alice.status(upload_id)["progress"]["stage"] == "extracting"
            stack.one("horse").kill()
            assert alice.wait(upload_id)["note_id"]
        assert [asked.first for asked in site.asked] == [0, half]


def test_where_pages_are_links_other_links_still_are(make_app: Callable[..., APIFlask]) -> None:
    pytest.importorskip("yt_dlp")
    app = make_app(LINK_PRIVATE_HOSTS="127.0.0.1", LINK_PAGES="youtube,vimeo")
    with Site(file(SOUND)) as site:
        status = fetched(Person(app, "Alice"), f"{site.url}/talk.wav")
    assert status["status"] == "done"
    assert len(site.asked) == 1
