"""`flask note export`: files for people, and for a backup that runs every night."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import Result

from talktotext import documents
from talktotext.cli.export_folder import OWNERS, ExportFolder
from talktotext.errors import EngineUnavailable
from talktotext.extensions import db
from talktotext.models import Note
from tests.api.exports import writer
from tests.api.helpers import add_note
from tests.conftest import Person
from tests.documents.fake_writer import FakeWriter

__all__ = ["writer"]
Export = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out" / "notes"


@pytest.fixture
def export(app: APIFlask, folder: Path) -> Export:
    def run(*arguments: str) -> Result:
        command = ["note", "export", *arguments, "-o", str(folder)]
        return app.test_cli_runner().invoke(args=command)

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {OWNERS}


def test_a_note_is_written_under_its_title(
    alice: Person, export: Export, folder: Path, writer: type[FakeWriter]
) -> None:
    note_id = add_note(alice, "Q3: plan/review", said=["Hello there."])
    result = export(note_id, "-f", "pdf, SRT,srt")
    assert (result.exit_code, result.stderr) == (0, "")
    pdf, srt = folder / "Q3 plan review.pdf", folder / "Q3 plan review.srt"
    assert result.stdout.splitlines() == [f"1/1  {pdf}", f"1/1  {srt}"]
    assert pdf.read_bytes().startswith(b"Q3: plan/review|")
    assert srt.read_bytes() == alice.get(f"/api/download/srt/{note_id}").data
    assert names(folder) == {pdf.name, srt.name}
    assert stat.S_IMODE(pdf.stat().st_mode) & 0o077 == 0o044


def test_pdf_and_docx_are_what_is_written_unasked(
    alice: Person, export: Export, folder: Path
) -> None:
    assert export(add_note(alice, "Weekly")).exit_code == 0
    assert names(folder) == {"Weekly.pdf", "Weekly.docx"}


def test_what_is_kept_is_not_built_again(
    alice: Person, export: Export, folder: Path, writer: type[FakeWriter]
) -> None:
    note_id = add_note(alice, "Weekly")
    data = alice.get(f"/api/download/pdf/{note_id}").data
    assert export(note_id, "-f", "pdf").exit_code == 0
    assert (folder / "Weekly.pdf").read_bytes() == data
    assert len(writer.written) == 1


def test_all_are_those_of_all_or_of_one(
    alice: Person, bob: Person, export: Export, folder: Path, writer: type[FakeWriter]
) -> None:
    add_note(alice, "Hers")
    add_note(bob, "His")
    assert export("--all", "--user", "ALICE@example.com", "-f", "pdf").exit_code == 0
    assert names(folder) == {"Hers.pdf"}
    assert export("--all", "-f", "pdf").exit_code == 0
    assert names(folder) == {"Hers.pdf", "His.pdf"}


def test_notes_of_one_title_do_not_replace_one_another(
    alice: Person, export: Export, folder: Path, writer: type[FakeWriter]
) -> None:
    first, second = (add_note(alice, "Weekly", said=[text]) for text in ("One.", "Two."))
    for _ in range(3):
        assert export("--all", "-f", "pdf").exit_code == 0
    assert names(folder) == {"Weekly.pdf", "Weekly (2).pdf"}
    owners = {name: one[0] for name, one in json.loads((folder / OWNERS).read_text()).items()}
    assert set(owners.values()) == {first, second}
    for name, text in (("Weekly.pdf", b"One."), ("Weekly (2).pdf", b"Two.")):
        mine = (folder / name).read_bytes().endswith(text)
        assert mine == (owners[name] == (first if text == b"One." else second))


def test_a_note_exported_again_replaces_its_own_file(
    alice: Person, export: Export, folder: Path, writer: type[FakeWriter]
) -> None:
    note_id = add_note(alice, "Weekly", summary="Before.")
    export(note_id, "-f", "pdf")
    assert alice.patch(f"/api/notes/{note_id}", json={"title": "weekly."}).status_code == 200
    assert alice.patch(f"/api/notes/{note_id}", json={"title": "Weekly"}).status_code == 200
    assert export(note_id, "-f", "pdf", "--page-size", "letter").exit_code == 0
    assert names(folder) == {"Weekly.pdf"}
    assert b"|Letter|" in (folder / "Weekly.pdf").read_bytes()


def test_what_was_there_before_stays(
    alice: Person, export: Export, folder: Path, writer: type[FakeWriter], tmp_path: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / "Weekly.pdf").write_text("somebody's own")
    (folder / "Weekly (2).pdf").symlink_to(tmp_path / "elsewhere")
    (folder / "Weekly (3).pdf").mkdir()
    assert export(add_note(alice, "Weekly"), "-f", "pdf").exit_code == 0
    assert (folder / "Weekly.pdf").read_text() == "somebody's own"
    assert not (tmp_path / "elsewhere").exists()
    assert (folder / "Weekly (4).pdf").read_bytes().startswith(b"Weekly|")


def test_a_note_of_another_title_is_no_longer_there_under_the_old_one(folder: Path) -> None:
    for _ in range(2):
        for format in ("pdf", "docx"):
            ExportFolder(folder).write(f"Weekly.{format}", "one", b"x")
    ExportFolder(folder).write("Weekly.pdf", "two", b"x")
    ExportFolder(folder).write("Monthly.pdf", "one", b"x")
    assert names(folder) == {"Monthly.pdf", "Weekly.docx", "Weekly (2).pdf"}
    ExportFolder(folder).write("Weekly.pdf", "two", b"y")
    assert names(folder) == {"Monthly.pdf", "Weekly.docx", "Weekly.pdf"}
    assert (folder / "Weekly.pdf").read_bytes() == b"y"


@pytest.mark.parametrize("name", ["Weekly.pdf", "Monthly.pdf"])
def test_what_somebody_made_of_a_file_stays(folder: Path, name: str) -> None:
    ExportFolder(folder).write("Weekly.pdf", "one", b"x")
    (folder / "Weekly.pdf").unlink()
    (folder / "Weekly.pdf").write_text("somebody's own")
    for _ in range(2):
        path = ExportFolder(folder).write(name, "one", b"y")
    assert names(folder) == {"Weekly.pdf", path.name} and path.name != "Weekly.pdf"
    assert (folder / "Weekly.pdf").read_text() == "somebody's own"
    ExportFolder(folder).write("Third.pdf", "one", b"z")
    assert names(folder) == {"Weekly.pdf", "Third.pdf"}


def test_a_link_in_the_place_of_a_file_stays(folder: Path, tmp_path: Path) -> None:
    path = ExportFolder(folder).write("Weekly.pdf", "one", b"x")
    path.rename(tmp_path / "moved.pdf")
    path.symlink_to(tmp_path / "moved.pdf")
    assert ExportFolder(folder).write("Monthly.pdf", "one", b"y").name == "Monthly.pdf"
    assert path.is_symlink() and (tmp_path / "moved.pdf").read_bytes() == b"x"


@pytest.mark.parametrize(
    "title",
    ["../../evil", "/etc/evil", "..", ".", "a\0b", "\u202efdp.exe", "x" * 300, "CON", OWNERS[:-5]],
)
def test_no_title_leads_out_of_the_folder(
    alice: Person, export: Export, folder: Path, tmp_path: Path, title: str
) -> None:
    note_id = add_note(alice, title.replace("\0", "") or "x")
    with alice.app.app_context():
        db.session.get_one(Note, note_id).title = title.replace("\0", "")
        db.session.commit()
    assert export(note_id, "-f", "srt").exit_code == 0
    assert len(names(folder)) == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"notes"}


def test_no_name_leads_out_of_the_folder(folder: Path) -> None:
    target = ExportFolder(folder)
    assert target.write("../../evil.pdf", "one", b"x") == folder / "evil.pdf"


@pytest.mark.parametrize(
    "left", ["{", "[]", "null", '{"Weekly.pdf": 5, "../out": ["one", "x"]}', "\xff"]
)
def test_a_list_of_owners_that_is_broken_is_nobody_s(folder: Path, left: str) -> None:
    folder.mkdir(parents=True)
    (folder / OWNERS).write_text(left, encoding="latin-1")
    (folder / "Weekly.pdf").write_text("theirs")
    assert ExportFolder(folder).write("Weekly.pdf", "one", b"x").name == "Weekly (2).pdf"
    assert ExportFolder(folder).write("Weekly.pdf", "one", b"y").name == "Weekly (2).pdf"
    assert (folder / "Weekly.pdf").read_text() == "theirs"


def test_one_that_fails_does_not_stop_the_others(
    alice: Person, export: Export, folder: Path, writer: type[FakeWriter], monkeypatch: Any
) -> None:
    for title in ("One", "Two", "Three"):
        add_note(alice, title)

    def fail(self: FakeWriter, document: documents.Document, out: Any) -> None:
        if document.notes.title == "Two":
            raise EngineUnavailable("There are no fonts", hint="Install some.")
        if document.notes.title == "Three":
            raise ZeroDivisionError
        out.write(b"data")

    monkeypatch.setattr(FakeWriter, "write", fail)
    result = export("--all", "-f", "pdf,srt")
    assert result.exit_code == 1
    assert names(folder) == {"One.pdf", "One.srt", "Two.srt", "Three.srt"}
    assert "as pdf: There are no fonts. Install some." in result.stderr
    assert "as pdf: Something went wrong on our side" in result.stderr
    assert "Traceback" not in result.output
    assert result.stderr.splitlines()[-1] == "2 of 6 could not be written."


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "Name notes, or --all."),
        (("--all", "x"), 2, "Name notes, or --all."),
        (("x", "--user", "alice@example.com"), 2, "--user goes with --all."),
        (("x",), 1, "There is no note x."),
        (("--all", "--user", "eve@example.com"), 1, "There is no user eve@example.com."),
        (("--all", "-f", "exe"), 2, "There are pdf, docx"),
        (("--all", "-f", ","), 2, "There are pdf, docx"),
        (("--all", "--accent", "red"), 2, "accent is not a colour such as 0B6174."),
        (("--all", "--sections", "gossip"), 2, "sections is none of summary, "),
    ],
)
def test_what_cannot_be_is_told(
    alice: Person, export: Export, arguments: tuple[str, ...], status: int, said: str
) -> None:
    result = export(*arguments)
    assert result.exit_code == status
    assert said in " ".join(result.stderr.split())


def test_a_folder_that_cannot_be_written_is_told(
    alice: Person, app: APIFlask, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    add_note(alice)
    command = ["note", "export", "--all", "-o", str(tmp_path / "file" / "notes")]
    result = app.test_cli_runner().invoke(args=command)
    assert (result.exit_code, "Not a directory" in result.stderr) == (1, True)
