"""Every way TalkToText says no, as types. Nobody matches on an error's text.

    TalkToTextError                 500  internal_error
    ├── InvalidRequest              400  invalid_request
    │   └── LinkInvalid             400  link_invalid        one from a mail: expired, used, forged
    ├── NotAuthenticated            401  not_authenticated
    ├── Forbidden                   403  forbidden
    │   ├── InsufficientScope       403  insufficient_scope  an API token, for something else
    │   ├── CsrfFailed              403  csrf_failed         a cookie without its token
    │   ├── AdminOnly               403  admin_only
    │   ├── AccountDisabled         403  account_disabled    the password was right
    │   ├── EmailUnverified         403  email_unverified
    │   └── RegistrationClosed      403  registration_closed
    ├── NotFound                    404  not_found
    ├── Conflict                    409  conflict
    ├── Outdated                    412  outdated            If-Match names an earlier state
    ├── IdempotencyMismatch         422  idempotency_mismatch
    ├── TooLarge                    413  file_too_large
    ├── UploadGone                  410  upload_gone         a partial one that expired
    ├── UploadBusy                  423  upload_busy         retryable; another request writes it
    ├── WrongOffset                 409  wrong_offset        … or is further by now
    ├── WrongProtocol               412  tus_version
    ├── WrongChecksum               460  wrong_checksum      retryable
    ├── TooSlow                     408  too_slow            retryable
    ├── TooManyRequests             429  too_many_requests   retryable, after `retry_after`
    ├── QuotaExceeded               403  quota.bytes, quota.minutes
    │   └── TooManyJobs             429  quota.jobs          retryable, as they get done
    ├── MediaError                  415  unreadable_media    what was sent is no recording
    │   ├── NotMedia                415  not_media
    │   ├── NoAudio                 415  no_audio            a film without a sound track
    │   ├── EmptyRecording          415  empty_recording     no byte, or no sample
    │   └── MediaTooLong            413  media_too_long
    ├── MediaTimeout                422  media_timeout       decoding outlasted its limit
    ├── Infected                    422  infected            the virus scanner found something
    ├── TooLargeToScan              413  too_large_to_scan   … does not take files of that size
    ├── NotScanned                  503  not_scanned         … is away, and is not waited for
    ├── ScannerUnavailable          503  scanner_unavailable retryable; waited for, not counted
    ├── ScannerFailed               502  scanner_failed      retryable
    ├── LinkError                   502  link_failed         what was sent is a link, and …
    │   ├── NotALink                400  not_a_link          it is no http(s) address
    │   ├── LinksDisabled           400  links_disabled      none are fetched here
    │   ├── LinkNotPublic           400  link_not_public     or leads to no address at all
    │   ├── LinkNotMedia            415  link_not_media      a page, a playlist, an archive …
    │   ├── LinkTooLarge            413  link_too_large
    │   ├── LinkRefused             502  link_refused        404, no certificate …
    │   ├── LinkUnreachable         502  link_unreachable    retryable; goes on where it stopped
    │   └── LinkSlow                504  link_slow           retryable, too
    ├── EngineUnavailable           503  engine_unavailable  none installed, or not for it
    ├── EngineFailed                502  engine_failed       retryable
    ├── EngineBusy                  503  engine_busy         retryable; waited for, not counted
    ├── TimeLimitExceeded           504  time_limit          an attempt took too long
    ├── StorageFull                 507  storage_full        retryable
    ├── StorageMissing              410  recording_missing   the bytes are gone
    ├── StorageUnavailable          503  storage_unavailable retryable (a bucket, not a folder)
    ├── QueueUnavailable            503  queue_unavailable   retryable
    ├── DocumentInProgress          503  document_in_progress retryable, and it says when
    ├── MailUnavailable             503  mail_unavailable    retryable
    └── Unavailable                 503  service_unavailable retryable (database and the like)

This module knows no framework, so that media, speech, analysis and documents may raise from it.
"""

