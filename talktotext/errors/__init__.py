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

This package knows no framework, so that media, speech, analysis and documents may raise from it.
"""

from talktotext.errors.base import TalkToTextError, problem
from talktotext.errors.recordings import (
    EmptyRecording,
    Infected,
    LinkError,
    LinkNotMedia,
    LinkNotPublic,
    LinkRefused,
    LinksDisabled,
    LinkSlow,
    LinkTooLarge,
    LinkUnreachable,
    MediaError,
    MediaTimeout,
    MediaTooLong,
    NoAudio,
    NotALink,
    NotMedia,
    NotScanned,
    ScannerFailed,
    ScannerUnavailable,
    TooLargeToScan,
)
from talktotext.errors.requests import (
    AccountDisabled,
    AdminOnly,
    Conflict,
    CsrfFailed,
    EmailUnverified,
    Forbidden,
    IdempotencyMismatch,
    InsufficientScope,
    InvalidRequest,
    LinkInvalid,
    NotAuthenticated,
    NotFound,
    Outdated,
    QuotaExceeded,
    RegistrationClosed,
    TooLarge,
    TooManyJobs,
    TooManyRequests,
    TooSlow,
    UploadBusy,
    UploadGone,
    WrongChecksum,
    WrongOffset,
    WrongProtocol,
)
from talktotext.errors.services import (
    DocumentInProgress,
    EngineBusy,
    EngineFailed,
    EngineUnavailable,
    MailUnavailable,
    QueueUnavailable,
    StorageFull,
    StorageMissing,
    StorageUnavailable,
    TimeLimitExceeded,
    Unavailable,
)

__all__ = [
    "AccountDisabled",
    "AdminOnly",
    "Conflict",
    "CsrfFailed",
    "DocumentInProgress",
    "EmailUnverified",
    "EmptyRecording",
    "EngineBusy",
    "EngineFailed",
    "EngineUnavailable",
    "Forbidden",
    "IdempotencyMismatch",
    "Infected",
    "InsufficientScope",
    "InvalidRequest",
    "LinkError",
    "LinkInvalid",
    "LinkNotMedia",
    "LinkNotPublic",
    "LinkRefused",
    "LinkSlow",
    "LinkTooLarge",
    "LinkUnreachable",
    "LinksDisabled",
    "MailUnavailable",
    "MediaError",
    "MediaTimeout",
    "MediaTooLong",
    "NoAudio",
    "NotALink",
    "NotAuthenticated",
    "NotFound",
    "NotMedia",
    "NotScanned",
    "Outdated",
    "QueueUnavailable",
    "QuotaExceeded",
    "RegistrationClosed",
    "ScannerFailed",
    "ScannerUnavailable",
    "StorageFull",
    "StorageMissing",
    "StorageUnavailable",
    "TalkToTextError",
    "TimeLimitExceeded",
    "TooLarge",
    "TooLargeToScan",
    "TooManyJobs",
    "TooManyRequests",
    "TooSlow",
    "Unavailable",
    "UploadBusy",
    "UploadGone",
    "WrongChecksum",
    "WrongOffset",
    "WrongProtocol",
    "problem",
]
