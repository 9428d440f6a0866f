"""Uploads that come in pieces."""

from datetime import datetime

from pydantic import Field

from talktotext.api.schemas.common import Out, Sparse
from talktotext.api.schemas.upload import RecordingIn


class PartialOut(Sparse):
    id: str
    offset: int = Field(description="Bytes that are safe.")
    length: int | None = Field(None, description="Bytes it will have, once that is known.")
    expires_at: datetime
    upload_id: str | None = Field(None, description="The upload that it became.")


class DirectIn(RecordingIn):
    """What will be sent into the bucket."""

    filename: str = Field("", max_length=1000)
    size: int = Field(gt=0, le=2**53, description="Bytes.")


class PartOut(Out):
    number: int
    size: int = Field(description="Bytes that it must have.")
    url: str = Field(description="Where to PUT them, for six hours.")


class DirectOut(Sparse):
    id: str
    length: int
    part_size: int
    parts: list[PartOut] = Field(description="Those that are missing.")
    there: list[int] = Field(description="Numbers of those that the bucket has.")
    expires_at: datetime
    upload_id: str | None = Field(None, description="The upload that it became.")
