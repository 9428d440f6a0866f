"""document -> what stands in it, in order, for any format.

Everything the writers show is decided here: sections, headings, labels, warnings, times. All text
leaves here `clean`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from talktotext.documents import figures, transcript
from talktotext.documents.base import Document
from talktotext.documents.blocks import (
    Block,
    Bullets,
    Content,
    Line,
    Prose,
    Section,
    Table,
    Tick,
    Transcript,
)
from talktotext.documents.figures import signed
from talktotext.documents.template import Part
from talktotext.documents.text import (
    NAME_LENGTH,
    clean,
    clock,
    day,
    day_and_time,
    excerpt,
    language_name,
    length,
)
from talktotext.documents.transcript import Utterance
from talktotext.documents.typesetting.bidi import listed
from talktotext.schema import ActionItem, Notes, Participant, Sentiment, Statement
from talktotext.schema import Section as NoteSection

DOUBTS = "Words in grey may never have been said: listen before you rely on them."
KINDS = {
    "general": "Meeting",
    "standup": "Stand-up",
    "planning": "Planning",
    "interview": "Interview",
    "lecture": "Lecture",
    "sales_call": "Sales call",
    "one_on_one": "One-on-one",
    "brainstorm": "Brainstorm",
    "voice_memo": "Voice memo",
}


@dataclass
class _Builder:
    document: Document
    utterances: list[Utterance] = field(init=False)
    subjects: list[tuple[float, str]] = field(init=False)
    targets: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        subjects = ((one.start, _label(one.title)) for one in self.document.notes.chapters)
        self.subjects = [(start, title) for start, title in subjects if title]
        begins = [start for start, _ in self.subjects]
        self.utterances = transcript.utterances(
            self.document.segments, self.document.voices, begins
        )

    def line(self, statement: Statement, note: str = "") -> Line:
        """A statement with the time of its first evidence, and the place to read on."""
        time = statement.evidence[0].start if statement.evidence else None
        return self.timed(clean(statement.text), time, note)

    def timed(self, text: str, time: float | None, note: str = "") -> Line:
        """A text with a time, and the place to read on where there is one."""
        if time is None:
            return Line(text, note)
        link = self.document.link(time)
        index = transcript.locate(self.utterances, time) if self.has("transcript") else None
        if index is None:
            return Line(text, note, time, link=link)
        self.targets.add(index)
        return Line(text, note, time, transcript.anchor(index), link)

    def has(self, part: Part) -> bool:
        return self.document.template.has(part)

    def lines(self, statements: Iterable[Statement]) -> tuple[Line, ...]:
        return tuple(line for line in map(self.line, statements) if line.text)

    def task(self, item: ActionItem) -> tuple[Line | Tick, ...]:
        note = f"{item.priority.capitalize()} priority" if item.priority in ("high", "low") else ""
        owner = Line(_label(item.owner or "") or "—")
        return Tick(item.done), self.line(item, note), owner, Line(_due(item))

    def transcript(self) -> tuple[Block, ...]:
        if not self.utterances:
            return (Prose((Line("No speech was found in this recording."),)),)
        anchored = transcript.anchored(self.utterances, self.targets)
        words = Transcript(tuple(transcript.chapters(anchored, self.subjects)))
        doubtful = any(utterance.doubts for utterance in self.utterances)
        return (Prose((Line(DOUBTS),)), words) if doubtful else (words,)


def build(document: Document) -> Content:
    """What stands in the document. Sections of which the recording has nothing are left out."""
    notes, builder = document.notes, _Builder(document)
    kind = KINDS[notes.meeting_type]
    return Content(
        title=clean(notes.title) or "Untitled recording",
        kind=kind,
        subject=f"{kind} notes, {day(_utc(document.created_at))}",
        facts=_facts(document, kind),
        notices=_notices(document),
        sections=tuple(Section(heading, found) for heading, found in _sections(builder) if found),
        keywords=tuple(filter(None, map(clean, notes.keywords))),
        link=document.link,
    )


_Found = Iterator[tuple[str, tuple[Block, ...]]]


def _sections(builder: _Builder) -> _Found:
    """Headings and what stands under them, as far as the template has them."""
    yield from _said(builder)
    yield from _about(builder)
    if builder.has("transcript"):  # last: it has anchors for all that points at it
        yield "Transcript", builder.transcript()


def _said(builder: _Builder) -> _Found:
    """What was said, in statements."""
    notes, has = builder.document.notes, builder.has
    if has("summary"):
        summary = builder.lines(notes.summary) or (Line("Nothing could be summarised."),)
        yield "Summary", (Prose(summary),)
    if has("topics"):
        topics = (builder.timed(title, start) for start, title in builder.subjects)
        yield "Topics", _bullets(tuple(topics))
    if has("key_points"):
        yield "Key points", _bullets(builder.lines(notes.key_points))
    for section in notes.sections if has("particulars") else ():
        yield section_heading(section), _bullets(builder.lines(section.statements))
    if has("decisions"):
        yield "Decisions", _bullets(builder.lines(notes.decisions))
    if has("action_items") and notes.action_items:
        yield "Action items", (_tasks(builder),)
    if has("open_questions"):
        yield "Open questions", _bullets(builder.lines(notes.open_questions))


def _about(builder: _Builder) -> _Found:
    """Who spoke, and in what mood; figures stand with what they show, or for themselves."""
    document, charts = builder.document, builder.has("charts")
    notes = document.notes
    people = (_people(notes),) if notes.participants and builder.has("participants") else ()
    yield "Participants", (*people, *(figures.of_people(document) if charts else ()))
    curve = figures.of_mood(document) if charts else ()
    said = builder.has("mood") and builder.utterances
    mood, words = (_mood(notes), _keywords(notes)) if said else ((), ())
    held = (("mood", mood or curve), ("keywords", words))
    heading = " and ".join(name for name, found in held if found).capitalize()
    yield heading, (*_bullets((*mood, *words)), *curve)


def _bullets(lines: tuple[Line, ...]) -> tuple[Block, ...]:
    return (Bullets(lines),) if lines else ()


def _tasks(builder: _Builder) -> Table:
    rows = tuple(builder.task(item) for item in builder.document.notes.action_items)
    return Table(("Done", "Task", "Owner", "Due"), rows, (0.1, 0.5, 0.18, 0.22))


def section_heading(section: NoteSection) -> str:
    """ "Done", or "Maria: done" where it is about one person."""
    heading, speaker = _label(section.heading), _label(section.speaker or "")
    return f"{speaker}: {heading.lower()}" if speaker else heading


def _label(text: str) -> str:
    """A name or the like, short enough to show."""
    return excerpt(clean(text), NAME_LENGTH)


def _due(item: ActionItem) -> str:
    """The day, and the words it was said in where they are not the day itself."""
    said = _label(item.due or "")
    if item.due_date is None:
        return said or "—"
    return f"{day(item.due_date)} ({said})" if said else day(item.due_date)


def _people(notes: Notes) -> Table:
    moods = {clean(name): score for name, score in notes.sentiment.by_speaker.items()}

    def row(person: Participant) -> tuple[Line, ...]:
        name = _label(person.name) or "Unknown"
        score = moods.get(clean(person.speaker or ""), moods.get(name))
        return (
            Line(name),
            Line(length(person.talk_time)),
            Line(f"{person.share:.0%}"),
            Line("—" if score is None else f"{_mood_word(score)} ({signed(score)})"),
        )

    header = ("Name", "Talk time", "Share", "Mood")
    return Table(header, tuple(map(row, notes.participants)), (0.4, 0.22, 0.14, 0.24))


def _mood(notes: Notes) -> tuple[Line, ...]:
    """Nothing where it was not measured, as in all languages but English: that is not neutral."""
    mood = notes.sentiment
    if mood == Sentiment():
        return ()
    scale = "on a scale from −1 (negative) to +1 (positive)"
    return (Line(f"Overall mood: {mood.label}, {signed(mood.score)} {scale}"),)


def _keywords(notes: Notes) -> tuple[Line, ...]:
    words = listed(filter(None, map(clean, notes.keywords)))
    return (Line(f"Keywords: {words}"),) if words else ()


def _mood_word(score: float) -> str:
    return "positive" if score > 0.15 else "negative" if score < -0.15 else "neutral"


def _facts(document: Document, kind: str) -> tuple[tuple[str, str], ...]:
    notes = document.notes
    covered = _partial(document)
    whole = length(document.duration)
    part = "" if covered is None else f" (notes cover the first {length(covered)})"
    facts = (
        ("Date", day_and_time(_utc(document.created_at))),
        ("Duration", whole + part),
        ("Type", kind),
        ("Language", language_name(notes.language) or "not known"),
        ("Participants", ", ".join(filter(None, (_label(p.name) for p in notes.participants)))),
        ("Recording", _label(document.source_name or "")),
    )
    return tuple((label, value) for label, value in facts if value)


def _notices(document: Document) -> tuple[str, ...]:
    covered = _partial(document)
    own = (
        []
        if covered is None
        else [f"These notes cover only the first {clock(covered)} of {clock(document.duration)}."]
    )
    return (*own, *filter(None, (clean(notice.message) for notice in document.notes.warnings)))


def _partial(document: Document) -> float | None:
    """Seconds covered, if the document does not cover its recording (within half a second)."""
    covered = document.covered
    return covered if covered is not None and covered < document.duration - 0.5 else None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment
