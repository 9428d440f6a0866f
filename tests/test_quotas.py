"""What a user may have: told clearly, and not to be slipped past by two requests at once."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import quotas
from talktotext.extensions import db
from talktotext.models import Job, Transcription, Upload, User, now
from tests.api.helpers import recordings, rows
from tests.conftest import Person, run_jobs, tone
from tests.test_concurrency import all_at_once

Make = Callable[..., APIFlask]
SOUND = tone()  # two seconds


def test_bytes(make_app: Make) -> None:
    app = make_app(QUOTA_BYTES=len(SOUND) + 100)
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    first = alice.upload(SOUND)
    answer = alice.send(tone(2, 500))
    assert answer.status_code == 403
    assert answer.json == {
        "error": "There is no room left for this recording",
        "detail": "There is no room left for this recording",
        "type": "urn:talktotext:error:quota.bytes",
        "title": "Forbidden",
        "status": 403,
        "code": "quota.bytes",
        "retryable": False,
        "hint": "Delete recordings that you no longer need, or ask who runs this service.",
        "used": len(SOUND),
        "allowed": len(SOUND) + 100,
    }
    assert len(recordings(app)) == 1 and len(rows(app)) == 1
    alice.upload(SOUND)  # the same bytes are kept once
    bob.upload(tone(2, 500))
    alice.delete(f"/api/upload/{first}")
    assert alice.send(tone(2, 500)).status_code == 403  # the second one still has them
    for upload in rows(app):
        alice.delete(f"/api/upload/{upload.id}")
    alice.upload(tone(2, 500))


def test_jobs_at_once(make_app: Make) -> None:
    app = make_app(QUOTA_JOBS=2)
    alice, bob = Person(app, "Alice"), Person(app, "Bob")
    alice.upload(SOUND), alice.upload(SOUND)
    answer = alice.send(tone(2, 500))
    assert (answer.status_code, answer.json["code"]) == (429, "quota.jobs")
    assert answer.json["retryable"] and int(answer.headers["Retry-After"]) > 0
    assert (answer.json["used"], answer.json["allowed"]) == (2, 2)
    assert len(recordings(app)) == 1
    bob.upload(SOUND)
    run_jobs(app)
    note_id = alice.get("/api/notes").json[0]["id"]
    alice.upload(tone(2, 500)), alice.upload(tone(2, 600))
    for path in ("regenerate", "transcribe"):  # these are work too
        again = alice.post(f"/api/notes/{note_id}/{path}", json={})
        assert (again.status_code, again.json["code"]) == (429, "quota.jobs")
    assert alice.get(f"/api/notes/{note_id}").status_code == 200
    assert [job.status for job in rows(app, Job)].count("queued") == 2


def test_minutes_a_month(make_app: Make) -> None:
    app = make_app(QUOTA_MINUTES=1)
    alice = Person(app, "Alice")
    alice.upload(tone(40))
    answer = alice.send(tone(30, 500))  # 40 of 60 seconds wait already
    assert (answer.status_code, answer.json["code"]) == (403, "quota.minutes")
    assert (answer.json["used"], answer.json["allowed"]) == (0.7, 1)
    begins = datetime.fromisoformat(answer.json["resets_at"])
    assert begins > datetime.now(UTC) and begins.day == 1
    run_jobs(app)
    assert alice.send(tone(30, 500)).status_code == 403
    alice.upload(tone(30, 500), extractDuration="15")
    run_jobs(app)
    assert [round(row.seconds) for row in rows(app, Transcription)] == [40, 15]
    assert alice.get("/api/usage").json["minutes"]["used"] == 0.9


def test_without_minutes_there_is_still_what_takes_none(make_app: Make) -> None:
    app = make_app(QUOTA_MINUTES=1)
    alice = Person(app, "Alice")
    alice.upload(tone(60))
    run_jobs(app)
    note_id = alice.get("/api/notes").json[0]["id"]
    assert alice.post(f"/api/notes/{note_id}/transcribe", json={}).status_code == 403
    assert alice.post(f"/api/notes/{note_id}/regenerate", json={}).status_code == 200
    assert alice.post("/auth/me/export").status_code == 202


def cancelled(person: Person, *sounds: bytes) -> list[str]:
    """Uploads of these, cancelled one after the other."""
    found = []
    for sound in sounds:
        found.append(person.upload(sound))
        assert person.post(f"/api/upload/{found[-1]}/cancel").status_code == 200
    return found


def test_what_was_cancelled_takes_its_place_again_if_there_is_one(make_app: Make) -> None:
    app = make_app(QUOTA_JOBS=1)
    alice = Person(app, "Alice")
    first, second = cancelled(alice, SOUND, tone(2, 500))
    assert alice.post(f"/api/upload/{first}/retry").status_code == 200
    answer = alice.post(f"/api/upload/{second}/retry")
    assert (answer.status_code, answer.json["code"]) == (429, "quota.jobs")
    assert alice.get(f"/api/status/{second}").json["status"] == "cancelled"
    answer = alice.post(f"/api/upload/{first}/retry")
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
    run_jobs(app)
    assert alice.post(f"/api/upload/{second}/retry").status_code == 200


def test_minutes_given_back_by_cancelling_are_taken_again(make_app: Make) -> None:
    app = make_app(QUOTA_MINUTES=1)
    alice = Person(app, "Alice")
    first, second = cancelled(alice, tone(40), tone(40, 500))
    assert alice.post(f"/api/upload/{first}/retry").status_code == 200
    answer = alice.post(f"/api/upload/{second}/retry")
    assert (answer.status_code, answer.json["code"]) == (403, "quota.minutes")
    run_jobs(app)
    assert alice.post(f"/api/upload/{second}/retry").status_code == 403
    assert [round(row.seconds) for row in rows(app, Transcription)] == [40]


def test_minutes_are_looked_at_again_with_every_attempt(make_app: Make) -> None:
    """Also where the length was known before: what is allowed may be less by now."""
    app = make_app(QUOTA_MINUTES=2)
    alice = Person(app, "Alice")
    upload_id = alice.upload(tone(70))
    app.test_cli_runner().invoke(args=["user", "quota", alice.email, "--minutes", "1"])
    run_jobs(app)
    assert alice.get(f"/api/status/{upload_id}").json["code"] == "quota.minutes"


def test_of_many_retried_at_once_no_more_run_than_may(make_app: Make) -> None:
    app = make_app(QUOTA_JOBS=2)
    alice = Person(app, "Alice")
    uploads = cancelled(alice, *(tone(2, 300 + 20 * n) for n in range(6)))
    found: list[int] = []

    def retry(upload_id: str) -> None:
        path = f"/api/upload/{upload_id}/retry"
        found.append(app.test_client().post(path, headers=alice.headers).status_code)

    all_at_once(*(partial(retry, one) for one in uploads))
    assert sorted(found) == [200] * 2 + [429] * 4


def test_minutes_stay_used_when_the_note_goes_and_come_back_with_the_month(
    make_app: Make,
) -> None:
    app = make_app(QUOTA_MINUTES=1)
    alice = Person(app, "Alice")
    note_id = alice.make_note(tone(50))
    alice.delete(f"/api/notes/{note_id}")
    assert alice.send(tone(20)).status_code == 403
    with app.app_context():
        last_month = quotas.month()[0] - timedelta(seconds=1)
        db.session.execute(sa.update(Transcription).values(created_at=last_month))
        db.session.commit()
    alice.upload(tone(20))


def test_a_recording_that_is_longer_than_it_claims_fails_when_it_is_decoded(
    make_app: Make,
) -> None:
    app = make_app(QUOTA_MINUTES=1)
    alice = Person(app, "Alice")
    run = app.test_cli_runner()
    run.invoke(args=["user", "quota", alice.email, "--minutes", "0"])
    upload_id = alice.upload(tone(70))  # nobody asked how long it is
    run.invoke(args=["user", "quota", alice.email, "--reset"])
    run_jobs(app)
    status = alice.get(f"/api/status/{upload_id}").json
    assert (status["status"], status["code"]) == ("failed", "quota.minutes")
    assert "minutes" in status["error"] and not status["retryable"]
    assert rows(app, Transcription) == []


def test_usage(app: APIFlask, alice: Person, bob: Person) -> None:
    resets_at = quotas.month()[1].isoformat()
    nothing = {
        "bytes": {"used": 0, "allowed": 50_000_000_000},
        "minutes": {"used": 0, "allowed": None, "resets_at": resets_at.replace("+00:00", "Z")},
        "jobs": {"used": 0, "allowed": 100},
    }
    assert alice.get("/api/usage").json == nothing
    alice.upload(SOUND)
    assert alice.get("/api/usage").json["bytes"]["used"] == len(SOUND)
    assert alice.get("/api/usage").json["jobs"]["used"] == 1
    assert bob.get("/api/usage").json == nothing
    run_jobs(app)
    assert alice.get("/api/usage").json["jobs"]["used"] == 0


@pytest.mark.parametrize(
    ("limits", "forms"),
    [
        ({"QUOTA_JOBS": 2}, [SOUND] * 6),
        ({"QUOTA_BYTES": 2 * len(SOUND)}, [tone(2, 300 + 20 * n) for n in range(6)]),
    ],
    ids=["jobs", "bytes"],
)
def test_of_many_at_once_no_more_get_in_than_may(
    make_app: Make, limits: dict[str, Any], forms: list[bytes]
) -> None:
    app = make_app(**limits)
    alice = Person(app, "Alice")
    found: list[int] = []

    def send(data: bytes) -> None:
        file = (io.BytesIO(data), "talk.wav")
        client = app.test_client()
        answer = client.post("/api/upload", data={"file": file}, headers=alice.headers)
        found.append(answer.status_code)

    all_at_once(*(lambda data=data: send(data) for data in forms))
    assert sorted(found)[:2] == [200, 200]
    assert set(found[2:]) <= {200, 403, 429} and found.count(200) == 2, found
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Upload.id))) == 2
    assert len(recordings(app)) <= 2


def test_one_user_may_have_more_or_less_than_all(make_app: Make) -> None:
    app = make_app(QUOTA_JOBS=1)
    alice = Person(app, "Alice")
    run = app.test_cli_runner()
    shown = run.invoke(args=["user", "quota", alice.email, "--jobs", "2", "--bytes", "1GB"])
    assert shown.exit_code == 0, shown.output
    assert "of 1e+09  (their own)" in shown.output or "1,000,000,000" in shown.output
    alice.upload(SOUND), alice.upload(SOUND)
    assert alice.send(SOUND).status_code == 429
    run.invoke(args=["user", "quota", alice.email, "--jobs", "0"])
    alice.upload(SOUND)
    assert run.invoke(args=["user", "quota", alice.email, "--reset"]).exit_code == 0
    assert rows(app, User)[0].quota == {}
    assert alice.send(SOUND).status_code == 429


@pytest.mark.parametrize("args", [["nobody@example.com"], ["alice@example.com", "--bytes", "much"]])
def test_the_command_says_what_is_wrong(app: APIFlask, alice: Person, args: list[str]) -> None:
    result = app.test_cli_runner().invoke(args=["user", "quota", *args])
    assert result.exit_code in (1, 2) and "Traceback" not in result.output
    assert "There is no user" in result.output or "is not like 10GB" in result.output


@pytest.mark.parametrize(
    ("moment", "begin", "end"),
    [
        ("2026-11-20T17:00", "2026-11-01", "2026-12-01"),
        ("2026-12-31T23:59", "2026-12-01", "2027-01-01"),
    ],
)
def test_a_month_is_a_month(moment: str, begin: str, end: str) -> None:
    found = quotas.month(datetime.fromisoformat(moment + "+00:00"))
    assert [day.date().isoformat() for day in found] == [begin, end]
    assert quotas.month()[0] <= now() < quotas.month()[1]