from http import HTTPStatus
from typing import Any, ClassVar


class TalkToTextError(Exception):
    """An error with a sentence for a person and a stable code for a program.

    Args:
        message: what happened, for a person; the class's own sentence if omitted.
        hint: what to do about it, if that is known.
        extra: further members of the problem document.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False
    message: str = "Internal server error"
    hint: str | None = None

    def __init__(self, message: str | None = None, *, hint: str | None = None, **extra: Any):
        self.message = message or type(self).message
        self.hint = hint or type(self).hint
        self.extra = extra
        super().__init__(self.message)

    def problem(self) -> dict[str, Any]:
        """The error as the one JSON shape of the API (RFC 9457 plus the frontend's `error`)."""
        return problem(
            self.status,
            self.code,
            self.message,
            retryable=self.retryable,
            hint=self.hint,
            **self.extra,
        )


def problem(
    status: int, code: str, message: str, *, retryable: bool = False, **members: Any
) -> dict[str, Any]:
    """RFC 9457 problem details with the `error` member that the frontend reads."""
    return {
        "error": message,
        "type": f"urn:talktotext:error:{code}",
        "title": _title(status),
        "status": status,
        "detail": message,
        "code": code,
        "retryable": retryable,
        **{name: value for name, value in members.items() if value is not None},
    }


def _title(status: int) -> str:
    # tus has a status of its own: https://tus.io/protocols/resumable-upload#checksum
    return "Checksum Mismatch" if status == 460 else HTTPStatus(status).phrase


class InvalidRequest(TalkToTextError):
    status, code, message = 400, "invalid_request", "The request is not valid"


class NotAuthenticated(TalkToTextError):
    status, code, message = 401, "not_authenticated", "Not authenticated"


class LinkInvalid(InvalidRequest):
    code, message = "link_invalid", "This link is not valid, or not any more"
    hint = "Ask for a new one."


class Forbidden(TalkToTextError):
    status, code, message = 403, "forbidden", "You may not do this"


class InsufficientScope(Forbidden):
    code, message = "insufficient_scope", "This API token is not made for that"
    hint = "Use a token with another scope, or sign in."


class CsrfFailed(Forbidden):
    code, message = "csrf_failed", "The request does not come from the page that signed in"
    hint = "Send the CSRF token of the sign-in as X-CSRF-Token."


class AdminOnly(Forbidden):
    code, message = "admin_only", "Only an admin may do this"


class AccountDisabled(Forbidden):
    code, message = "account_disabled", "This account is disabled"
    hint = "Ask who runs this service."


class EmailUnverified(Forbidden):
    code, message = "email_unverified", "Your email address is not verified yet"
    hint = "Follow the link in the mail you got, or ask for a new one."


class RegistrationClosed(Forbidden):
    code, message = "registration_closed", "Registration is closed"
    hint = "Ask who runs this service for an invitation or an account."


class NotFound(TalkToTextError):
    status, code, message = 404, "not_found", "Not found"


class Conflict(TalkToTextError):
    status, code, message = 409, "conflict", "This conflicts with what is already there"


class Outdated(TalkToTextError):
    status, code, message = 412, "outdated", "This was changed by somebody else meanwhile"
    hint = "Read it again, then change it."


class IdempotencyMismatch(TalkToTextError):
    status, code = 422, "idempotency_mismatch"
    message = "This Idempotency-Key was used before, for a different request"
    hint = "Use a new key for a new request."


class TooLarge(TalkToTextError):
    status, code, message = 413, "file_too_large", "File too large"


class UploadGone(TalkToTextError):
    status, code, message = 410, "upload_gone", "This upload is no longer there"
    hint = "Begin it anew."


class UploadBusy(TalkToTextError):
    status, code, message = 423, "upload_busy", "Another request is sending this upload"
    retryable = True


class WrongOffset(TalkToTextError):
    status, code, message = 409, "wrong_offset", "The upload stands at another offset"
    hint = "Ask for it with HEAD, and go on from there."


class WrongProtocol(TalkToTextError):
    status, code, message = 412, "tus_version", "This is not a version of tus that is spoken here"
    hint = "Send the header Tus-Resumable: 1.0.0."


class WrongChecksum(TalkToTextError):
    status, code, message = 460, "wrong_checksum", "What arrived is not what was sent"
    retryable = True


class TooSlow(TalkToTextError):
    status, code, message = 408, "too_slow", "The request came in too slowly"
    retryable = True


class TooManyRequests(TalkToTextError):
    """Somebody asks too often.

    Args:
        retry_after: seconds after which it is worth trying again.
    """

    status, code, message = 429, "too_many_requests", "Too many requests"
    retryable = True
    hint = "Wait a little, then try again."

    def __init__(self, message: str | None = None, *, retry_after: float, **extra: Any):
        super().__init__(message, **extra)
        self.retry_after = retry_after


class QuotaExceeded(TalkToTextError):
    """What a user may have is used up; the answer tells how much that is.

    Args:
        what: `bytes`, `minutes` or `jobs`.
    """

    status, code, message = 403, "quota", "Your quota is used up"

    def __init__(self, what: str, message: str, *, hint: str | None = None, **extra: Any):
        super().__init__(message, hint=hint, **extra)
        self.what = what

    def problem(self) -> dict[str, Any]:
        """See TalkToTextError; the code says of what there is no more."""
        code = f"quota.{self.what}"
        return {**super().problem(), "code": code, "type": f"urn:talktotext:error:{code}"}


class TooManyJobs(QuotaExceeded):
    status, retryable = 429, True
    retry_after = 30.0


class MediaError(TalkToTextError):
    status, code, message = 415, "unreadable_media", "The recording could not be read"
    hint = "Try to play the file; if it plays, convert it to MP3, M4A, WAV or MP4 and upload that."


class NotMedia(MediaError):
    code, message = "not_media", "The file is not an audio or video recording"
    hint = "Upload a recording: MP3, M4A, WAV, OGG, FLAC, MP4, MOV, WEBM, MKV and most others."


class NoAudio(MediaError):
    code, message = "no_audio", "The file has no sound track"
    hint = "Upload a recording that has sound."


class EmptyRecording(MediaError):
    code, message = "empty_recording", "The recording is empty"
    hint = "Check that the file is complete and try again."


class MediaTooLong(MediaError):
    status, code, message = 413, "media_too_long", "The recording is too long"
    hint = "Split the recording, or ask for its first part only (extractDuration)."


class MediaTimeout(TalkToTextError):
    status, code, message = 422, "media_timeout", "Reading the recording took too long"
    hint = "Convert the file to MP3 or WAV and upload that."


class Infected(TalkToTextError):
    """A virus was found; `signature` in `extra` is what the scanner calls it."""

    status, code, message = 422, "infected", "A virus was found in the recording; it was deleted"
    hint = "Check the device it comes from. If you are sure of it, convert it and upload that."


class TooLargeToScan(TalkToTextError):
    status, code = 413, "too_large_to_scan"
    message = "The recording is larger than what can be checked for viruses"
    hint = "Convert it to MP3 and upload that, or ask who runs this service to allow for more."


class NotScanned(TalkToTextError):
    status, code = 503, "not_scanned"
    message = "The recording could not be checked for viruses"
    hint = "Try again later."


class ScannerUnavailable(TalkToTextError):
    status, code, message = 503, "scanner_unavailable", "The virus scanner cannot be reached"
    retryable = True


class ScannerFailed(TalkToTextError):
    status, code, message = 502, "scanner_failed", "The virus scanner came to no result"
    retryable = True


class LinkError(TalkToTextError):
    """Why a link is not fetched. None tells what there is at an address that is not public."""

    status, code, message = 502, "link_failed", "The link could not be fetched"
    hint = "Download the recording and upload the file itself."


class NotALink(LinkError):
    status, code, message = 400, "not_a_link", "That is no link"
    hint = "A link looks like https://example.com/talk.mp3."


class LinksDisabled(LinkError):
    status, code, message = 400, "links_disabled", "Links are not fetched here"


class LinkNotPublic(LinkError):
    status, code, message = 400, "link_not_public", "The link leads to no public address"
    hint = "Check the link. Only what anybody on the internet can reach is fetched."


class LinkNotMedia(LinkError):
    status, code, message = 415, "link_not_media", "The link leads to no recording"
    hint = "Use the link to the audio or video file itself, or download it and upload the file."


class LinkTooLarge(LinkError):
    status, code, message = 413, "link_too_large", "The file behind the link is too large"
    hint = "Make a smaller file of it, such as an MP3, and upload that."


class LinkRefused(LinkError):
    code, message = "link_refused", "The server of the link does not give the file out"
    hint = "Open the link in a private window of your browser: it has to work there."


class LinkUnreachable(LinkError):
    code, message = "link_unreachable", "The server of the link does not answer as it should"
    retryable = True
    hint = "Try again later, or download the recording and upload the file itself."


class LinkSlow(LinkError):
    status, code, message = 504, "link_slow", "The server of the link is too slow"
    retryable = True


class EngineUnavailable(TalkToTextError):
    status, code, message = 503, "engine_unavailable", "No engine for this recording is installed"
    hint = "Run `flask doctor` to see what is missing."


class EngineFailed(TalkToTextError):
    status, code, message = 502, "engine_failed", "The engine could not process the recording"
    retryable = True


class EngineBusy(TalkToTextError):
    """A remote engine that asks for patience, or does not answer: nobody's failure.

    Args:
        retry_after: seconds it asked for, if it did.
    """

    status, code, message = 503, "engine_busy", "The engine is busy or cannot be reached"
    retryable = True

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: float | None = None,
        hint: str | None = None,
        **extra: Any,
    ):
        super().__init__(message, hint=hint, **extra)
        self.retry_after = retry_after


