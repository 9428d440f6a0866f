"""What this service stands on, and what it cannot do now."""

from typing import Any, ClassVar

from talktotext.errors.base import TalkToTextError


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
