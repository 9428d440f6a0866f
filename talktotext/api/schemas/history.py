"""Searching notes, and the action items of all of them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from talktotext.api.schemas.common import Line, NoControls, Out, PageIn, Sparse
from talktotext.api.schemas.notes import NoteListed
from talktotext.schema import MeetingType

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), NoControls]


def not_below(first: str) -> Callable[[Any, ValidationInfo], Any]:
    """A validator of a range's end, whose beginning is the field `first`."""

    def check(end: Any, info: ValidationInfo) -> Any:
        begin = info.data.get(first)
        if None not in (begin, end) and end < begin:
            raise ValueError("ends before the range begins")
        return end

    return check


class HistoryIn(PageIn):
    q: Name | None = Field(
        None,
        description="Words that occur anywhere in a note, all of them, whatever their case and "
        'accents. The last one may be the beginning of a word; `"in quotes"` is a phrase.',
    )
    language: Line | None = Field(None, description="ISO 639-1 code.")
    type: MeetingType | None = Field(None, description="Meeting type.")
    participant: Name | None = Field(None, description="Name of somebody who took part, or a part.")
    sentiment: Literal["positive", "neutral", "negative", "mixed"] | None = None
    has_open_action_items: bool | None = Field(
        None, description="True: something is left to do; false: nothing is."
    )
    min_duration: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="Seconds transcribed, at least."
    )
    max_duration: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="Seconds transcribed, at most."
    )
    since: date | None = Field(None, alias="from", description="First day, inclusive.")
    until: date | None = Field(None, alias="to", description="Last day, inclusive.")

    _range_of_days = field_validator("until")(not_below("since"))
    _range_of_seconds = field_validator("max_duration")(not_below("min_duration"))


class Piece(Out):
    text: str
    hit: bool = Field(description="Whether it is what was searched for.")


class Match(Sparse):
    """A place in a note that was found."""

    field: Literal[
        "title",
        "summary",
        "key_point",
        "decision",
        "action_item",
        "question",
        "section",
        "chapter",
        "participant",
        "transcript",
    ]
    snippet: list[Piece] = Field(description="The words found and those around them, in pieces.")
    start: float | None = Field(None, description="Seconds in the recording, where it was said.")
    segment: int | None = Field(None, description="Index of the transcript's segment.")


class NoteFound(NoteListed, Sparse):
    matches: list[Match] | None = Field(
        None, description="Where the words of `q` occur; only if there is a `q`."
    )


class ActionItemsIn(PageIn):
    owner: Name | None = Field(None, description="Name of who is to do it, or a part of it.")
    done: bool | None = None
    overdue: bool | None = Field(
        None, description="True: was due before today (UTC) and is not done; false: the others."
    )
    since: date | None = Field(None, alias="due_from", description="Due on this day or later.")
    until: date | None = Field(None, alias="due_to", description="Due on this day or earlier.")
    note_id: Line | None = Field(None, description="Only those of this note.")

    _range_of_days = field_validator("until")(not_below("since"))


class ActionItemOut(Out):
    note_id: str
    note_title: str
    created_at: datetime = Field(description="The note's.")
    position: int = Field(description="Its place among the note's action items, from 0.")
    text: str
    owner: str | None
    due: str | None = Field(description="As it was said.")
    due_date: date | None = Field(description="The day that is.")
    priority: Literal["low", "normal", "high"] | None
    done: bool
    start: float | None = Field(description="Seconds in the recording, where it was said.")