class TimeLimitExceeded(TalkToTextError):
    status, code = 504, "time_limit"
    message = "Working on this recording took longer than a recording of its length may take"
    hint = "Try again when the server is less busy, or split the recording."


class StorageFull(TalkToTextError):
    status, code, message = 507, "storage_full", "There is no space left to store the recording"
    retryable = True
    hint = "Free some space on the server, then try again."


class StorageMissing(TalkToTextError):
    status, code, message = 410, "recording_missing", "The stored recording is gone"
    hint = "Upload the recording again."


class StorageUnavailable(TalkToTextError):
    status, code, message = 503, "storage_unavailable", "The storage cannot be reached"
    retryable = True
    hint = "Try again in a moment."


class QueueUnavailable(TalkToTextError):
    status, code, message = 503, "queue_unavailable", "The job queue cannot be reached"
    retryable = True
    hint = "Check REDIS_URL, and that Redis runs; `flask doctor` tells more."


class MailUnavailable(TalkToTextError):
    status, code, message = 503, "mail_unavailable", "The mail could not be sent"
    retryable = True
    hint = "Check SMTP_URL and MAIL_FROM; `flask doctor` shows them."


class DocumentInProgress(TalkToTextError):
    """A document that takes longer than a request may last. An error, so that nobody saves the
    answer under the document's name."""

    status, code, message = 503, "document_in_progress", "The document is still being made"
    retryable = True
    hint = "Ask for it again in a moment; once made, it is kept."
    retry_after: ClassVar[float] = 5.0  # seconds


class Unavailable(TalkToTextError):
    status, code, message = 503, "service_unavailable", "The service is not available right now"
    retryable = True
    hint = "Try again in a moment."
