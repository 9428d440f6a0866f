"""Settings: keys, addresses, sizes, and that each is told to its reader."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from talktotext import config, create_app
from talktotext.analysis import get_analyzer
from talktotext.cli.settings import settings_table
from talktotext.config import ConfigError, Settings
from tests.stack import ROOT

KEY = "k" * 32
KEYS = {"SECRET_KEY": KEY, "JWT_SECRET_KEY": KEY}


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with nothing of ours in it but a folder, and no .env file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSTANCE_FOLDER", str(tmp_path / "instance"))
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return config.load()


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    with pytest.raises(ConfigError) as error:
        load(monkeypatch, **environment).check()
    return str(error.value)


def python(code: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_development_makes_and_keeps_its_own_keys(tmp_path: Path) -> None:
    first, again = config.load(), config.load()
    for name in KEYS:
        key = getattr(first, name)
        assert len(key.encode()) >= config.MIN_KEY_BYTES
        assert getattr(again, name) == key
        kept = tmp_path / "instance" / f".{name.lower()}"
        assert kept.read_text() == key
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first.SECRET_KEY != first.JWT_SECRET_KEY
    first.check()


def test_processes_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    code = "from talktotext.config import load; s = load(); print(s.SECRET_KEY, s.JWT_SECRET_KEY)"
    started = [python(code) for _ in range(2)]
    answers = {process.communicate(timeout=60) for process in started}
    assert len(answers) == 1
    ((keys, errors),) = answers
    assert len(keys.split()) == 2 and errors == ""
    # Nothing half-made lies about.
    names = {path.name for path in (tmp_path / "instance").iterdir()}
    assert names == {".secret_key", ".jwt_secret_key"}


def test_keys_that_are_set_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(monkeypatch, **KEYS)
    assert (settings.SECRET_KEY, settings.JWT_SECRET_KEY) == (KEY, KEY)
    assert not (tmp_path / "instance" / ".secret_key").exists()


def test_production_refuses_to_make_its_own_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = refusal(monkeypatch, FLASK_ENV="production")
    assert "SECRET_KEY is not set" in said and "JWT_SECRET_KEY is not set" in said
    assert "openssl rand" in said
    assert not list((tmp_path / "instance").glob(".*key"))
    load(monkeypatch, FLASK_ENV="production", **KEYS).check()


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("environment", ["production", "development"])
def test_a_short_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, environment: str
) -> None:
    # 31 bytes; and it is bytes that count.
    said = refusal(monkeypatch, FLASK_ENV=environment, **(KEYS | {name: "k" * 31}))
    assert said.startswith(f"{name} is shorter than 32 bytes")
    assert "k" * 31 not in said
    load(monkeypatch, FLASK_ENV=environment, **(KEYS | {name: "é" * 16})).check()


@pytest.mark.parametrize(
    ("start", "environment", "said"),
    [
        ("import wsgi", {"FLASK_ENV": "production"}, "SECRET_KEY is not set"),
        ("import wsgi", {"PORT": "eighty"}, "PORT: "),
        ("import wsgi", {"TRANSCRIBER_OPTIONS": "{beams: 1}"}, "TRANSCRIBER_OPTIONS is not valid"),
        ("import worker; worker.main()", {"SECRET_KEY": "short"}, "SECRET_KEY is shorter than"),
    ],
)
def test_what_cannot_start_says_so_and_nothing_else(
    start: str, environment: dict[str, str], said: str
) -> None:
    process = python(start, **environment)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert errors.startswith(f"TalkToText cannot start: {said}")
    assert "Traceback" not in errors


def test_the_application_does_not_start_on_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, SECRET_KEY="short")
    with pytest.raises(ConfigError):
        create_app(settings)


@pytest.mark.parametrize(
    ("written", "size"),
    [("500MB", 500_000_000), ("1GiB", 2**30), ("1.5 kb", 1500), ("12345", 12345)],
)
def test_sizes_are_written_as_people_do(
    monkeypatch: pytest.MonkeyPatch, written: str, size: int
) -> None:
    assert size == load(monkeypatch, MAX_CONTENT_LENGTH=written).MAX_CONTENT_LENGTH


def test_defaults_are_the_contract_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = config.load()
    assert settings.MAX_CONTENT_LENGTH == 500_000_000
    assert settings.CORS_ORIGINS == ["http://localhost:3000"]
    assert settings.PORT == 8000
    assert f"sqlite:///{tmp_path}/instance/talktotext.db" == settings.DATABASE_URL
    assert tmp_path / "instance" / "uploads" == settings.UPLOAD_FOLDER
    assert settings.redis_url.startswith("unix://")
    # Empty is unset: compose files and Procfiles write NAME= for "none".
    empty = load(monkeypatch, MAX_CONTENT_LENGTH="", CORS_ORIGINS="", PORT="", DATABASE_URL="")
    assert empty == settings


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("postgres://u:p@h:5/d", "postgresql+psycopg://u:p@h:5/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////data/t.db", "sqlite:////data/t.db"),
    ],
)
def test_database_addresses_get_their_driver(
    monkeypatch: pytest.MonkeyPatch, written: str, address: str
) -> None:
    assert address == load(monkeypatch, DATABASE_URL=written).DATABASE_URL


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        ("https://a.example", ["https://a.example"]),
        (
            " https://a.example/ , http://b.example:3000,",
            ["https://a.example", "http://b.example:3000"],
        ),
        ("*", ["*"]),
    ],
)
def test_origins_are_a_list_with_commas(
    monkeypatch: pytest.MonkeyPatch, written: str, origins: list[str]
) -> None:
    assert origins == load(monkeypatch, CORS_ORIGINS=written).CORS_ORIGINS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("MAX_CONTENT_LENGTH", "much"),
        ("MAX_CONTENT_LENGTH", "0"),
        ("MAX_CONTENT_LENGTH", "-5MB"),
        ("FLASK_ENV", "prod"),
        ("LOG_LEVEL", "LOUD"),
        ("WORKERS", "0"),
        ("ACCESS_TOKEN_MINUTES", "-1"),
        ("DATABASE_URL", "localhost"),
        ("DATABASE_URL", "postgresql+psycopg2://h/d"),
        ("DATABASE_URL", "nosuchdb://h/d"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost:6379"),
        ("S3_ENDPOINT_URL", "localhost:9000"),
        ("OPENAI_BASE_URL", "ftp://localhost/v1"),
        ("LLM_BASE_URL", "localhost:8080/v1"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    said = refusal(monkeypatch, **{name: value})
    assert re.match(rf"{name}[: ]", said), said
    assert "\n" not in said and "Value error" not in said


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, PORT="eighty", LOG_LEVEL="LOUD")
    assert "PORT" in said and "LOG_LEVEL" in said


def test_a_folder_that_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, INSTANCE_FOLDER="/dev/null/instance")
    assert said == "INSTANCE_FOLDER cannot be used: Not a directory (/dev/null/instance)."


def test_a_file_in_the_folder_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=1234\nLOG_LEVEL=ERROR\nSOMETHING_ELSE=x\n")
    settings = load(monkeypatch, LOG_LEVEL="DEBUG")
    assert (settings.PORT, settings.LOG_LEVEL) == (1234, "DEBUG")


@pytest.mark.parametrize("length", [10, 90, 200])
def test_the_socket_s_path_fits_into_a_socket_s_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, length: int
) -> None:
    folder = tmp_path / ("d" * length)
    settings = load(monkeypatch, INSTANCE_FOLDER=str(folder))
    assert len(str(settings.redis_socket).encode()) <= config.MAX_SOCKET_PATH
    other = load(monkeypatch, INSTANCE_FOLDER=str(folder / "other"))
    assert other.redis_socket != settings.redis_socket


@pytest.mark.parametrize(
    ("environment", "key", "url"),
    [
        ({"OPENAI_API_KEY": "theirs"}, "theirs", ""),
        ({"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "http://a/v1"}, "theirs", "http://a/v1"),
        ({"OPENAI_API_KEY": "theirs", "LLM_BASE_URL": "http://b/v1"}, "", "http://b/v1"),
        ({"OPENAI_BASE_URL": "http://a/v1", "LLM_API_KEY": "ours"}, "ours", "http://a/v1"),
        ({"LLM_BASE_URL": "http://b/v1", "LLM_API_KEY": "ours"}, "ours", "http://b/v1"),
    ],
)
def test_a_server_gets_no_other_server_s_key(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], key: str, url: str
) -> None:
    options = load(monkeypatch, ANALYZER="llm", **environment).analyzer_options("llm")
    assert (options["api_key"], options["base_url"]) == (key, url)


def test_the_language_model_is_made_as_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"LLM_BASE_URL": "http://b/v1", "LLM_OPTIONS": '{"temperature": 0.2}'}
    settings = load(monkeypatch, ANALYZER="llm", **environment)
    assert get_analyzer("llm", **settings.analyzer_options("llm")).name == "llm"
    assert settings.analyzer_options("llm")["options"] == {"temperature": 0.2}
    assert load(monkeypatch, ANALYZER="extractive").analyzer_options("extractive") == {}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description and len(description) > 10
    assert description.endswith((".", "…"))


def test_the_page_of_settings_is_up_to_date() -> None:
    # To make it anew: flask settings > docs/settings.md
    assert (ROOT / "docs" / "settings.md").read_text() == settings_table()
    for name in Settings.model_fields:
        assert f"\n| `{name}` | " in settings_table()


def test_nothing_else_reads_the_environment() -> None:
    # To hand it on to a child process, with something set in it, is no reading.
    reading = re.compile(r"os\.(getenv|environ\.get\b|environ\[[^]]*\](?! = ))")
    files = [*(ROOT / "talktotext").rglob("*.py"), *ROOT.glob("*.py")]
    assert reading.search("os.environ['PORT']") and len(files) > 50
    assert [path.name for path in files if reading.search(path.read_text())] == []
