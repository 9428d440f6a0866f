"""One writer at a time: leases are waited for, freed by the dead, taken from the silent."""

import os
import socket
import subprocess
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import resumable
from talktotext.api.receiving import receive
from talktotext.errors import UploadBusy
from talktotext.extensions import db
from talktotext.models import PartialUpload, db_clock
from tests.api.helpers import rows
from tests.api.test_files import SOUND, TUS, begun, offset, send
from tests.conftest import Person
from tests.test_concurrency import all_at_once


def partial(app: APIFlask) -> PartialUpload:
    (row,) = rows(app, PartialUpload)
    return row  # type: ignore[no-any-return]


def hold(app: APIFlask, owner: str, seconds: float) -> None:
    """Let somebody have the lease, for so long."""
    with app.app_context():
        until = db_clock() + seconds
        change: Any = sa.update(PartialUpload).values(lock_owner=owner, lock_until=until)
        db.session.execute(change)
        db.session.commit()


def test_who_comes_second_waits_and_is_told(
    app: APIFlask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable.lease, "PATIENCE", 0.3)
    place = begun(alice)
    hold(app, "elsewhere:1:ab", 30)
    answer = send(alice, place, SOUND, 0)
    assert (answer.status_code, answer.json["code"]) == (423, "upload_busy")
    assert answer.json["retryable"] and offset(alice, place) == 0


def test_giving_an_upload_up_waits_for_nobody(app: APIFlask, alice: Person) -> None:
    """Or a user could hold every thread of the server with that."""
    place = begun(alice)
    hold(app, "elsewhere:1:ab", 30)
    began = time.monotonic()
    answer = alice.client.delete(place, headers={**TUS, **alice.headers})
    assert time.monotonic() - began < 2
    assert (answer.status_code, answer.json["code"]) == (423, "upload_busy")
    assert answer.json["retryable"] and offset(alice, place) == 0
    process = subprocess.Popen(["true"])
    process.wait()
    hold(app, f"{socket.gethostname()}:{process.pid}:ab", 30)
    assert alice.client.delete(place, headers={**TUS, **alice.headers}).status_code == 204
    assert rows(app, PartialUpload) == []


def test_the_lease_lasts_while_the_upload_is_made(
    app: APIFlask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copying, looking into it and hashing may take longer than a lease."""
    monkeypatch.setattr(resumable.lease, "LEASE", 0.6)
    place, left = begun(alice), []

    def slowly(*args: Any, **more: Any) -> Any:
        time.sleep(1.5)
        with app.app_context():
            until = sa.select(PartialUpload.lock_until - db_clock())
            left.append(db.session.scalar(until))
        return receive(*args, **more)

    monkeypatch.setattr("talktotext.api.files.receive", slowly)
    assert send(alice, place, SOUND, 0).status_code == 204
    assert left[0] > 0
    time.sleep(0.5)
    assert partial(app).lock_owner is None


def test_the_lease_of_a_dead_process_is_free_at_once(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    process = subprocess.Popen(["true"])
    process.wait()
    hold(app, f"{socket.gethostname()}:{process.pid}:ab", 30)
    assert send(alice, place, SOUND, 0).status_code == 204


def test_a_lease_that_ran_out_is_free(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    hold(app, f"{socket.gethostname()}:{os.getpid()}:ab", -1)
    assert send(alice, place, SOUND, 0).status_code == 204


def test_who_lost_the_lease_writes_nothing_down(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    row = partial(app)
    with app.app_context(), pytest.raises(UploadBusy), resumable.writing(row, 0) as writer:
        writer.write(SOUND[:100])
        hold(app, "elsewhere:1:ab", 30)
    assert offset(alice, place) == 0
    assert partial(app).lock_owner == "elsewhere:1:ab"


def test_what_was_written_before_a_failure_is_kept(app: APIFlask, alice: Person) -> None:
    place = begun(alice)
    with (
        app.app_context(),
        pytest.raises(ConnectionResetError),
        resumable.writing(partial(app), 0) as writer,
    ):
        writer.write(SOUND[:100])
        raise ConnectionResetError
    assert offset(alice, place) == 100
    assert partial(app).lock_owner is None
    assert send(alice, place, SOUND[100:], 100).status_code == 204


def test_of_many_that_send_the_same_bytes_one_does(app: APIFlask, alice: Person) -> None:
    place, half = begun(alice), len(SOUND) // 2
    found: list[int] = []
    lock = threading.Lock()

    def again() -> None:
        client = app.test_client()
        headers = {
            **alice.headers,
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": "0",
        }
        status = client.patch(place, data=SOUND[:half], headers=headers).status_code
        with lock:
            found.append(status)

    all_at_once(*[again] * 5)
    assert sorted(found) == [204, 409, 409, 409, 409]
    assert offset(alice, place) == half
    assert send(alice, place, SOUND[half:], half).status_code == 204
