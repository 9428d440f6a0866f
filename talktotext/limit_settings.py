"""The settings of limits: how often somebody may ask, and how much a user may have."""

from typing import Annotated

import limits
from pydantic import AfterValidator, ByteSize, Field
from pydantic_settings import BaseSettings


def _is_rate(value: str) -> str:
    try:
        limits.parse_many(value)
    except ValueError:
        raise ValueError("is not like `10 per minute; 100 per hour`") from None
    return value


Rate = Annotated[str, AfterValidator(_is_rate)]


class LimitSettings(BaseSettings):
    """A part of `config.Settings`."""

    RATELIMIT_ENABLED: bool = Field(True, description="Whether there are limits of requests.")
    RATELIMIT_LOGIN: Rate = Field(
        "20 per minute; 200 per hour",
        description="Attempts to sign in, or to show a password otherwise, from one address.",
    )
    RATELIMIT_ACCOUNT: Rate = Field(
        "10 per minute; 50 per hour",
        description="Attempts to sign in to one account from addresses that never did.",
    )
    RATELIMIT_REGISTER: Rate = Field(
        "5 per minute; 30 per hour", description="Registrations from one address."
    )
    RATELIMIT_UPLOAD: Rate = Field(
        "60 per minute; 600 per hour", description="Recordings that one user sends."
    )
    RATELIMIT_DEFAULT: Rate = Field(
        "1200 per minute", description="Requests of one user, whatever they are."
    )
    RATELIMIT_ADDRESS: Rate = Field(
        "6000 per minute", description="Requests from one address, whosever they are."
    )
    TRUSTED_PROXIES: int = Field(
        0,
        ge=0,
        le=10,
        description="How many proxies stand in front: so many last entries of `X-Forwarded-For` "
        "and `-Proto` are believed. 1 on Heroku; too many lets clients choose their address.",
    )
    QUOTA_BYTES: ByteSize = Field(
        ByteSize(50_000_000_000),
        ge=0,
        description="Recordings a user may keep, as bytes or like `10GB`; 0: no limit.",
    )
    QUOTA_MINUTES: int = Field(
        0, ge=0, description="Minutes of sound a user may have transcribed a month; 0: no limit."
    )
    QUOTA_JOBS: int = Field(
        100, ge=0, description="Unfinished jobs a user may have at once; 0: no limit."
    )
    UPLOADS_AT_ONCE: int = Field(
        12, ge=1, description="Recordings a user may be sending to one web process at once."
    )
    UPLOAD_LEAST_RATE: ByteSize = Field(
        ByteSize(1_000),
        ge=0,
        description="Bytes a second below which somebody who sends a body is cut off.",
    )
    PARTIAL_UPLOAD_HOURS: float = Field(
        24.0, gt=0, description="How long a resumable upload waits for its next bytes."
    )
