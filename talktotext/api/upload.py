"""The upload route: a door to the kind of work named "notes"."""

import re
import unicodedata
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint
from werkzeug.datastructures import FileStorage

from talktotext import config, media, runner
from talktotext.api.schemas.upload import UploadIn, UploadOut
from talktotext.api.signin import current_user, signed_in
from talktotext.errors import InvalidRequest, TooLarge
from talktotext.jobs.notes import Options
from talktotext.models import Job, Upload, new_id
from talktotext.storage import make_storage

bp = APIBlueprint("upload", __name__, url_prefix="/api", tag="Recordings")

NAME_LENGTH = 200  # characters of a file name that are kept for show


@bp.post("/upload")
@signed_in
@bp.input(UploadIn, location="form_and_files")
@bp.output(UploadOut)
@bp.doc(responses=[400, 413, 415, 507])
def create(form_and_files_data: UploadIn) -> dict[str, Any]:
    """Upload a recording

    Answers at once with `status` `uploaded`; with `background=false`, when the note is ready.
    """
    wanted = form_and_files_data
    job = runner.submit("notes", current_user().id, _options(wanted), _received(wanted))
    return _waited(job) if not wanted.background else _accepted(job)


def _received(wanted: UploadIn) -> Upload:
    """The upload's row, its bytes already in storage and known to be a recording."""
    if wanted.file is None:
        if wanted.url:
            raise InvalidRequest(
                "Links are not supported yet",
                hint="Download the recording and upload the file itself.",
            )
        raise InvalidRequest("File or URL required")
    size = _size(wanted.file)
    if size > config.current().MAX_CONTENT_LENGTH:
        raise TooLarge
    media.probe(wanted.file.stream.name, ffmpeg=config.current().FFMPEG or None)
    key = f"recordings/{new_id()}"
    make_storage(config.current()).keep(wanted.file.stream, key)
    return Upload(
        user_id=current_user().id,
        file_path=key,
        file_name=display_name(wanted.file.filename or ""),
        file_size=size,
        language=wanted.language,
        extract_duration=wanted.extract_duration or None,
    )


def _options(wanted: UploadIn) -> Options:
    return Options(language=wanted.language, extract_duration=wanted.extract_duration)


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.flush()
    return size


def _accepted(job: Job) -> dict[str, Any]:
    return {"upload_id": job.upload_id, "status": "uploaded"}


def _waited(job: Job) -> dict[str, Any]:
    """The answer of a caller that waits for the worker; past the limit, the background answer."""
    upload = runner.wait(job, config.current().SYNC_WAIT_SECONDS)
    if upload.status == "done":
        return {"upload_id": upload.id, "note_id": upload.note_id, "status": "done"}
    return {"upload_id": upload.id, "status": upload.status}


def display_name(name: str) -> str:
    """A file name as a person may be shown it: no folders, no controls, no reordering marks."""
    last = Path(name.replace("\\", "/")).name
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return re.sub(r"\s+", " ", shown).strip()[:NAME_LENGTH] or "recording"
