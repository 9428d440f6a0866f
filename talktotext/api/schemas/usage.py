"""What users have used up."""

from datetime import datetime

from pydantic import Field

from talktotext.api.schemas.common import Out


class UseOut(Out):
    used: float = Field(ge=0)
    allowed: float | None


class MinutesOut(UseOut):
    resets_at: datetime = Field(description="When the next month begins.")


class UsageOut(Out):
    bytes: UseOut
    minutes: MinutesOut
    jobs: UseOut
