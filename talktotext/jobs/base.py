"""What a kind of work is, and what it is given.

A kind is a pydantic model of options and a function `(inputs, options, report) -> rows`. The
runner writes the rows in the transaction that ends the job. See docs/architecture.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from talktotext.config import Settings
from talktotext.models.base import Base
from talktotext.storage import Storage

Result = TypeVar("Result")


class Report(Protocol):
    """Tells how far the work has come: `fraction` of the whole, 0 to 1, and the stage it is in.

    It may raise to end the attempt: the job was cancelled, or another worker holds it now.
    """

    def __call__(self, fraction: float, stage: str) -> None: ...


class Keep(Protocol):
    """Keeps finished work: `checkpoint` replaces the job's, `rows` are added, both or neither.

    `claim` is done before, in the same transaction: what it raises lets nothing be written.

    Raises like Report, and then nothing was written.
    """

    def __call__(
        self,
        checkpoint: BaseModel,
        rows: Iterable[Base] = (),
        claim: Callable[[Session], None] | None = None,
    ) -> None: ...


class Tried(Protocol):
    """What a step gives, or the error with which it failed, whatever that is."""

    def __call__(self, act: Callable[[], Result], /) -> tuple[Result | None, Exception | None]: ...


@dataclass(frozen=True)
class Inputs:
    """What an attempt works with.

    Attributes:
        upload: the upload's columns, read when the attempt began; empty for kinds without one.
        checkpoint: what an earlier attempt kept, {} at first.
        work: a folder of this job on this machine, kept between attempts.
        allow: told the length of the recording in seconds, it sets the attempt's time limit.
        tried: does a step that the result can do without: what that gives, or why it failed.
    """

    job_id: str
    user_id: int
    upload: dict[str, Any]
    checkpoint: dict[str, Any]
    work: Path
    storage: Storage
    settings: Settings
    keep: Keep
    allow: Callable[[float], None]
    tried: Tried


@dataclass(frozen=True)
class Kind:
    """One kind of work.

    Attributes:
        begins: the stage in which it begins.
        needs_recording: whether it reads the recording itself, which may be kept for a shorter time
            than what came of it.
    """

    name: str
    options: type[BaseModel]
    run: Callable[[Inputs, Any, Report], Iterable[Base]]
    begins: str = "extracting"
    needs_recording: bool = True


def span(report: Report, low: float, high: float, stage: str) -> Callable[[float], None]:
    """A report for a part of the work: its 0 to 1 are `low` to `high` of the whole."""
    return lambda fraction: report(low + (high - low) * min(max(fraction, 0.0), 1.0), stage)
