"""link -> recording: fetched by the worker, then kept like one that was uploaded.

The bytes so far lie in the job's folder, so that an attempt that is interrupted, killed or refused
for the moment goes on from there. Once they are stored, under the one key that the same bytes have
for their user, the upload points at them, and the link is not needed any more.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talktotext import fetch, media, quotas
from talktotext.config import Settings
from talktotext.errors import (
    Infected,
    LinksDisabled,
    MediaError,
    QuotaExceeded,
    TooLargeToScan,
    Unavailable,
)
from talktotext.extensions import db
from talktotext.jobs.base import Inputs, Report, span
from talktotext.jobs.scanning import Scanned, scanned
from talktotext.models import Upload
from talktotext.recordings import TRIES, display_name, known_key, put_in_storage, sha256_of
from talktotext.storage import no_space_is_storage_full

log = logging.getLogger(__name__)

FETCHED = 0.1  # of the bar


class Fetched(Scanned):
    """How far a link has come.

    Attributes:
        fetched: whether its recording is in storage.
    """

    fetched: bool = False


def way(settings: Settings) -> fetch.Way:
    """How links are fetched in this installation."""
    return fetch.Way(
        fetch.Policy.of(settings.LINK_PRIVATE_HOSTS, settings.LINK_PORTS),
        fetch.Bounds(settings.MAX_CONTENT_LENGTH, settings.LINK_SECONDS),
        settings.LINK_CA_FILE,
    )


def checked_link(text: str, settings: Settings) -> fetch.Link:
    """A link as it was given, refused at once where that takes no look at the network.

    Raises:
        LinksDisabled: no links are fetched here.
        LinkError: it is none, or leads to an address that is not public.
    """
    if not settings.LINKS_ENABLED:
        raise LinksDisabled
    link = fetch.parse(text, fetch.MAX_TYPED)
    way(settings).policy.check(link.host, link.port)
    return link


def link_name(link: fetch.Link) -> str:
    """What to call the recording behind a link, for a person."""
    name = PurePosixPath(unquote(link.target.partition("?")[0])).name
    return display_name(name or link.host)


def with_recording(inputs: Inputs, done: Fetched, report: Report) -> tuple[Inputs, Report]:
    """The inputs with the recording that the upload links to, if it is one of those, and what
    reports the work on it.

    Raises:
        LinkError: it cannot be had.
        MediaError: what is there is no recording, or a broken one.
        Infected: a virus was found in it; and what else `scanned` raises.
        QuotaExceeded, StorageFull, StorageUnavailable: it cannot be kept.
    """
    here = bool(inputs.upload["file_path"])
    if not inputs.upload["url"] or (here and not done.fetched):
        return inputs, report
    if not done.fetched:
        inputs = _fetch(inputs, done, report)
    return inputs, lambda fraction, stage: report(FETCHED + (1 - FETCHED) * fraction, stage)


def _fetch(inputs: Inputs, done: Fetched, report: Report) -> Inputs:
    if not inputs.settings.LINKS_ENABLED:
        raise LinksDisabled
    log.info("job %s: fetching the link", inputs.job_id)
    progress = span(report, 0.0, FETCHED, "extracting")
    progress(0.0)
    with no_space_is_storage_full():
        path, title = _download(inputs, progress)
    with _forgotten_if_bad(path):
        done.scanned = scanned(inputs, path)  # before ffmpeg reads any of it
        media.probe(path, ffmpeg=inputs.settings.FFMPEG or None)
    name = display_name(title) if title else inputs.upload["file_name"]
    upload = _kept(inputs, done, path, name)
    fetch.discard(path)
    return replace(inputs, upload={**inputs.upload, **upload})


def _download(inputs: Inputs, progress: Callable[[float], None]) -> tuple[Path, str | None]:
    """Fetch what the link leads to; where it is now, and its title if it is a page's."""
    url, settings, how = inputs.upload["url"], inputs.settings, way(inputs.settings)
    path = inputs.work / "page"
    if settings.LINK_PAGES:
        pages = fetch.Pages(tuple(settings.LINK_PAGES), how.policy.networks)
        title = pages.download(url, path, how.bounds, progress)
        if title is not None:
            return path, title
    path = inputs.work / "link"
    fetch.download(url, path, how, progress)
    return path, None


@contextmanager
def _forgotten_if_bad(path: Path) -> Iterator[None]:
    """Let nothing of a file stay that is no recording, or not to be one here."""
    try:
        yield
    except (MediaError, Infected, TooLargeToScan):
        fetch.discard(path)
        raise


def _kept(inputs: Inputs, done: Fetched, path: Path, name: str) -> dict[str, Any]:
    """Keep the bytes as those of an upload are kept; what the upload is then, by columns."""
    done.fetched = True
    with inputs.storage.incoming() as file:
        with no_space_is_storage_full(), path.open("rb") as source:
            shutil.copyfileobj(source, file, 2**20)
            file.flush()
        sha256 = sha256_of(file)
        columns = {"file_name": name, "file_size": path.stat().st_size}
        for _ in range(TRIES):
            try:
                return {**columns, "file_path": _pointed_at(inputs, done, file, sha256, columns)}
            except IntegrityError:
                log.info("job %s: the same bytes came or went just now", inputs.job_id)
    raise Unavailable("Too many requests for the same recording at once")


def _pointed_at(
    inputs: Inputs, done: Fetched, file: IO[bytes], sha256: str, columns: dict[str, Any]
) -> str:
    """Let the upload point at the bytes in storage, where they may be already; their key.

    Raises:
        IntegrityError: somebody else stored or deleted the same bytes at this very moment.
        QuotaExceeded: the user may not keep so many bytes more.
    """
    user_id, size = inputs.user_id, columns["file_size"]
    with Session(db.engine) as session:
        key = known_key(session, user_id, sha256)
        if not key:
            quotas.check(user_id, size=size, session=session)
    upload = Upload(id=inputs.upload["id"], file_path=key, **columns)
    if key:
        inputs.keep(done, [upload])
        return key
    recording = put_in_storage(inputs.storage, file, user_id, sha256)
    upload.file_path = recording.key

    def claim(session: Session) -> None:
        quotas.claim(user_id, size=size, session=session)

    try:
        inputs.keep(done, [recording, upload], claim)
    except (IntegrityError, QuotaExceeded):
        inputs.storage.delete(recording.key)
        raise
    return recording.key
