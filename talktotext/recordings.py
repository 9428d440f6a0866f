"""Uploads as they come in: bytes stored once per user, and the same request the same upload."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talktotext import config, quotas
from talktotext.errors import IdempotencyMismatch, QuotaExceeded, Unavailable
from talktotext.extensions import db
from talktotext.models import Recording, Upload, new_id
from talktotext.storage import Storage, make_storage

NAME_LENGTH = 200  # characters of a file name that are kept for show
TRIES = 5  # two requests may get in each other's way once or twice, not for ever


@dataclass(frozen=True)
class Received:
    """A recording as it came in, its bytes still in a temporary file, or a link to one.

    Attributes:
        file: None where there is a link, whose bytes a worker fetches.
        size, name: of the file, in bytes, and as the person may be shown it.
        idempotency_key: the client's name for this request, if it gave one.
        seconds: of sound it claims to hold, if it claims any.
        key: in storage, if the bytes are there already.
        reserved: whether they are counted already as bytes that the user has.
    """

    file: IO[bytes] | None
    size: int | None
    name: str
    user_id: int
    url: str | None = None
    language: str = "auto"
    extract_duration: int | None = None
    engine: str | None = None
    vocabulary: tuple[str, ...] = ()
    meeting_type: str | None = None
    output_language: str | None = None
    idempotency_key: str | None = None
    seconds: float | None = None
    key: str | None = None
    reserved: bool = False

    @property
    def sound(self) -> float:
        """Seconds that are likely to be transcribed."""
        claimed = self.seconds or 0.0
        return min(claimed, self.extract_duration) if self.extract_duration else claimed

    def sha256(self) -> str:
        """Of the bytes, or of the link to them, as hexadecimal digits."""
        if self.file is None:
            return hashlib.sha256(f"link {self.url}".encode()).hexdigest()
        return sha256_of(self.file)


def sha256_of(file: IO[bytes]) -> str:
    """Of a file's bytes, as hexadecimal digits."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def admit(received: Received) -> tuple[Upload, bool]:
    """The upload of a request, in the session and not yet committed; whether it is a new one.

    Raises:
        IdempotencyMismatch: the key was used before, for another request.
        QuotaExceeded, TooManyJobs: the user may have no more.
        StorageFull: no space for the bytes.
    """
    sha256 = received.sha256()
    for _ in range(TRIES):
        if earlier := _earlier(received, sha256):
            return earlier, False
        try:
            return _new_upload(received, sha256), True
        except IntegrityError:
            # Another request stored the same bytes, used the same key, or deleted the recording
            # at this very moment: look again.
            db.session.rollback()
    raise Unavailable("Too many requests for the same recording at once")


def _earlier(received: Received, sha256: str) -> Upload | None:
    """The upload that an earlier request of the same Idempotency-Key made."""
    if received.idempotency_key is None:
        return None
    mine = {"user_id": received.user_id, "idempotency_key": received.idempotency_key}
    upload = db.session.scalar(sa.select(Upload).filter_by(**mine))
    if upload and upload.fingerprint != _fingerprint(received, sha256):
        raise IdempotencyMismatch
    return upload


def _new_upload(received: Received, sha256: str) -> Upload:
    # Of a link it is not known yet how much there is; some room there must be.
    size = 0 if received.file else 1
    quotas.check(received.user_id, size=size, seconds=received.sound, jobs=1)
    key = received.file and _stored(received, received.file, sha256)
    quotas.claim(received.user_id, seconds=received.sound, jobs=1)
    upload = Upload(
        id=new_id(),
        user_id=received.user_id,
        file_path=key,
        file_name=received.name,
        file_size=received.size,
        url=received.url,
        language=received.language,
        extract_duration=received.extract_duration,
        engine=received.engine,
        vocabulary=list(received.vocabulary),
        idempotency_key=received.idempotency_key,
        fingerprint=_fingerprint(received, sha256),
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def _stored(received: Received, file: IO[bytes], sha256: str) -> str:
    """The key of the bytes in storage, where they may be already."""
    if known := known_key(db.session(), received.user_id, sha256):
        return known
    size = 0 if received.reserved else received.size or 0
    quotas.check(received.user_id, size=size)
    db.session.commit()  # hold no connection while the bytes travel
    storage = make_storage(config.current())
    recording = put_in_storage(storage, file, received.user_id, sha256, received.key)
    try:
        quotas.claim(received.user_id, size=size)
        db.session.add(recording)
        db.session.flush()
    except (IntegrityError, QuotaExceeded):
        db.session.rollback()
        if not received.key:
            storage.delete(recording.key)
        raise
    return recording.key


def known_key(session: Session, user_id: int, sha256: str) -> str | None:
    """The key of bytes that the user has in storage already."""
    mine = sa.select(Recording.key).filter_by(user_id=user_id, sha256=sha256)
    return session.scalar(mine)


def put_in_storage(
    storage: Storage, file: IO[bytes], user_id: int, sha256: str, key: str | None = None
) -> Recording:
    """Store bytes under a new key; their row, which is still to be written.

    Args:
        file: one of `Storage.incoming`.
        key: under which they lie already.

    Raises:
        StorageFull: no space for the bytes.
    """
    recording = Recording(
        key=key or f"recordings/{new_id()}",
        user_id=user_id,
        sha256=sha256,
        size=file.seek(0, 2),
        media_type=_media_type(file),
    )
    if not key:
        storage.keep(file, recording.key)
    return recording


# How recordings begin: offset, bytes, media type.
# https://mimesniff.spec.whatwg.org/#matching-an-audio-or-video-type-pattern
_BEGINNINGS = (
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "audio/webm"),
    (0, b"FORM", "audio/aiff"),
    *((0, bytes((0xFF, second)), "audio/aac") for second in (0xF0, 0xF1, 0xF8, 0xF9)),
    *((0, bytes((0xFF, second)), "audio/mpeg") for second in (0xF2, 0xF3, 0xFA, 0xFB)),
)


def _media_type(file: IO[bytes]) -> str | None:
    """What the bytes look like by their beginning; None if like nothing that is known."""
    file.seek(0)
    begin = file.read(12)
    found = (kind for at, mark, kind in _BEGINNINGS if begin[at:].startswith(mark))
    return next(found, None)


def display_name(name: str) -> str:
    """A file name as a person may be shown it: no folders, no controls, no reordering marks."""
    last = Path(name.replace("\\", "/")).name
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return re.sub(r"\s+", " ", shown).strip(" .")[:NAME_LENGTH] or "recording"


def _fingerprint(received: Received, sha256: str) -> str:
    """What makes two requests the same: the bytes and all that was asked of them."""
    parts = [sha256, received.name, received.language, str(received.extract_duration)]
    # Only where they are given, so that keys of before there were such things still fit.
    if received.engine or received.vocabulary:
        parts += [received.engine or "", *received.vocabulary]
    if received.meeting_type or received.output_language:
        parts += ["notes", received.meeting_type or "", received.output_language or ""]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
