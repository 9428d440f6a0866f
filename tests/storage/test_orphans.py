"""Bytes that no row points at go; all others stay."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import config
from talktotext.errors import StorageUnavailable
from talktotext.extensions import db
from talktotext.models import Recording, Upload, User, new_id
from talktotext.runner import orphans
from talktotext.storage import Storage, make_storage, put
from tests.conftest import Person, tone
from tests.stack import free_port

LATER = 2 * orphans.AGE  # what is written now will be old by then


@pytest.fixture
def app(adapter: dict[str, Any], make_app: Callable[..., APIFlask]) -> APIFlask:
    return make_app(**adapter)


@pytest.fixture
def storage(app: APIFlask) -> Storage:
    with app.app_context():
        return make_storage(config.current())


def clean(app: APIFlask, storage: Storage, in_seconds: float = LATER) -> int:
    with app.app_context():
        return orphans.clean(storage, time.time() + in_seconds - orphans.AGE)


def keys(storage: Storage) -> set[str]:
    return {key for folder in ("recordings/", "documents/") for key, _ in storage.keys(folder)}


def test_what_rows_point_at_stays(app: APIFlask, alice: Person, storage: Storage) -> None:
    alice.make_note()
    alice.upload(tone(pitch=300))
    before = keys(storage)
    assert len(before) == 4  # two recordings, a PDF and a DOCX
    assert clean(app, storage) == 0
    assert keys(storage) == before


def test_what_no_row_points_at_goes(app: APIFlask, alice: Person, storage: Storage) -> None:
    alice.make_note()
    before = keys(storage)
    for key in (f"recordings/{new_id()}", f"documents/{new_id()}.pdf"):
        put(storage, key, b"")
    assert clean(app, storage) == 2
    assert keys(storage) == before
    assert clean(app, storage) == 0


def test_what_is_young_may_still_get_its_row(
    app: APIFlask, alice: Person, storage: Storage
) -> None:
    put(storage, "recordings/young", b"")
    assert clean(app, storage, in_seconds=0) == 0
    assert keys(storage) == {"recordings/young"}


def test_a_recording_whose_upload_is_gone_goes_with_its_row(
    app: APIFlask, alice: Person, storage: Storage
) -> None:
    kept, gone = alice.upload(tone(pitch=300)), alice.upload(tone(pitch=500))
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM jobs"))
        db.session.execute(sa.delete(Upload).where(Upload.id == gone))
        db.session.commit()
    assert clean(app, storage) == 1
    with app.app_context():
        upload = db.session.get_one(Upload, kept)
        assert list(db.session.scalars(sa.select(Recording.key))) == [upload.file_path]
        assert keys(storage) == {upload.file_path}


def test_nothing_goes_that_is_older_than_the_database(
    app: APIFlask, alice: Person, storage: Storage
) -> None:
    put(storage, "recordings/before", b"")
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        user.created_at += timedelta(hours=1)
        db.session.commit()
    assert clean(app, storage) == 0
    assert keys(storage) == {"recordings/before"}


def test_nothing_goes_while_there_is_no_user(app: APIFlask, storage: Storage) -> None:
    put(storage, "recordings/before", b"")
    assert clean(app, storage) == 0
    assert keys(storage) == {"recordings/before"}


def test_nothing_goes_where_most_seems_to_be_nobodys(
    app: APIFlask, alice: Person, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(orphans.FEW + 1):
        put(storage, f"recordings/{number}", b"")
    assert clean(app, storage) == 0
    assert len(keys(storage)) == orphans.FEW + 1
    assert "right database" in caplog.text


def test_many_keys_are_looked_at_page_by_page(
    app: APIFlask, alice: Person, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "PAGE", 3)
    upload_ids = [alice.upload(tone(pitch=200 + 50 * number)) for number in range(4)]
    for number in range(6):
        put(storage, f"recordings/{number}", b"")
    assert clean(app, storage) == 6
    assert len(keys(storage)) == len(upload_ids)


def test_it_is_done_once_an_hour(
    app: APIFlask, alice: Person, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(orphans, "clean", lambda storage, before: asked.append(before) or 3)
    monkeypatch.setattr(orphans, "hourly", orphans.Hourly())
    with app.app_context():
        assert [orphans.remove_orphans() for _ in range(3)] == [3, 0, 0]
    assert asked == [pytest.approx(time.time() - orphans.AGE, abs=10)]


def test_a_storage_that_is_away_stops_no_sweep(
    make_app: Callable[..., APIFlask],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    nobody = {"S3_BUCKET": "bucket", "S3_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    keyed = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    app = make_app(**nobody, **keyed)
    Person(app, "Alice")
    monkeypatch.setattr(orphans, "hourly", orphans.Hourly())
    with app.app_context():
        with pytest.raises(StorageUnavailable):
            orphans.clean(make_storage(config.current()), time.time())
        assert orphans.remove_orphans() == 0
    assert "cannot be reached" in caplog.text


def test_any_number_at_once_do_no_harm(app: APIFlask, alice: Person, storage: Storage) -> None:
    alice.make_note()
    before = keys(storage)
    for number in range(8):
        put(storage, f"documents/{number}.pdf", b"")
    with ThreadPoolExecutor(4) as pool:
        removed = list(pool.map(lambda _: clean(app, storage), range(4)))
    assert keys(storage) == before
    assert sum(removed) >= 8
