"""Taking everything along, and leaving nothing behind."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import audit, runner
from talktotext.accounts import exports, users
from talktotext.extensions import db
from talktotext.jobs.belongings import DERIVED, OWN_FILES, tables
from talktotext.models import ApiToken, AuditEvent, Job, PartialUpload, Recording, User, now
from talktotext.models.base import Base
from talktotext.runner import orphans, removal
from talktotext.storage import make_storage
from tests.api.accounts import bearer, call, events, make_token, sign_in
from tests.api.helpers import assert_not_authenticated, assert_problem, recordings, rows
from tests.conftest import PASSWORD, Person, run_jobs, tone, whole


def exported(person: Person) -> zipfile.ZipFile:
    """What somebody is given who asks for everything."""
    assert person.post("/auth/me/export").status_code == 202
    run_jobs(person.app)
    answer = person.get("/auth/me/export/download")
    assert answer.status_code == 200, answer.json
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="talktotext.zip"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    rest = {**person.headers, "Range": "bytes=100-"}
    part = whole(person.client.get("/auth/me/export/download", headers=rest))
    assert (part.status_code, part.data) == (206, answer.data[100:])
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def read(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


def named(archive: zipfile.ZipFile, beginning: str) -> list[str]:
    return [name for name in archive.namelist() if name.startswith(beginning)]


def test_an_export_is_made_by_a_job(app: APIFlask, alice: Person, bob: Person) -> None:
    assert_problem(alice.get("/auth/me/export"), 404, "not_found", "There is no export")
    begun = alice.post("/auth/me/export")
    assert (begun.status_code, begun.json["status"]) == (202, "queued")
    assert begun.json == {**begun.json, "percent": 0}
    assert set(begun.json) == {"id", "status", "percent", "created_at"}
    assert alice.post("/auth/me/export").json == begun.json  # it is under way
    assert_problem(alice.get("/auth/me/export/download"), 404, "not_found")
    run_jobs(app)
    done = alice.get("/auth/me/export").json
    assert (done["id"], done["status"], done["percent"]) == (begun.json["id"], "done", 100)
    assert done["expires_at"] > done["created_at"]
    assert_problem(bob.get("/auth/me/export"), 404, "not_found", "There is no export")
    assert_problem(bob.get("/auth/me/export/download"), 404, "not_found")
    assert "account.exported" in events(app, alice)


def test_everything_of_the_user_is_in_it_and_nothing_of_others(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    sound = tone(3, 500)
    note_id = alice.make_note(sound, "../../wörk/Plan: A.wav")
    alice.patch(f"/api/notes/{note_id}", json={"title": "../../etc/passwd"})
    bob.make_note(tone(2, 700), "secret.wav")
    make_token(alice)
    archive = exported(alice)
    account = read(archive, "account.json")
    assert (account["id"], account["email"]) == (alice.id, alice.email)
    (folder,) = {name.rpartition("/")[0] for name in named(archive, "notes/")}
    note = read(archive, f"{folder}/note.json")
    assert (note["id"], note["title"]) == (note_id, "../../etc/passwd")
    assert note["document"]["title"] == note["title"]
    said = archive.read(f"{folder}/transcript.txt").decode()
    assert said == alice.get(f"/api/notes/{note_id}").json["transcript"]
    assert read(archive, f"{folder}/transcript.json")[0]["text"] in said
    assert len(read(archive, f"{folder}/versions.json")) == 2
    (recording,) = named(archive, "recordings/")
    assert archive.read(recording) == sound
    (upload,) = read(archive, "data/uploads.json")
    assert upload["note_id"] == note_id
    assert recording.startswith(upload["file_path"])
    assert read(archive, "data/api_tokens.json")[0]["name"] == "script"
    text = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="ignore")
    assert bob.email not in text and "secret.wav" not in text


def test_names_in_it_lead_nowhere_else(alice: Person) -> None:
    note_id = alice.make_note(name="..\\..\\a:b|c\u202e.wav")
    alice.patch(f"/api/notes/{note_id}", json={"title": "/../..\\x:y"})
    for name in exported(alice).namelist():
        assert ".." not in Path(name).parts and not name.startswith("/")
        assert not set(name) & set('\\:*?"<>|\u202e')


def test_nothing_in_it_opens_a_door(alice: Person) -> None:
    make_token(alice)
    archive = exported(alice)
    text = "".join(archive.read(name).decode() for name in archive.namelist())
    for secret in ("argon2", "hash", "jti", "secret", "lease", alice.tokens["token"]):
        assert secret not in text.lower()


def test_every_table_with_users_in_it_is_exported(app: APIFlask) -> None:
    of_users = {t.name for t in Base.metadata.sorted_tables if "user_id" in t.columns}
    assert set(tables()) == of_users - DERIVED - OWN_FILES
    assert of_users >= {"uploads", "jobs", "logins", "corrections", "audit_events"}


def test_what_is_no_longer_kept_is_named(app: APIFlask, alice: Person) -> None:
    alice.make_note()
    for path in (app.config["SETTINGS"].UPLOAD_FOLDER / "recordings").iterdir():
        path.unlink()
    archive = exported(alice)
    assert named(archive, "recordings/") == []
    assert len(read(archive, "recordings-no-longer-kept.json")) == 1


def stored(app: APIFlask) -> list[str]:
    folder = app.config["SETTINGS"].UPLOAD_FOLDER / "exports"
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def test_one_export_is_kept_and_for_a_week(app: APIFlask, alice: Person) -> None:
    exported(alice)
    first = stored(app)
    exported(alice)
    assert len(stored(app)) == 1 and stored(app) != first
    with app.app_context():
        removal.clean_accounts()
        assert len(stored(app)) == 1
        db.session.execute(sa.update(Job).values(finished_at=now() - removal.TAKEOUT_LIFE))
        db.session.commit()
        removal.clean_accounts()
    assert stored(app) == []
    assert_problem(alice.get("/auth/me/export"), 404)


def test_deleting_needs_the_password(alice: Person) -> None:
    for body in ({}, {"current_password": ""}, {"current_password": "wrong"}):
        answer = alice.client.delete("/auth/me", json=body, headers=alice.headers)
        assert_problem(answer, 400)
    assert alice.get("/auth/me").status_code == 200
    assert events(alice.app, alice)[1:] == ["password.refused"]


def delete_me(person: Person) -> Any:
    body = {"current_password": PASSWORD}
    return person.client.delete("/auth/me", json=body, headers=person.headers)


def test_who_leaves_leaves_nothing(app: APIFlask, alice: Person, bob: Person) -> None:
    his = bob.make_note(tone(2, 600))
    note_id = alice.make_note(tone(2, 600))  # the same bytes, which are his own too
    alice.make_note(tone(2, 800))
    waiting = alice.upload(tone(2, 900))
    alice.patch(f"/api/notes/{note_id}", json={"title": "Hers"})
    token = make_token(alice)
    exported(alice)
    assert delete_me(alice).status_code == 204
    assert_not_authenticated(alice.get(f"/api/status/{waiting}"))
    assert_not_authenticated(call(app, token, "/auth/me"))
    assert sign_in(app.test_client(), alice.email).status_code == 401
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            if "user_id" in table.columns:
                left = db.session.scalars(sa.select(table.c.user_id)).all()
                assert set(left) <= {bob.id, None}, table.name
        assert [user.id for user in db.session.scalars(sa.select(User))] == [bob.id]
    folder = app.config["SETTINGS"].UPLOAD_FOLDER
    documents = {path.name.split(".")[0] for path in (folder / "documents").iterdir()}
    assert documents == {bob.get(f"/api/notes/{his}").json["upload_id"]}
    assert len(recordings(app)) == 1
    assert stored(app) == []
    work = app.config["SETTINGS"].WORK_FOLDER
    assert not work.is_dir() or not list(work.iterdir())
    assert bob.get(f"/api/notes/{his}/audio").status_code == 200
    run_jobs(app)  # nothing of hers is left to be done
    again = app.test_client().post(
        "/auth/register", json={"name": "A", "email": alice.email, "password": PASSWORD}
    )
    assert again.status_code == 201
    headers = bearer(again.json["token"])
    assert app.test_client().get("/api/notes", headers=headers).json == []
    assert app.test_client().get("/api/history?q=hers", headers=headers).json == []


def test_an_upload_that_was_begun_goes_too(app: APIFlask, alice: Person, bob: Person) -> None:
    begin = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000"}
    body = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    for person in (alice, bob):
        begun = person.post("/api/files/", headers=begin)
        assert begun.status_code == 201
        sent = {**person.headers, **begin, **body}
        path = begun.headers["Location"]
        assert person.client.patch(path, headers=sent, data=b"x" * 10).status_code == 204
    folder = app.config["SETTINGS"].UPLOAD_FOLDER

    def files() -> int:
        return sum(path.is_file() for path in folder.rglob("*"))

    before = files()
    assert delete_me(alice).status_code == 204
    assert files() < before
    assert {row.user_id for row in rows(app, PartialUpload)} == {bob.id}


def test_what_is_kept_of_security_events_names_nobody(app: APIFlask, alice: Person) -> None:
    delete_me(alice)
    found = rows(app, AuditEvent)
    assert [(one.event, one.user_id) for one in found] == [
        ("user.registered", None),
        ("user.deleted", None),
    ]
    assert found[0].details == {}
    assert found[1].details == {"user": alice.id, "by": "themselves"}


def test_who_was_invited_is_not_named_either(app: APIFlask, alice: Person, bob: Person) -> None:
    with app.app_context():
        for person in (alice, bob):
            audit.record("user.invited", bob.id, email=person.email, role="user")
    delete_me(alice)
    invited = [one.details for one in rows(app, AuditEvent) if one.event == "user.invited"]
    assert sorted(invited, key=len) == [{}, {"email": bob.email, "role": "user"}]


def test_work_under_way_loses_the_right_to_write(app: APIFlask, alice: Person) -> None:
    upload_id = alice.upload()
    with app.app_context():
        job_id = db.session.scalars(sa.select(Job.id).filter_by(upload_id=upload_id)).one()
        gone: list[Any] = []

        def watch(_fraction: float, _stage: str) -> None:
            if not gone:
                gone.append(delete_me(alice))

        runner.execute(job_id, watch)
        assert gone[0].status_code == 204
        db.session.remove()
    assert rows(app) == rows(app, Job) == rows(app, User) == rows(app, Recording) == []
    assert recordings(app) == []


def test_what_there_was_no_time_for_goes_with_the_sweep(
    app: APIFlask, alice: Person, bob: Person
) -> None:
    for pitch in (500, 600, 700):
        alice.upload(tone(1, pitch))
    kept = bob.upload()
    with app.app_context():
        user = db.session.get_one(User, alice.id)
        assert users.delete(user, by="a test", seconds=-1) is False
    assert_not_authenticated(alice.get("/auth/me"))
    assert sign_in(app.test_client(), alice.email).status_code == 401
    assert len(rows(app)) == 4
    (left,) = (user for user in rows(app, User) if user.id == alice.id)
    assert (left.email, left.name, left.password_hash) == (f"deleted-{alice.id}", "", "")
    again = {"name": "A", "email": alice.email, "password": PASSWORD}
    assert app.test_client().post("/auth/register", json=again).status_code == 201
    with app.app_context():
        removal.clean_accounts()  # somebody may still be at it
        assert len(rows(app)) == 4
        before = {"deleted_at": now() - removal.SETTLED}
        db.session.execute(sa.update(User).where(User.id == alice.id).values(**before))
        db.session.commit()
        removal.clean_accounts()
    assert [upload.id for upload in rows(app)] == [kept]
    assert len(recordings(app)) == 1


def test_expired_tokens_and_events_are_forgotten(app: APIFlask, alice: Person) -> None:
    make_token(alice)
    with app.app_context():
        long_ago = now().replace(year=2020)
        db.session.execute(sa.update(ApiToken).values(expires_at=long_ago))
        db.session.execute(sa.update(AuditEvent).values(at=long_ago))
        db.session.commit()
        removal.clean_accounts()
    assert rows(app, ApiToken) == rows(app, AuditEvent) == []


def test_bytes_of_an_export_without_a_job_go_with_the_clean_up(
    app: APIFlask, alice: Person
) -> None:
    exported(alice)
    with app.app_context():
        kept = stored(app)
        db.session.execute(sa.delete(Job))
        db.session.commit()
        storage = make_storage(app.config["SETTINGS"])
        assert len(kept) == 1
        orphans.clean(storage, now().timestamp() + 60)
    assert stored(app) == []


@pytest.mark.parametrize("size", [0, 3])
def test_an_export_from_the_command_line_is_whole_or_not_at_all(
    app: APIFlask, alice: Person, tmp_path: Path, size: int
) -> None:
    for number in range(size):
        alice.make_note(tone(1, 400 + 100 * number))
    path = tmp_path / "all.zip"
    with app.app_context():
        exports.write_to(db.session.get_one(User, alice.id), path)
    with zipfile.ZipFile(path) as archive:
        assert len(named(archive, "recordings/")) == size
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["all.zip"]
