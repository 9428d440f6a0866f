"""Uploads and their status."""

from typing import Annotated, Any, Literal

from apiflask.fields import UploadFile
from pydantic import AfterValidator, ConfigDict, Field, field_validator

from talktotext.api.schemas.common import In, Line, Sparse
from talktotext.languages import LANGUAGES


def _language(code: str) -> str:
    code = code.lower() or "auto"
    if code != "auto" and code not in LANGUAGES:
        raise ValueError("is not an ISO 639-1 language code, nor `auto`")
    return code


class UploadIn(In):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile | None = Field(None, description="The recording: audio or video of any kind.")
    url: Line | None = Field(None, description="An address of one; not supported yet.")
    language: Annotated[Line, AfterValidator(_language)] = Field(
        "auto", description="ISO 639-1 code of what is spoken, or `auto`."
    )
    background: bool = Field(True, description="False: answer when the note is ready.")
    extract_duration: int = Field(
        0,
        alias="extractDuration",
        ge=0,
        le=10**9,
        description="Seconds from the start to transcribe; 0 for the whole recording.",
    )

    @field_validator("file", mode="before")
    @classmethod
    def _text_is_no_file(cls, value: Any) -> Any:
        return None if isinstance(value, str) else value

    @field_validator("extract_duration", "background", "language", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if value == "" else value


class UploadOut(Sparse):
    upload_id: str
    status: str
    note_id: str | None = None


class ProgressOut(Sparse):
    stage: Literal["extracting", "transcribing", "analyzing", "finalizing", "done"]
    percent: int = Field(ge=0, le=100)
    message: str | None = Field(None, description="What it waits for, if it waits.")


class StatusOut(Sparse):
    status: Literal["uploaded", "processing", "done", "failed", "cancelled"]
    progress: ProgressOut
    note_id: str | None = None
    error: str | None = Field(None, description="What went wrong, for a person.")
    code: str | None = None
    hint: str | None = None
    retryable: bool | None = None
