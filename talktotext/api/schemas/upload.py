"""Uploads and their status."""

import re
from typing import Annotated, Any, Literal

from apiflask.fields import UploadFile
from flask import has_request_context, request
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator

from talktotext import config, speech
from talktotext.api.schemas.common import In, Line, Sparse, Vocabulary
from talktotext.languages import LANGUAGES
from talktotext.schema import MeetingType


def _language(code: str) -> str:
    code = code.lower() or "auto"
    if code != "auto" and code not in LANGUAGES:
        raise ValueError("is not an ISO 639-1 language code, nor `auto`")
    return code


def _engine(name: str) -> str:
    name = name.lower()
    known = {"auto", *speech.ENGINES} - {"fake"}
    if name not in known | {config.current().TRANSCRIBER}:
        raise ValueError(f"is none of {', '.join(sorted(known))}")
    return name


def _output_language(code: str) -> str:
    if code.lower() not in LANGUAGES:
        raise ValueError("is not an ISO 639-1 language code")
    return code.lower()


def _kind(name: Any) -> Any:
    """Empty is left out; "One-on-one" is as good as "one_on_one"."""
    return re.sub(r"[\s-]+", "_", name.strip().lower()) or None if isinstance(name, str) else name


def _left_out(value: Any) -> Any:
    return value or None


Kind = Annotated[MeetingType | None, BeforeValidator(_kind)]
OutputLanguage = Annotated[
    Annotated[Line, AfterValidator(_output_language)] | None, BeforeValidator(_left_out)
]
Language = Annotated[Line, AfterValidator(_language)]
Engine = Annotated[Line, AfterValidator(_engine)]


class TranscribeIn(In):
    language: Language = Field("auto", description="ISO 639-1 code of what is spoken, or `auto`.")
    engine: Engine | None = Field(
        None,
        description="Speech engine: `moonshine`, `whisper`, `openai`, or `auto` for the best one "
        "there is for the language; the server's own choice if left out.",
    )
    vocabulary: Vocabulary = Field(
        [],
        description="Names and terms that are likely to come up. In a form: between commas or "
        "in lines of their own, or the field several times.",
    )
    meeting_type: Kind = Field(
        None, alias="meetingType", description="What kind of talk it is; recognised if left out."
    )
    output_language: OutputLanguage = Field(
        None,
        alias="outputLanguage",
        description="ISO 639-1 code of the language of the notes, where a language model makes "
        "them; that of the recording if left out.",
    )

    @field_validator("language", "engine", mode="before")
    @classmethod
    def _empty_is_left_out(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if value in ("", None) else value

    @field_validator("vocabulary", mode="before")
    @classmethod
    def _text_is_a_list(cls, value: Any) -> Any:
        return [] if value is None else terms(value) if isinstance(value, str) else value


def terms(text: str) -> list[str]:
    """What stands between commas or in lines."""
    return [term for term in map(str.strip, re.split(r"[,\n]", text)) if term]


class RecordingIn(TranscribeIn):
    """What may be asked of a recording that is sent, by whatever door."""

    extract_duration: int = Field(
        0,
        alias="extractDuration",
        ge=0,
        le=10**9,
        description="Seconds from the start to transcribe; 0 for the whole recording.",
    )

    @field_validator("extract_duration", mode="before")
    @classmethod
    def _empty_is_all(cls, value: Any) -> Any:
        return 0 if value == "" else value


class UploadIn(RecordingIn):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile | None = Field(None, description="The recording: audio or video of any kind.")
    url: Line | None = Field(None, description="Or a link to one: http or https.")
    background: bool = Field(True, description="False: answer when the note is ready.")

    @field_validator("file", mode="before")
    @classmethod
    def _text_is_no_file(cls, value: Any) -> Any:
        return None if isinstance(value, str) else value

    @field_validator("vocabulary", mode="before")
    @classmethod
    def _all_of_them(cls, value: Any) -> Any:
        """A form may repeat the field, of which APIFlask passes on the first."""
        given = request.form.getlist("vocabulary") if has_request_context() else []
        return "\n".join(given) if given else value

    @field_validator("background", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: Any) -> Any:
        return True if value == "" else value


class UploadOut(Sparse):
    upload_id: str
    status: str
    note_id: str | None = None


class ProgressOut(Sparse):
    stage: Literal["extracting", "transcribing", "analyzing", "finalizing", "done"]
    percent: int = Field(ge=0, le=100)
    eta: int | None = Field(None, ge=0, description="Seconds it is likely to take from here.")
    message: str | None = Field(None, description="What it waits for, if it waits.")


class StatusOut(Sparse):
    status: Literal["uploaded", "processing", "done", "failed", "cancelled"]
    progress: ProgressOut
    note_id: str | None = None
    error: str | None = Field(None, description="What went wrong, for a person.")
    code: str | None = None
    hint: str | None = None
    retryable: bool | None = None
