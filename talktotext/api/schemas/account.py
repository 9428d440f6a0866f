"""Accounts: tokens, sessions, links in mails, exports, and what admins see of users."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from talktotext.accounts.tokens import Scope
from talktotext.api.schemas.auth import Email, GivenPassword, NewPassword, Role, Token
from talktotext.api.schemas.common import Form, In, Line, NoControls, Out, PageIn, Sparse

MAX_DAYS = 3650


def _distinct(scopes: list[Scope]) -> list[Scope]:
    return list(dict.fromkeys(scopes))


class LinkIn(Form):
    token: Token


class ForgotIn(Form):
    email: Annotated[Line, Field(max_length=254)]


class ResetIn(LinkIn):
    password: NewPassword


class DeleteMeIn(Form):
    verbatim = ("current_password",)

    current_password: GivenPassword


class ApiTokenIn(In):
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoControls
    ] = Field(description="What it is for, to tell it from others.")
    scopes: Annotated[list[Scope], AfterValidator(_distinct)] = Field(min_length=1, max_length=10)
    expires_in_days: int | None = Field(
        365, ge=1, le=MAX_DAYS, description="null: it is good until it is revoked."
    )


class ApiTokenOut(Out):
    id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewApiTokenOut(ApiTokenOut):
    token: str = Field(description="Shown this once.")


class SessionOut(Out):
    id: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    address: str | None
    user_agent: str | None
    current: bool = False


class ExportOut(Sparse):
    id: str
    status: Literal["queued", "running", "done", "failed", "cancelled"]
    percent: int
    created_at: datetime
    expires_at: datetime | None = None
    error: str | None = None


class UsersIn(PageIn):
    email: str | None = Field(None, max_length=254, description="A part of it.")


class AccountIn(In):
    role: Role | None = None
    disabled: bool | None = None


class AccountOut(Out):
    id: int
    name: str
    email: str
    role: Role
    email_verified: bool
    created_at: datetime
    disabled_at: datetime | None


class JobsOut(Out):
    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    oldest_queued_at: datetime | None = None


class InvitationIn(Form):
    email: Email
    role: Role = "user"


class InvitationOut(Out):
    id: str
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


class NewInvitationOut(InvitationOut):
    link: str
