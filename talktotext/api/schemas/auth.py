"""Users and the tokens of logins."""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from talktotext.api.schemas.common import Form, In, Line, NoControls, Out, Sparse, Vocabulary

EMAIL_MAX = 254  # characters; RFC 5321
PASSWORD_MIN, PASSWORD_MAX = 8, 1024  # characters; hashing a megabyte would be an attack
# Zl, Zp, and those of Cf that let a text run the other way than it is read. Other characters that
# are not seen are part of names: Persian and the scripts of India join letters by them.
TURNING = re.compile("[\u2028-\u202e\u2066-\u2069]")
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # of which an email address has none


def _email(text: str) -> str:
    """Emails are compared without case; whether mail reaches them, a mail tells."""
    name, at, host = text.partition("@")
    strange = any(char.isspace() or unicodedata.category(char) in UNSEEN for char in text)
    if not (name and at and host) or "@" in host or strange:
        raise ValueError("is not an email address")
    lower = text.lower()
    if len(lower) > EMAIL_MAX:  # also where it grew, as that of a dotted capital I does
        raise ValueError(f"must have at most {EMAIL_MAX} characters")
    return lower


def _upright(text: str) -> str:
    if TURNING.search(text):
        raise ValueError("must not contain control characters")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _sayable(text: str) -> str:
    text.encode()  # a lone surrogate has no UTF-8 and could not be hashed
    return text


Upright = AfterValidator(_upright)
Email = Annotated[Line, AfterValidator(_email)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NoControls, Upright
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), NoControls, Upright]
NewPassword = Annotated[
    str,
    Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX),
    AfterValidator(_sayable),
    AfterValidator(_not_blank),
]
GivenPassword = Annotated[str, Field(max_length=PASSWORD_MAX), AfterValidator(_sayable)]


Token = Annotated[str, Field(max_length=500), NoControls]  # of a link in a mail
Role = Literal["user", "admin"]


class WithCookies(Form):
    cookies: bool = Field(
        False, description="Answer with cookies in place of tokens, where AUTH_COOKIES is set."
    )


class RegisterIn(WithCookies):
    name: Name
    email: Email
    password: NewPassword
    phone: Phone | None = None
    invitation: Token | None = Field(None, description="The token of the link, if invited.")

    def person(self) -> dict[str, Any]:
        """The columns of the user."""
        return {"name": self.name, "email": self.email, "phone": self.phone}


class LoginIn(WithCookies):
    verbatim = ("password",)

    email: Line
    password: GivenPassword


class ProfileIn(In):
    name: Name | None = None
    phone: Phone | None = None
    password: NewPassword | None = None
    current_password: GivenPassword | None = None
    vocabulary: Vocabulary | None = Field(
        None, description="Names and terms that are likely to come up in all recordings."
    )


class UserOut(Out):
    id: int
    name: str
    email: str
    phone: str | None


class ProfileOut(UserOut):
    vocabulary: list[str]
    role: Role
    email_verified: bool


class TokensOut(Sparse):
    """Tokens; or, where they come as cookies, what has to be sent along with those."""

    token: str | None = Field(None, description="Unless it comes as a cookie.")
    refresh_token: str | None = Field(None, description="Unless it comes as a cookie.")
    csrf_token: str | None = Field(None, description="With cookies: to be sent as X-CSRF-Token.")
    csrf_refresh_token: str | None = Field(
        None, description="With cookies: the same for /auth/refresh."
    )


class LoginOut(TokensOut):
    user: UserOut
