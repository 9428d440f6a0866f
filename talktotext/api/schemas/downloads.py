"""What may be asked of a document."""

import re
from typing import Any

from apiflask.fields import UploadFile
from flask import has_request_context, request
from pydantic import ConfigDict, Field, field_validator

from talktotext.api.schemas.common import Form
from talktotext.documents.template import PARTS
from talktotext.jobs.look import Look

PAPERS = {"a4": "A4", "letter": "Letter"}


class DownloadIn(Form, Look):
    @field_validator("page_size", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return PAPERS.get(value.strip().lower(), value) if isinstance(value, str) else value

    @field_validator("accent")
    @classmethod
    def _is_colour(cls, value: str | None) -> str | None:
        if value and not re.fullmatch("#?[0-9A-Fa-f]{6}", value):
            raise ValueError("is not a colour such as 0B6174")
        return value

    @field_validator("sections", mode="before")
    @classmethod
    def _are_sections(cls, value: Any) -> Any:
        """Between commas, or the member several times, of which APIFlask passes on the first."""
        given = request.values.getlist("sections") if has_request_context() else [value or ""]
        asked = (
            re.sub(r"[\s-]+", "_", name.strip().lower()) for name in ",".join(given).split(",")
        )
        names = tuple(dict.fromkeys(name for name in asked if name))
        if not set(names) <= set(PARTS):
            raise ValueError(f"is none of {', '.join(PARTS)}")
        return names or None


class DownloadForm(DownloadIn):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    logo: UploadFile | bool | None = Field(  # type: ignore[assignment]
        None,
        description="A PNG or JPEG picture of at most 1 MB, instead of the operator's; or false.",
    )
