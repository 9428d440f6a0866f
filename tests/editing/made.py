"""Notes as an analysis leaves them, for people to change."""

from datetime import date
from typing import Any

from talktotext.schema import (
    ActionItem,
    Chapter,
    Evidence,
    Notes,
    Participant,
    Section,
    Sentiment,
    Statement,
)

DAY = date(2026, 11, 23)


def said(start: float, text: str) -> tuple[Evidence, ...]:
    """Evidence of five seconds, in the segment that begins there."""
    return (Evidence(segments=(int(start) // 5,), start=start, end=start + 5, quote=text),)


def found(start: float, text: str, **more: Any) -> Statement:
    """A statement as an analysis makes it."""
    return Statement(text=text, evidence=said(start, text), **more)


def task(start: float, text: str, **more: Any) -> ActionItem:
    """An action item as an analysis makes it."""
    return ActionItem(text=text, evidence=said(start, text), **more)


FOUND = Notes(
    title="Weekly",
    summary=(found(0, "We met."),),
    key_points=(found(5, "Sales are up."), found(10, "Costs are down.")),
    decisions=(found(15, "We ship on Monday."),),
    action_items=(
        task(20, "Write the report.", owner="Speaker 1", due="Monday", due_date=DAY, id="report"),
        task(25, "Call the printer.", owner="Ben", id="call"),
    ),
    open_questions=(found(30, "Who pays?"),),
    chapters=(Chapter(title="Sales", start=0, end=20, evidence=said(5, "Sales are up.")),),
    sections=(Section(heading="Done", statements=(found(35, "It works."),), speaker="Speaker 1"),),
    participants=(
        Participant(name="Speaker 1", speaker="Speaker 1", talk_time=3, share=0.5),
        Participant(name="Ben", speaker="Speaker 2", talk_time=3, share=0.5),
    ),
    sentiment=Sentiment(label="positive", score=0.5, by_speaker={"Ben": 0.5}),
    keywords=("sales", "costs"),
    language="en",
)
