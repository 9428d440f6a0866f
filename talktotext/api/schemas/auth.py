"""Users and tokens."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from talktotext.api.schemas.common import In, Line, Out

PASSWORD_MIN, PASSWORD_MAX = 8, 1024  # characters; hashing a megabyte would be an attack


def _email(text: str) -> str:
    """Emails are compared without case and never sent to here: anything like one is taken."""
    name, at, host = text.partition("@")
    if not (name and at and host) or "@" in host or any(char.isspace() for char in text):
        raise ValueError("is not an email address")
    return text.lower()


def _sayable(text: str) -> str:
    text.encode()  # a lone surrogate has no UTF-8 and could not be hashed
    return text


Email = Annotated[Line, Field(max_length=254), AfterValidator(_email)]
Name = Annotated[Line, Field(min_length=1, max_length=200)]
Phone = Annotated[Line, Field(max_length=50)]
NewPassword = Annotated[
    str, Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX), AfterValidator(_sayable)
]
GivenPassword = Annotated[str, Field(max_length=PASSWORD_MAX), AfterValidator(_sayable)]


class _Complete(In):
    """A form sends what was left empty as an empty text; that counts as missing."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_missing(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if v is not None and str(v).strip() != ""}


class RegisterIn(_Complete):
    name: Name
    email: Email
    password: NewPassword
    phone: Phone | None = None


class LoginIn(_Complete):
    email: Line
    password: GivenPassword


class ProfileIn(In):
    name: Name | None = None
    phone: Phone | None = None
    password: NewPassword | None = None
    current_password: GivenPassword | None = None


class UserOut(Out):
    id: int
    name: str
    email: str
    phone: str | None


class TokensOut(Out):
    token: str
    refresh_token: str


class LoginOut(TokensOut):
    user: UserOut
