"""`flask user …`."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import Result
from flask.testing import FlaskClient

from talktotext.accounts import users
from talktotext.extensions import db
from talktotext.models.base import Base
from tests.api.helpers import assert_not_authenticated, recordings
from tests.conftest import PASSWORD, Person, run_jobs
from tests.smtp_server import Mailbox

Run = Callable[..., Result]


@pytest.fixture
def run(app: APIFlask) -> Run:
    def user(*args: str, **options: str) -> Result:
        return app.test_cli_runner().invoke(args=["user", *args], **options)  # type: ignore[arg-type]

    return user


def test_a_created_user_can_sign_in(run: Run, client: FlaskClient) -> None:
    args = ("--name", "Carol", "--phone", "123", "--password", PASSWORD)
    result = run("create", "Carol@Example.com", *args)
    assert (result.exit_code, result.output) == (0, "Created user 1, carol@example.com.\n")
    answer = client.post("/auth/login", json={"email": "carol@example.com", "password": PASSWORD})
    assert answer.json["user"] == {
        "id": 1,
        "name": "Carol",
        "email": "carol@example.com",
        "phone": "123",
    }


def test_the_password_is_asked_for_twice_and_not_shown(run: Run) -> None:
    result = run("create", "carol@example.com", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    different = run("create", "dave@example.com", input=f"{PASSWORD}\nanother\n")
    assert different.exit_code == 1
    assert run("show", "dave@example.com").exit_code == 1


def test_the_name_is_the_email_s_first_part_if_omitted(run: Run) -> None:
    run("create", "carol@example.com", "--password", PASSWORD)
    assert "carol\n" in run("list").output


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("carol", PASSWORD, "Error: email is not an email address\n"),
        ("", PASSWORD, "Error: name: Field required\n"),
        ("c@example.com", "short", "Error: password: String should have at least 8 characters\n"),
        ("ALICE@example.com", PASSWORD, "Error: alice@example.com is already registered.\n"),
    ],
)
def test_what_cannot_be_created_is_told(
    run: Run, alice: Person, email: str, password: str, said: str
) -> None:
    result = run("create", email, "--password", password)
    assert (result.exit_code, result.output) == (1, said)


def test_users_are_listed_and_shown(run: Run, alice: Person, bob: Person) -> None:
    listed = run("list")
    assert listed.exit_code == 0
    assert [line.split() for line in listed.output.splitlines()] == [
        [str(alice.id), "alice@example.com", "Alice"],
        [str(bob.id), "bob@example.com", "Bob"],
    ]
    alice.upload()
    shown = run("show", "ALICE@example.com")
    assert shown.exit_code == 0
    fields = dict(line.split(maxsplit=1) for line in shown.output.splitlines())
    assert (fields["email"], fields["recordings"]) == ("alice@example.com", "1")
    assert "argon2" not in shown.output


def test_hostile_names_are_shown_and_not_obeyed(app: APIFlask, run: Run) -> None:
    """Such as may be in the database from before they were refused."""
    email = "a\x9b31mb@example.com"
    with app.app_context():
        users.create({"name": "x\u202ey", "email": email, "phone": "\x1b[2J"}, "x")
        db.session.commit()
    for args in (("list",), ("show", email)):
        output = run(*args).output
        assert "a\\x9b31mb@example.com" in output and "x\\u202ey" in output
        assert all(line.isprintable() for line in output.splitlines())


def test_a_new_password_ends_all_logins(run: Run, alice: Person, bob: Person) -> None:
    result = run("set-password", alice.email, "--password", "a new password")
    assert result.exit_code == 0, result.output
    assert_not_authenticated(alice.get("/auth/me"))
    assert bob.get("/auth/me").status_code == 200
    for password, status in ((PASSWORD, 401), ("a new password", 200)):
        body = {"email": alice.email, "password": password}
        assert alice.client.post("/auth/login", json=body).status_code == status


def test_a_short_password_changes_nothing(run: Run, alice: Person) -> None:
    result = run("set-password", alice.email, "--password", "short")
    assert (result.exit_code, result.output) == (
        1,
        "Error: password: String should have at least 8 characters\n",
    )
    assert alice.get("/auth/me").status_code == 200


def test_deleting_asks_first(run: Run, alice: Person) -> None:
    assert run("delete", alice.email, input="n\n").exit_code == 1
    assert alice.get("/auth/me").status_code == 200


def test_a_deleted_user_is_gone_with_all_that_was_theirs(
    app: APIFlask, run: Run, alice: Person, bob: Person
) -> None:
    his = bob.upload()
    hers = alice.upload()
    run_jobs(app)
    assert len(recordings(app)) == 2
    result = run("delete", alice.email, "--yes")
    assert (result.exit_code, result.output) == (0, "Deleted alice@example.com.\n")
    assert_not_authenticated(alice.get(f"/api/status/{hers}"))
    note_id = bob.get(f"/api/status/{his}").json["note_id"]
    for kind in ("pdf", "docx"):
        assert bob.get(f"/api/download/{kind}/{note_id}").status_code == 200
    assert len(recordings(app)) == 1
    documents = list((Path(app.config["UPLOAD_FOLDER"]) / "documents").iterdir())
    assert len(documents) == 2
    with app.app_context():
        rows = {table: db.session.execute(table.select()).all() for table in tables()}
    assert all(str(alice.id) != str(row.user_id) for found in rows.values() for row in found)


def tables() -> list:  # type: ignore[type-arg]
    return [table for table in Base.metadata.sorted_tables if "user_id" in table.columns]


def test_an_admin_is_made_and_unmade(run: Run, alice: Person) -> None:
    assert run("role", alice.email, "admin").output == "alice@example.com is admin.\n"
    assert alice.get("/api/admin/users").status_code == 200
    assert "(admin)" in run("list").output
    assert run("role", alice.email, "user").exit_code == 0
    assert alice.get("/api/admin/users").status_code == 403
    assert run("role", alice.email, "root").exit_code == 2


def test_a_user_is_created_as_an_admin_and_vouched_for(run: Run, client: FlaskClient) -> None:
    run("create", "carol@example.com", "--role", "admin", "--password", PASSWORD)
    body = {"email": "carol@example.com", "password": PASSWORD}
    token = client.post("/auth/login", json=body).json["token"]
    me = client.get("/auth/me", headers={"Authorization": f"Bearer {token}"}).json
    assert (me["role"], me["email_verified"]) == ("admin", True)


def test_a_user_is_disabled_and_enabled(run: Run, alice: Person, bob: Person) -> None:
    assert run("disable", alice.email).output == "alice@example.com is disabled.\n"
    assert_not_authenticated(alice.get("/auth/me"))
    assert bob.get("/auth/me").status_code == 200
    assert "(disabled)" in run("list").output
    assert run("enable", alice.email).exit_code == 0
    body = {"email": alice.email, "password": PASSWORD}
    assert alice.client.post("/auth/login", json=body).status_code == 200


def test_an_invitation_is_printed_and_sent(make_app: Callable[..., APIFlask], box: Mailbox) -> None:
    app = make_app(REGISTRATION="invitation", SMTP_URL=box.url)
    result = app.test_cli_runner().invoke(args=["user", "invite", "Carol@example.com"])
    assert result.exit_code == 0
    link = result.output.splitlines()[0]
    assert link.startswith("http://localhost:3000/register?token=")
    (letter,) = box.letters
    assert letter["To"] == "carol@example.com" and link in letter.get_content()
    body = {"name": "C", "email": "carol@example.com", "password": PASSWORD}
    body["invitation"] = link.partition("token=")[2]
    assert app.test_client().post("/auth/register", json=body).status_code == 201
    again = app.test_cli_runner().invoke(args=["user", "invite", "carol@example.com"])
    assert (again.exit_code, again.output) == (1, "Error: Email already registered.\n")


def test_an_invitation_without_a_mail_server_is_printed(run: Run) -> None:
    result = run("invite", "carol@example.com")
    assert result.exit_code == 0 and "no mail was sent" in result.output
    assert run("invite", "carol").output == "Error: email is not an email address\n"


def test_an_export_is_a_zip(run: Run, alice: Person, tmp_path: Path) -> None:
    alice.make_note()
    path = tmp_path / "alice.zip"
    result = run("export", alice.email, "-o", str(path))
    assert result.exit_code == 0 and f"Wrote {path}" in result.output
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None and "account.json" in archive.namelist()
    nowhere = run("export", alice.email, "-o", str(tmp_path / "no" / "alice.zip"))
    assert nowhere.exit_code == 1 and "Traceback" not in nowhere.output


@pytest.mark.parametrize(
    "args",
    [
        *(("show",), ("set-password", "--password", PASSWORD), ("delete", "--yes")),
        *(("role", "admin"), ("disable",), ("enable",), ("export",)),
    ],
)
def test_an_unknown_user_is_told(run: Run, args: tuple[str, ...]) -> None:
    result = run(args[0], "nobody@example.com", *args[1:])
    assert (result.exit_code, result.output) == (
        1,
        "Error: There is no user nobody@example.com.\n",
    )


def test_a_database_without_tables_is_told_with_its_remedy(app: APIFlask, run: Run) -> None:
    with app.app_context():
        Base.metadata.drop_all(db.engine)
    result = run("list")
    assert result.exit_code == 1
    assert result.output.startswith("Error: The database says: ")
    assert "flask db upgrade" in result.output
    assert result.output.count("\n") == 1
