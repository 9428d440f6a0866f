"""Who asks, and what they ask for."""

from typing import Any

from talktotext.errors.base import TalkToTextError


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
