"""Settings: every environment variable, typed, documented, read once.

`Settings()` reads the environment and a `.env` file; nothing else in the package reads either.
`problems()` lists what must not go into production; `check()` refuses to start on it.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit

from flask import current_app
from pydantic import ByteSize, Field, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict, SettingsError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from talktotext.account_settings import AccountSettings
from talktotext.document_settings import DocumentSettings
from talktotext.engine_settings import EngineSettings, HttpAddress
from talktotext.limit_settings import LimitSettings
from talktotext.link_settings import LinkSettings
from talktotext.scan_settings import ScanSettings

ROOT = Path(__file__).resolve().parent.parent
MIN_KEY_BYTES = 32
ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
# Linux allows 108 bytes for the path of a unix socket, its closing NUL included (man 7 unix).
MAX_SOCKET_PATH = 100


class ConfigError(Exception):
    """The settings do not allow a start; the message says which and what to do."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with the settings or with what they point at, and its remedy."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}"


class Settings(
    EngineSettings, LimitSettings, LinkSettings, ScanSettings, DocumentSettings, AccountSettings
):
    """The settings of one installation. Field names are the environment variables' names; those of
    the engines are in engine_settings.py."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    FLASK_ENV: Literal["development", "production", "testing"] = Field(
        "development", description="`production` refuses to start without keys of its own."
    )
    SECRET_KEY: str = Field(
        "", description="Signs what the server hands out; at least 32 bytes. Development makes one."
    )
    JWT_SECRET_KEY: str = Field(
        "", description="Signs access and refresh tokens; at least 32 bytes. Development makes one."
    )
    INSTANCE_FOLDER: Path = Field(
        ROOT / "instance",
        description="Where the database, keys, uploads and queue live by default.",
    )
    DATABASE_URL: str = Field(
        "", description="SQLAlchemy address; `postgres://` works. SQLite in the instance folder."
    )
    REDIS_URL: str = Field(
        "", description="`redis://`, `rediss://` or `unix://`; unset: our own Redis is started."
    )
    REDIS_TLS_VERIFY: bool = Field(
        False, description="Verify the certificate of `rediss://` (Heroku's are self-signed)."
    )
    REDIS_SERVER: str = Field(
        "", description="The redis-server binary for our own Redis; found on PATH if unset."
    )
    UPLOAD_FOLDER: Path = Field(
        Path(), description="Where recordings are kept; `uploads` in the instance folder if unset."
    )
    WORK_FOLDER: Path = Field(
        Path(), description="Scratch space of jobs; `work` in the instance folder if unset."
    )
    S3_BUCKET: str = Field(
        "", description="Keep recordings and documents in this S3 bucket; unset: in UPLOAD_FOLDER."
    )
    S3_PREFIX: str = Field(
        "", description="What keys in the bucket begin with; each installation needs its own."
    )
    S3_ENDPOINT_URL: HttpAddress = Field(
        "", description="Address of an S3-compatible server; unset: Amazon's."
    )
    S3_REGION: str = Field("us-east-1", description="The region of the bucket.")
    S3_PRESIGNED_DOWNLOADS: bool = Field(
        False, description="Send who downloads a document on to the bucket, for five minutes."
    )
    AWS_ACCESS_KEY_ID: str = Field(
        "", description="Key of the bucket; unset: what boto3 finds, such as a machine's role."
    )
    AWS_SECRET_ACCESS_KEY: str = Field("", description="The secret of that key.")
    AWS_SESSION_TOKEN: str = Field("", description="Its token, if the key is a temporary one.")
    MAX_CONTENT_LENGTH: ByteSize = Field(
        ByteSize(500_000_000), gt=0, description="The largest upload, as bytes or like `500MB`."
    )
    MAX_JSON_LENGTH: ByteSize = Field(
        ByteSize(1_000_000), gt=0, description="The largest body of every other request."
    )
    MAX_DURATION_HOURS: float = Field(
        12.0, gt=0, description="The longest recording taken, in hours of sound."
    )
    SYNC_WAIT_SECONDS: float = Field(
        120.0, ge=0, description="How long an upload with `background=false` waits for its note."
    )
    FFMPEG: str = Field("", description="The ffmpeg binary; imageio-ffmpeg's if unset.")
    ACCESS_TOKEN_MINUTES: float = Field(60.0, gt=0, description="Life of an access token.")
    REFRESH_TOKEN_DAYS: float = Field(30.0, gt=0, description="Life of a login without use.")
    LEASE_SECONDS: float = Field(
        30.0, gt=0, description="How long a silent worker holds a job before another may take it."
    )
    SWEEP_SECONDS: float = Field(
        15.0, gt=0, description="How often each worker looks for jobs that the queue forgot."
    )
    JOB_SECONDS: float = Field(
        1200.0, gt=0, description="How long an attempt at a job may take, whatever its recording."
    )
    JOB_SECONDS_PER_SECOND: float = Field(
        10.0, gt=0, description="… and how much longer for every second of the recording."
    )
    RETENTION_MEDIA_DAYS: int = Field(
        0, ge=0, description="Delete recordings after so many days and keep their notes; 0: never."
    )
    RETENTION_NOTES_DAYS: int = Field(
        0, ge=0, description="Delete recordings with their notes after so many days; 0: never."
    )
    CORS_ORIGINS: Annotated[list[str], NoDecode] = Field(
        ["http://localhost:3000"],
        description="Origins of browsers let in, like `https://app.example.com`, comma-separated; "
        "`*`: all.",
    )
    PORT: int = Field(8000, ge=0, le=65535, description="The port the web server binds.")
    HOST: str = Field("0.0.0.0", description="The address the web server binds.")  # noqa: S104
    WEB_WORKERS: int = Field(2, ge=1, description="Web processes.")
    WEB_THREADS: int = Field(
        64,
        ge=1,
        description="Threads of each web process; three quarters of them may be taking uploads.",
    )
    WORKERS: int = Field(1, ge=1, description="Job workers that `flask serve` runs.")
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged."
    )
    LOG_FORMAT: Literal["text", "json"] = Field(
        "text", description="Lines of the log for people, or as JSON for programs."
    )

    @field_validator("CORS_ORIGINS", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
        return value

    @field_validator("CORS_ORIGINS")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            # flask-cors would take others for regular expressions, which match more than they say.
            if origin != "*" and not ORIGIN.fullmatch(origin):
                raise ValueError(f"has {origin!r}, which is not like https://app.example.com, or *")
        return value

    @field_validator("DATABASE_URL")
    @classmethod
    def _name_the_driver(cls, value: str) -> str:
        # Heroku still writes postgres://, which SQLAlchemy no longer knows.
        for scheme in ("postgres://", "postgresql://"):
            if value.startswith(scheme):
                return "postgresql+psycopg://" + value.removeprefix(scheme)
        return value

    @field_validator("DATABASE_URL")
    @classmethod
    def _have_the_driver(cls, value: str) -> str:
        try:
            _ = value and make_url(value).get_dialect().import_dbapi()
        except ArgumentError:
            raise ValueError("is not an address like postgresql://user@host/name") from None
        except ModuleNotFoundError as error:
            raise ValueError(f"needs the package {error.name}, which is not installed") from None
        return value

    @field_validator("REDIS_URL")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("S3_PREFIX")
    @classmethod
    def _end_as_folder(cls, value: str) -> str:
        return f"{name}/" if (name := value.strip("/")) else ""

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        self.INSTANCE_FOLDER = self.INSTANCE_FOLDER.absolute()
        self.INSTANCE_FOLDER.mkdir(parents=True, exist_ok=True)
        if Path() == self.UPLOAD_FOLDER:
            self.UPLOAD_FOLDER = self.INSTANCE_FOLDER / "uploads"
        if Path() == self.WORK_FOLDER:
            self.WORK_FOLDER = self.INSTANCE_FOLDER / "work"
        if Path() == self.MODEL_FOLDER:
            self.MODEL_FOLDER = self.INSTANCE_FOLDER / "models"
        if not self.DATABASE_URL:
            self.DATABASE_URL = f"sqlite:///{self.INSTANCE_FOLDER / 'talktotext.db'}"
        if self.FLASK_ENV != "production":
            for name in ("SECRET_KEY", "JWT_SECRET_KEY"):
                if not getattr(self, name):
                    setattr(self, name, _kept_key(self.INSTANCE_FOLDER / f".{name.lower()}"))
        return self

    @property
    def redis_url(self) -> str:
        """The queue's address: REDIS_URL, or the socket of our own Redis."""
        return self.REDIS_URL or f"unix://{self.redis_socket}"

    @property
    def redis_socket(self) -> Path:
        """The socket of our own Redis: in the instance folder, unless that path is too long."""
        path = self.INSTANCE_FOLDER / "redis" / "redis.sock"
        if len(str(path).encode()) <= MAX_SOCKET_PATH:
            return path
        name = sha256(str(self.INSTANCE_FOLDER).encode()).hexdigest()[:16]
        return Path(gettempdir()) / f"talktotext-{name}" / "redis.sock"

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the settings themselves."""
        remedy = "Set it to a long random value, such as `openssl rand -base64 48` prints."
        for name in ("SECRET_KEY", "JWT_SECRET_KEY"):
            key = getattr(self, name)
            if not key:
                yield Problem(f"{name} is not set", remedy)
            elif len(key.encode()) < MIN_KEY_BYTES:
                yield Problem(f"{name} is shorter than {MIN_KEY_BYTES} bytes", remedy)
        if self.S3_BUCKET and find_spec("boto3") is None:
            remedy = "Run `pip install -r requirements/s3.txt`."
            yield Problem("S3_BUCKET is set, but boto3 is not installed", remedy)
        if not (self.UNVERIFIED_UPLOADS or self.SMTP_URL) and self.FLASK_ENV == "production":
            remedy = "Set SMTP_URL, or let UNVERIFIED_UPLOADS be."
            yield Problem("Nobody can verify an email address: no mail can be sent", remedy)
        if self.AUTH_COOKIES and "*" in self.CORS_ORIGINS:
            remedy = "Name the origins of your frontend in CORS_ORIGINS."
            yield Problem("With AUTH_COOKIES every page could act for whoever visits it", remedy)
        if complaint := self.logo_complaint():
            remedy = "Set it to the path of a small PNG or JPEG picture."
            yield Problem(f"DOCUMENT_LOGO cannot be used: {complaint}", remedy)
        if self.LINK_PAGES and find_spec("yt_dlp") is None:
            remedy = "Run `pip install -r requirements/pages.txt`."
            yield Problem("LINK_PAGES is set, but yt-dlp is not installed", remedy)

    def check(self) -> None:
        """Refuse to start on settings that are wrong.

        Raises:
            ConfigError: naming every problem and its remedy.
        """
        if found := list(self.problems()):
            raise ConfigError("\n".join(map(str, found)))


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigError: a variable has a value that makes no sense.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigError("; ".join(map(_complaint, error.errors())) + ".") from None
    except SettingsError as error:
        _, name, *_ = str(error).split('"')  # it has it nowhere else
        raise ConfigError(f"{name} is not valid JSON: {error.__cause__}.") from None
    except OSError as error:
        raise ConfigError(
            f"INSTANCE_FOLDER cannot be used: {error.strerror} ({error.filename})."
        ) from None


def _complaint(error: Any) -> str:
    """What pydantic has against a variable; our own validators say "is not …"."""
    name, text = ".".join(map(str, error["loc"])), str(error["msg"])
    ours = text.removeprefix("Value error, ")
    return f"{name}: {text}" if ours == text else f"{name} {ours}"


def current() -> Settings:
    """The settings of the application in hand."""
    return cast(Settings, current_app.config["SETTINGS"])


def _kept_key(path: Path) -> str:
    """The key in `path`, made on first use; two processes that start together agree on one."""
    made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        try:
            # link() fails where a key is already there, and shows it only when it is whole.
            path.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text()
