"""Transcripts, and what people change in them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, RootModel, StringConstraints

from talktotext.api.schemas.common import In, NoControls, Out, PageIn
from talktotext.schema import Word

TEXT_LENGTH, NAME_LENGTH = 10_000, 100  # characters


def one_line(text: str) -> str:
    return " ".join(text.split())


Text = Annotated[
    str, StringConstraints(max_length=TEXT_LENGTH), AfterValidator(one_line), NoControls
]
VoiceName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=NAME_LENGTH), NoControls
]


class TranscriptIn(PageIn):
    format: Literal["json", "text", "srt", "vtt"] = Field(
        "json", description="`json` comes in pages; the others whole, as a file."
    )


class SegmentOut(Out):
    index: int
    start: float = Field(description="Seconds from the start of the recording; so is `end`.")
    end: float
    speaker: str | None = Field(description="Who speaks, by name where it is known.")
    label: str | None = Field(description="What the voice is called until somebody names it.")
    text: str
    words: list[Word] = Field(description="With times, where the engine gives them.")
    confidence: float | None = Field(description="0 to 1, where the engine gives it.")
    flags: list[str] = Field(
        description="Why the words may be invented: `low_confidence`, `no_speech`, `repetition` …"
    )
    edited: bool = Field(description="Whether a person put the words right.")


class TranscriptOut(Out):
    note_id: str
    language: str
    duration: float = Field(description="Seconds transcribed.")
    speakers: dict[str, str] = Field(description="What the voices are called: {label: name}.")
    segments: list[SegmentOut]


class SegmentIn(In):
    text: Text = Field(description="What was said; empty where nobody said anything.")


class SpeakersIn(RootModel[dict[str, VoiceName | None]]):
    """The names of voices: `{"Speaker 1": "Maria"}`; null or an empty text takes a name away."""


class SpeakersOut(Out):
    speakers: dict[str, str] = Field(description="What the voices are called: {label: name}.")


class CorrectionOut(Out):
    """A change that a person made."""

    id: str
    kind: Literal["text", "speaker"]
    start: float | None = Field(description="Seconds; null for the name of a speaker. So is `end`.")
    end: float | None
    speaker: str | None = Field(description="The label of the voice.")
    before: str | None
    after: str | None
    created_at: datetime
