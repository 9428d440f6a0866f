"""The shared vocabulary: what a transcript and its notes are, version 1.

Pydantic models, frozen, known to every part of the house and knowing none of them. Speech engines
yield `Segment`s, analysis turns them into `Notes`, documents write both out, and the API's fields
are a face of them. Times are seconds from the start of the recording.

Notes are kept as these models write them, and shown as they are kept: whoever adds a field here
migrates what is kept.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1
EDITED = "edited"  # the flag of a segment whose words a person put right

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Polarity = Annotated[float, Field(ge=-1.0, le=1.0)]
MeetingType = Literal[
    "general",
    "standup",
    "planning",
    "interview",
    "lecture",
    "sales_call",
    "one_on_one",
    "brainstorm",
    "voice_memo",
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Model):
    """One word with its times."""

    start: float
    end: float
    text: str
    confidence: Share | None = None


class Segment(_Model):
    """A stretch of speech by one speaker. `index` is its place in the transcript, from 0."""

    index: int
    start: float
    end: float
    text: str
    speaker: str | None = None
    confidence: Share | None = None
    words: tuple[Word, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_edited(self) -> bool:
        """Whether a person put its words right."""
        return EDITED in self.flags

    @property
    def is_doubtful(self) -> bool:
        """Whether its words may be invented: every flag but a person's is a doubt."""
        return bool(set(self.flags) - {EDITED})


class Evidence(_Model):
    """Where in the recording a statement was said: segment indices, times, the words quoted."""

    segments: tuple[int, ...]
    start: float
    end: float
    quote: str


class Statement(_Model):
    """A sentence of the notes and what it rests on.

    `edited` says that a person wrote it, and then it rests on nothing in the recording, or changed
    what goes with it.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    edited: bool = False


class ActionItem(Statement):
    """Something somebody is to do. `due` is as said; `due_date` is that, resolved to a day.

    By its `id` it is known again, whatever is changed in it; it has one as soon as it is kept.
    """

    id: str | None = None
    owner: str | None = None
    due: str | None = None
    due_date: date | None = None
    priority: Literal["low", "normal", "high"] | None = None
    done: bool = False


class Chapter(_Model):
    """A stretch of the recording that keeps to one subject; the next begins where it ends."""

    title: str
    start: float
    end: float
    evidence: tuple[Evidence, ...] = ()


class Section(_Model):
    """Statements that belong to a kind of meeting: what was done, objections, ideas.

    `speaker` is the name of the one whom they are about, where they are about one.
    """

    heading: str
    statements: tuple[Statement, ...]
    speaker: str | None = None


class Participant(_Model):
    """Somebody who speaks: the name where the recording gives one, else the speaker's label."""

    name: str
    speaker: str | None = None
    talk_time: float = 0.0
    share: Share = 0.0


class SentimentPoint(_Model):
    """The mood of the stretch that starts at `start`."""

    start: float
    score: Polarity


class Sentiment(_Model):
    """Mood: `score` runs from -1 (negative) to 1 (positive)."""

    label: Literal["positive", "neutral", "negative", "mixed"] = "neutral"
    score: Polarity = 0.0
    by_speaker: dict[str, Polarity] = Field(default_factory=dict)
    timeline: tuple[SentimentPoint, ...] = ()


class Notice(_Model):
    """A warning to the reader of a note: a stable code and a sentence."""

    code: str
    message: str


class Coverage(_Model):
    """What was read of a transcript for its notes: a receipt that nothing was cut off silently.

    `characters` there are, `used` were read by the engine asked for and `otherwise` by the engine
    that stood in for it; `truncated` says that some were read by neither. `dropped` are statements
    left out because the recording does not bear them.
    """

    characters: int
    used: int
    otherwise: int = 0
    sections: int = 1
    truncated: bool = False
    dropped: int = 0


class Edits(_Model):
    """What a person decided that a new analysis is not to undo, beside the statements `edited`.

    `fields` are the names of fields of Notes that they set as a whole; `removed` are the statements
    that they took out or put in other words, by the name of the field.
    """

    fields: tuple[str, ...] = ()
    removed: dict[str, tuple[Statement, ...]] = Field(default_factory=dict)


class Notes(_Model):
    """All that was found in one recording, and what people made of it.

    `chapters` are its topics in order of time, none of a short one; `sections` are what suits the
    kind of meeting, beside what every kind has.
    """

    version: Literal[1] = 1
    title: str
    summary: tuple[Statement, ...] = ()
    key_points: tuple[Statement, ...] = ()
    decisions: tuple[Statement, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    open_questions: tuple[Statement, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    sections: tuple[Section, ...] = ()
    participants: tuple[Participant, ...] = ()
    sentiment: Sentiment = Sentiment()
    meeting_type: MeetingType = "general"
    keywords: tuple[str, ...] = ()
    language: str = "und"
    warnings: tuple[Notice, ...] = ()
    coverage: Coverage | None = None
    edits: Edits = Edits()

    @property
    def abstract_summary(self) -> str:
        """The summary as one paragraph."""
        return " ".join(statement.text for statement in self.summary)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Everything stated, of whatever kind."""
        own = (statement for section in self.sections for statement in section.statements)
        return (
            *self.summary,
            *self.key_points,
            *self.decisions,
            *self.action_items,
            *self.open_questions,
            *own,
        )
