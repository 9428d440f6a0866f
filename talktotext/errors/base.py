"""What every error has, and the one shape in which it is told."""

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
