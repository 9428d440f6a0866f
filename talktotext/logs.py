"""Logs: one line an event, for people or as JSON, of which each knows its request or its job.

    2026-11-20 18:00:03 INFO talktotext.access POST /auth/login 200 31 ms user=7 request=4f0c…
    {"time": "2026-11-20T18:00:03+00:00", "level": "INFO", "message": …, "request_id": "4f0c…"}

What is secret is struck out as the line is written, whoever wrote it: values of settings, tokens by
their looks, passwords in addresses, and the query of every address, which may be signed. What a
client sent cannot begin a line, nor talk to the terminal that shows it.
"""

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from talktotext.config import Settings

STRUCK = "***"
LEAST = 8  # characters of a value that is struck out wherever it stands; shorter ones are words
# Settings by what their names end with; of those that are addresses, the passwords.
SECRET = ("_KEY", "_SECRET", "_TOKEN", "_PASSWORD")
# What is a secret by its looks. Each pattern's first group stays.
PATTERNS = (
    r"(\bbearer\s+)[^\s'\",]+",
    r"()\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?",  # a JWT, or what is signed like one
    r"(\bttt_)\w+",
    r"(://)(?:[^\s/:@'\"<>]*:[^\s'\"<>]*|[^\s/'\"<>]*)@",
    r"(://[^\s?'\"<>]{1,1000}\?)[^\s'\"<>]+",
    r"((?:password|passwd|pwd|secret|token|api_?key|signature|csrf)\w*['\"]?\s*=\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s,;&)}]+)",
    r"(['\"](?:\w*password|\w*secret|api_?key|authorization|cookie)['\"]\s*:\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s,}]+)",
    r"(['\"]\w*token['\"]\s*:\s*['\"])[^'\"\s]{40,}",  # what is shorter is a token's id
    r"(\b(?:set-)?cookie['\"]?\s*:\s*)[^\r\n]+",
)
LOOKS = re.compile("|".join(PATTERNS), re.IGNORECASE)
# One of these is in whatever they find: most lines hold none, and are spared the search.
HINTS = (
    *("bearer", "eyj", "ttt_", "://", "passw", "pwd", "secret", "token", "signature"),
    *("csrf", "authorization", "cookie", "api_key", "apikey"),
)
# The password of an address; SQLAlchemy allows a slash in it.
USERINFO = re.compile(r"://[^:/@]*:([^@]+)@")
# Ends of lines, what moves a cursor, and what turns text around (Unicode TR 36).
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_bound: ContextVar[Mapping[str, Any]] = ContextVar("bound", default=MappingProxyType({}))
_jobs: list[str] = []  # at work in this process


def configure(settings: Settings) -> None:
    """Log to standard error as the settings say, unless whoever embeds us logs already."""
    handler = AtOnce()
    handler.setFormatter(formatter(settings))
    logging.basicConfig(level=settings.LOG_LEVEL, handlers=[handler])


class AtOnce(logging.Handler):
    """Writes to standard error, each line by one call to the system. logging's own handlers have a
    lock for that: of threads that log with every request, each waits for one that waits for the
    interpreter, which took a third of what a web process can do."""

    def handle(self, record: logging.LogRecord) -> bool:
        """As logging does, without the lock."""
        kept = self.filter(record)
        if kept:
            self.emit(record if kept is True else kept)
        return bool(kept)

    def emit(self, record: logging.LogRecord) -> None:
        """A line; the system keeps those of several threads apart (man 2 write)."""
        try:
            line = f"{self.format(record)}\n"
            if sys.stderr is sys.__stderr__:
                os.write(2, line.encode(errors="backslashreplace"))
            else:  # somebody collects what is written there
                sys.stderr.write(line)
        except (OSError, ValueError, TypeError):  # full disks, closed pipes, wrong arguments
            self.handleError(record)


def formatter(settings: Settings) -> logging.Formatter:
    """What writes a line, in the format and without the secrets of these settings."""
    kind = JsonLines if settings.LOG_FORMAT == "json" else TextLines
    return kind(Redactor(secrets_of(settings)))


def bind(**fields: Any) -> None:
    """Put these on every further line of the request in hand."""
    _bound.set({**_bound.get(), **fields})


def forget() -> None:
    """Begin a request: nothing is known of it yet. Threads are used again and again."""
    _bound.set({})


@contextmanager
def at_work(job_id: str) -> Iterator[None]:
    """Put the job on every line meanwhile. Its threads know nothing of each other's context; where
    nothing else is bound, it is the job at work in this process."""
    before = _bound.set({**_bound.get(), "job_id": job_id})
    _jobs.append(job_id)
    try:
        yield
    finally:
        _jobs.remove(job_id)
        _bound.reset(before)


def context() -> Mapping[str, Any]:
    """What is on every line just now."""
    return _bound.get() or ({"job_id": _jobs[0]} if len(_jobs) == 1 else {})


class Redactor:
    """Strikes secrets out.

    Args:
        values: struck out wherever they stand.
    """

    def __init__(self, values: Iterable[str] = ()):
        self._values = sorted(set(values), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, STRUCK)
        lower = text.lower()
        return LOOKS.sub(_struck, text) if any(hint in lower for hint in HINTS) else text


def _struck(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None) + STRUCK


def secrets_of(settings: Settings) -> set[str]:
    """The values of settings that nobody may read in a log."""
    found: set[str] = set()
    for name, value in settings.model_dump().items():
        if not isinstance(value, str):
            continue
        if name.endswith(SECRET):
            found.add(value)
        elif "://" in value:
            found |= _passwords(value)
    return {value for value in found if len(value) >= LEAST}


def _passwords(address: str) -> set[str]:
    """The password of an address as it is written, and as it is meant."""
    found = USERINFO.search(address)
    password = found[1] if found else ""
    return {password, unquote(password), quote(unquote(password), safe="")}


class Lines(logging.Formatter):
    """What both formats have in common."""

    def __init__(self, redact: Redactor):
        super().__init__()
        self.redact = redact

    def trouble(self, record: logging.LogRecord) -> str:
        """The traceback that belongs to a line, without secrets; empty if none does."""
        if not record.exc_info or record.exc_info[0] is None:
            return ""
        return self.redact("".join(traceback.format_exception(*record.exc_info)).rstrip())


class TextLines(Lines):
    """For people: what is known of a line stands at its end, a traceback below and indented."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).strftime("%Y-%m-%d %H:%M:%S")
        said = f"{record.name} {record.getMessage()}"
        text = self.redact(said + "".join(_unsaid(said, known(record))))
        below = (f"\n    {escaped(one)}" for one in self.trouble(record).split("\n") if one)
        return f"{when} {record.levelname} {escaped(text)}{''.join(below)}"


def _unsaid(text: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Who and what a line is about, unless it says so itself."""
    for name in ("user_id", "job_id", "request_id"):
        value, label = fields.get(name), name.removesuffix("_id")
        if value is not None and f"{label}={value}" not in text and f"{label} {value}" not in text:
            yield f" {label}={value}"


class JsonLines(Lines):
    """For programs: an object a line, with the fields of access lines under names of their own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.redact(record.getMessage()),
            **self._safe(known(record)),
        }
        if trouble := self.trouble(record):
            fields["exception"] = trouble
        return json.dumps(fields, default=str)

    def _safe(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        texts = {name: self.redact(one) for name, one in fields.items() if isinstance(one, str)}
        return {**fields, **texts}


def known(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a line: its own, and what is bound."""
    return {**context(), **getattr(record, "fields", {})}


def escaped(text: str) -> str:
    """A text on one line, of which a terminal shows every character and obeys none."""
    if text.isprintable():
        return text
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
