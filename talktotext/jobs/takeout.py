"""user -> zip: everything there is of them, to be taken along.

It is no work on a recording, and so has no upload. An attempt that ends early leaves nothing: the
next one begins anew, which costs no more than copying.
"""

import json
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import IO, Any

from pydantic import BaseModel

from talktotext.errors import StorageMissing
from talktotext.jobs.base import Inputs, Kind, Report, span
from talktotext.jobs.belongings import Belonging, belongings, bytes_of
from talktotext.models.base import Base
from talktotext.storage import Storage

CHUNK = 1024 * 1024  # bytes in memory at once
SLOWEST = 1_000_000  # bytes a second below which something is wrong
PACKED = 0.97  # of the bar; a bucket takes its time for the rest


class Options(BaseModel):
    """Nothing may be asked: it is always all."""


def make_zip(inputs: Inputs, options: Options, report: Report) -> Iterable[Base]:
    """The zip, in storage when this is over."""
    whole = bytes_of(inputs.user_id)
    inputs.allow(whole / SLOWEST / inputs.settings.JOB_SECONDS_PER_SECOND)
    progress = span(report, 0.0, PACKED, "writing")
    with inputs.storage.incoming() as file:
        pack(file, inputs.user_id, inputs.storage, lambda done: progress(done / max(whole, 1)))
        report(PACKED, "finalizing")
        inputs.storage.keep(file, takeout_key(inputs.job_id))
    return ()


def takeout_key(job_id: str) -> str:
    """Where the zip that a job made lies in storage."""
    return f"exports/{job_id}.zip"


def pack(file: IO[bytes], user_id: int, storage: Storage, on_bytes: Callable[[int], None]) -> None:
    """Write a zip of everything there is of a user.

    Args:
        on_bytes: told how many bytes of recordings are in it.
    """
    missing: list[str] = []
    done = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in belongings(user_id):
            on_bytes(done)
            if one.key is None:
                archive.writestr(one.name, one.text)
                continue
            try:
                done = _copy(archive, one, storage, done, on_bytes)
            except StorageMissing:
                missing.append(one.name)
        if missing:
            archive.writestr("recordings-no-longer-kept.json", json.dumps(missing, indent=1))


def _copy(
    archive: zipfile.ZipFile,
    one: Belonging,
    storage: Storage,
    done: int,
    on_bytes: Callable[[int], Any],
) -> int:
    """Put a recording into the zip as it is: sound does not get smaller. How many bytes are in."""
    info = zipfile.ZipInfo(one.name, one.at.timetuple()[:6])
    with (
        closing(storage.open(one.key or "")) as source,
        archive.open(info, "w", force_zip64=True) as target,
    ):
        for chunk in iter(partial(source.read, CHUNK), b""):
            target.write(chunk)
            done += len(chunk)
            on_bytes(done)
    return done


KIND = Kind("takeout", Options, make_zip, begins="writing", needs_recording=False)
