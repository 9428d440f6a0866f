"""A recording whose bytes are here, by whatever door they came, becomes an upload."""

from collections.abc import Callable
from typing import IO, Any

from talktotext import config, media, quotas, runner
from talktotext.api.asked import options_of
from talktotext.api.schemas.upload import RecordingIn
from talktotext.api.signin import current_user_id
from talktotext.errors import TooLarge
from talktotext.models import Upload
from talktotext.recordings import Received, admit
from talktotext.storage import no_space_is_storage_full


def receive(  # noqa: PLR0913 - what doors know of a recording
    file: IO[bytes],
    name: str,
    wanted: RecordingIn,
    *,
    idempotency_key: str | None = None,
    key: str | None = None,
    reserved: bool = False,
) -> Received:
    """The recording in `file`, known to be one.

    Args:
        name: of the file, as the person may be shown it.
        key, reserved: see Received.

    Raises:
        StorageFull: there was no space for its last bytes.
        TooLarge: it is larger than recordings may be.
        MediaError, MediaTimeout: it is no recording.
    """
    settings = config.current()
    size = _size(file)
    if size > settings.MAX_CONTENT_LENGTH:
        raise TooLarge
    ffmpeg = settings.FFMPEG or None
    media.probe(file.name, ffmpeg=ffmpeg)
    asked = asked_of(wanted)
    limited = bool(quotas.of(asked["user_id"]).minutes)
    seconds = media.length(file.name, ffmpeg=ffmpeg) if limited else None
    asked |= {"idempotency_key": idempotency_key, "seconds": seconds}
    return Received(file, size, name, key=key, reserved=reserved, **asked)


def asked_of(wanted: RecordingIn) -> dict[str, Any]:
    """What a user asks of a recording, as Received has it."""
    return {
        "user_id": current_user_id(),
        "language": wanted.language,
        "extract_duration": wanted.extract_duration or None,
        "engine": wanted.engine,
        "vocabulary": tuple(wanted.vocabulary),
        "meeting_type": wanted.meeting_type,
        "output_language": wanted.output_language,
    }


def take(
    received: Received, wanted: RecordingIn, also: Callable[[str], None] | None = None
) -> Upload:
    """The upload of what was received, with a job for it unless an earlier request made it.

    Args:
        also: told the upload's id, it writes what is to be written in the same transaction.

    Raises:
        QuotaExceeded, TooManyJobs, IdempotencyMismatch, StorageFull: it cannot be taken.
    """
    options = options_of(wanted, wanted.extract_duration)
    upload, is_new = admit(received)
    if also:
        also(upload.id)
    if is_new:
        runner.submit("notes", upload.user_id, options, upload, seconds=received.sound)
    return upload


def _size(file: IO[bytes]) -> int:
    with no_space_is_storage_full():
        file.flush()
        return file.seek(0, 2)
