"""Notes, whole and in lists."""

from datetime import datetime

from pydantic import Field

from talktotext.api.schemas.common import Out, Sparse
from talktotext.schema import ActionItem, MeetingType, Notes, Participant, Sentiment


class NoteListed(Out):
    id: str
    title: str
    created_at: datetime
    language: str
    duration: float = Field(description="Seconds transcribed.")
    abstract_summary: str
    sentiment: Sentiment


class NoteHeaders(Out):
    etag: str = Field(alias="ETag", description="For `If-Match` when the note is changed.")


class Transcription(Sparse):
    """What transcribed a recording."""

    engine: str | None = None
    model: str | None = None
    version: str | None = None
    language: str | None = None
    language_probability: float | None = None
    diarizer: str | None = None


class NoteOut(NoteListed):
    upload_id: str
    key_points: list[str]
    action_items: list[ActionItem]
    participants: list[Participant]
    meeting_type: MeetingType
    transcript: str
    complete: bool = Field(description="False where only a part of the recording was transcribed.")
    engine: str
    transcription: Transcription = Field(description="What transcribed it, where that is known.")
    speaker_names: dict[str, str] = Field(description="Names that people gave: {label: name}.")
    notes: Notes = Field(description="All that was found, with evidence for every statement.")
