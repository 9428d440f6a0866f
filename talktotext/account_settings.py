"""The settings of accounts: who may register, and how mail reaches them."""

from email.headerregistry import Address, AddressHeader, HeaderRegistry
from typing import Annotated, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from talktotext.engine_settings import HttpAddress


def _is_smtp(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("must be like smtp://user:password@host:587 or smtps://…")
    _ = parts.port  # raises ValueError where it is no number
    return value


def sender(value: str) -> Address:
    """The one address in a From header. Raises ValueError."""
    if any(ord(char) < 32 for char in value):
        raise ValueError("must be one line")
    header = HeaderRegistry()("From", value)
    found = cast(AddressHeader, header).addresses
    if header.defects or len(found) != 1 or not found[0].domain:
        raise ValueError("must be one address, like TalkToText <no-reply@example.com>")
    return found[0]


def _is_sender(value: str) -> str:
    sender(value)
    return value


class AccountSettings(BaseSettings):
    """A part of `config.Settings`."""

    REGISTRATION: Literal["open", "closed", "invitation"] = Field(
        "open",
        description="Who may register: everybody, nobody, or who is invited (`flask user invite`).",
    )
    UNVERIFIED_UPLOADS: bool = Field(
        True, description="Whether who has not yet verified their email address may upload."
    )
    AUTH_COOKIES: bool = Field(
        False,
        description="Whether browsers may ask for tokens as cookies (docs/security.md).",
    )
    FRONTEND_URL: HttpAddress = Field(
        "",
        description="Where links in mails lead: `/verify`, `/reset` and `/register` with "
        "`?token=…` are added; unset: the first of CORS_ORIGINS.",
    )
    SMTP_URL: Annotated[str, AfterValidator(_is_smtp)] = Field(
        "",
        description="The mail server: `smtp://user:password@host:587` (STARTTLS), `smtps://…`; "
        "unset: mails are shown on the console, and in production not sent.",
    )
    MAIL_FROM: Annotated[str, AfterValidator(_is_sender)] = Field(
        "TalkToText <no-reply@localhost>", description="Who mails are from."
    )
    AUDIT_DAYS: int = Field(
        365, ge=0, description="How long security events are kept; 0: for ever."
    )
