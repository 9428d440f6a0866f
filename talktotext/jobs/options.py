"""What a person may ask of the notes of a recording."""

from pydantic import BaseModel, Field

from talktotext.schema import MeetingType


class Wishes(BaseModel):
    """What a person may ask of an analysis."""

    meeting_type: MeetingType | None = Field(
        None, description="What kind of talk it is; recognised if left out."
    )
    output_language: str | None = Field(
        None,
        description="ISO 639-1 code of the language that the notes are to be in, of which `llm` "
        "alone is capable; that of the recording if left out.",
    )


class Options(Wishes):
    """What a person may ask of the notes."""

    language: str = Field("auto", description="ISO 639-1 code of what is spoken, or `auto`.")
    extract_duration: int = Field(
        0, ge=0, description="Seconds from the start to transcribe; 0 for the whole recording."
    )
    engine: str | None = Field(
        None,
        description="The speech engine, or `auto` for the best there is; unset: as configured.",
    )
    vocabulary: tuple[str, ...] = Field(
        (), description="Names and terms that are likely to come up."
    )
    take: int = Field(0, ge=0, description="Which transcription of the recording this one is.")
