"""Uploads that come in pieces."""

from datetime import datetime

from pydantic import Field

from talktotext.api.schemas.common import Sparse


class PartialOut(Sparse):
    id: str
    offset: int = Field(description="Bytes that are safe.")
    length: int | None = Field(None, description="Bytes it will have, once that is known.")
    expires_at: datetime
    upload_id: str | None = Field(None, description="The upload that it became.")
