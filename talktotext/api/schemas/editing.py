"""What people change in notes, and the versions that come of it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)

from talktotext.analysis import ENGINES
from talktotext.api.schemas.common import In, Line, NoControls, Out, Term, no_controls
from talktotext.api.schemas.transcript import TEXT_LENGTH, VoiceName, one_line
from talktotext.api.schemas.upload import Kind, OutputLanguage
from talktotext.editing import Difference
from talktotext.languages import LANGUAGES
from talktotext.schema import MeetingType, Notes

SUMMARY_LENGTH, MOST = 20_000, 500  # characters; members of a list


def _lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _no_other_controls(text: str) -> str:
    no_controls("".join(text.split("\n")))
    return text


def _spoken(code: str) -> str:
    if code not in LANGUAGES | {"und"}:
        raise ValueError("is not an ISO 639-1 language code, nor `und`")
    return code


def _analyzer(name: str) -> str:
    if name not in ENGINES:
        raise ValueError(f"is none of {', '.join(sorted(ENGINES))}")
    return name


def _text_is_a_statement(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def text_of(least: int, most: int) -> Any:
    """How long a text may be, white space around it aside."""
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Said = Annotated[str, text_of(1, TEXT_LENGTH), AfterValidator(one_line), NoControls]
Title = Annotated[str, text_of(1, 300), AfterValidator(one_line), NoControls]
Prose = Annotated[
    str,
    StringConstraints(max_length=SUMMARY_LENGTH),
    AfterValidator(_lines),
    AfterValidator(_no_other_controls),
]
Name = Annotated[str, text_of(1, 200), NoControls]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def left_out(description: str | None = None, **limits: Any) -> Any:
    """A field that may be left out, but not be null."""
    return Field(default_factory=lambda: None, description=description, **limits)


def _list(what: str) -> Any:
    return left_out(what, max_length=MOST)


class StatementIn(In):
    text: Said


class ItemIn(In):
    """Members of an action item; those left out stay as they are."""

    text: Said = left_out()
    owner: Name | None = None
    due: Name | None = Field(None, description="In words.")
    due_date: date | None = Field(None, description="The day that is.")
    priority: Literal["low", "normal", "high"] | None = None
    done: bool = False


class ActionItemIn(ItemIn):
    id: str | None = Field(None, description="Of an item that is there, to put it otherwise.")
    text: Said


class ParticipantIn(In):
    speaker: str | None = Field(None, description="The label of the voice.")
    name: VoiceName = Field(description="Empty to take the name away.")


class MoodIn(In):
    label: Literal["positive", "neutral", "negative", "mixed"] = left_out()
    score: Annotated[float, Field(ge=-1, le=1)] = left_out()


class ChapterIn(In):
    title: Title
    start: Seconds
    end: Seconds

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end < self.start:
            raise ValueError("ends before it begins")
        return self


Statements = list[
    Annotated[
        StatementIn,
        BeforeValidator(_text_is_a_statement, json_schema_input_type=str | StatementIn),
    ]
]
Items = list[
    Annotated[
        ActionItemIn,
        BeforeValidator(_text_is_a_statement, json_schema_input_type=str | ActionItemIn),
    ]
]


class SectionIn(In):
    heading: Title
    speaker: Name | None = None
    statements: Annotated[Statements, Field(max_length=MOST)]


WHOLE = "All of them: those with the same text stay as they are, others are yours, the rest goes."
MEMBERS = "Members that are left out stay as they are; an item with an `id` may have another text."


class NoteIn(In):
    """What is to be otherwise in a note; fields that are left out stay as they are."""

    title: Title = left_out()
    abstract_summary: Prose = left_out("Empty for none.")
    key_points: Statements = _list(WHOLE)
    decisions: Statements = _list(WHOLE)
    action_items: Items = _list(f"{WHOLE} {MEMBERS}")
    open_questions: Statements = _list(WHOLE)
    chapters: list[ChapterIn] = _list("All of them.")
    sections: list[SectionIn] = _list("All of them.")
    participants: list[ParticipantIn] = _list("Names of voices; other voices keep theirs.")
    sentiment: MoodIn = left_out()
    meeting_type: MeetingType = left_out()
    keywords: list[Term] = _list("All of them.")
    language: Annotated[Line, AfterValidator(_spoken)] = left_out()


class RegenerateIn(In):
    analyzer: Annotated[Line, AfterValidator(_analyzer)] | None = Field(
        None,
        validation_alias=AliasChoices("analyzer", "engine"),
        description="`extractive` or `llm`; the server's own choice if left out.",
    )
    meeting_type: Kind = Field(None, validation_alias=AliasChoices("meeting_type", "type"))
    language: OutputLanguage = Field(
        None, description="ISO 639-1 code of the language of the notes; `llm` only."
    )


class CountsOut(Out):
    """How a field differs from the version before, in numbers of what is in it."""

    field: str
    added: int
    removed: int
    changed: int


class VersionListed(Out):
    number: int
    created_at: datetime
    origin: Literal["analysis", "person", "restore"] = Field(description="What made it.")
    engine: str | None = Field(description="The analysis engine, where one made it.")
    restored_from: int | None = Field(description="The version that it is again.")
    changes: list[CountsOut] = Field(description="How it differs from the one before.")


class VersionOut(VersionListed):
    notes: Notes


class ComparisonOut(Out):
    before: int
    after: int
    changes: list[Difference] = Field(description="The fields that differ.")
