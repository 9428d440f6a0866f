"""Ten thousand notes of one user, put into the database as they are kept there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from talktotext.jobs.shown import face
from talktotext.models import Note, Upload, User, new_id
from talktotext.schema import (
    ActionItem,
    Evidence,
    Notes,
    Participant,
    Sentiment,
    SentimentPoint,
    Statement,
)

SENTENCE = "We agreed to send the revised figures for number {} to everybody before Thursday."
TRANSCRIPT = 6_000  # characters
BATCH = 500
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Crowd:
    """One of the uploads, and its note."""

    upload_id: str
    note_id: str


def fill(engine: sa.Engine, notes: int) -> Crowd:
    """Give the first user so many notes."""
    with engine.begin() as connection:
        owner = connection.scalar(sa.select(sa.func.min(User.id)))
        for start in range(0, notes, BATCH):
            pairs = [_rows(owner, n) for n in range(start, min(start + BATCH, notes))]
            connection.execute(sa.insert(Upload), [upload for upload, _ in pairs])
            connection.execute(sa.insert(Note), [note for _, note in pairs])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    upload, note = pairs[0]
    return Crowd(upload["id"], note["id"])


def _rows(owner: int | None, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An upload and its note."""
    upload_id, note_id, made = new_id(), new_id(), FIRST_DAY + timedelta(hours=number)
    sentence = SENTENCE.format(number)
    transcript = sentence + " " + sentence * (TRANSCRIPT // len(sentence))
    mine = {"user_id": owner, "created_at": made}
    upload = {"id": upload_id, "status": "done", "note_id": note_id, **mine}
    progress = {"stage": "done", "percent": 100}
    note = {
        **{"id": note_id, "upload_id": upload_id, "transcript": transcript[:TRANSCRIPT], **mine},
        **{"duration": 600.0, "complete": True, "engine": "fake", **face(_found(number))},
    }
    return {**upload, "progress": progress}, note


def _found(number: int) -> Notes:
    """What is found in a talk of ten minutes."""
    said = SENTENCE.format(number)
    rests = (Evidence(segments=(3, 4), start=31.5, end=38.25, quote=said),)
    stated = Statement(text=said, evidence=rests)
    people = ("Maria", "Tom")
    return Notes(
        title=f"Revised figures, number {number}",
        summary=(stated,) * 3,
        key_points=(stated,) * 5,
        decisions=(stated,) * 2,
        action_items=(ActionItem(text=said, evidence=rests, owner="Maria", due="Thursday"),) * 3,
        participants=tuple(
            Participant(name=name, speaker=f"Speaker {n}", talk_time=300.0, share=0.5)
            for n, name in enumerate(people, 1)
        ),
        sentiment=Sentiment(
            label="positive",
            score=0.25,
            by_speaker=dict.fromkeys(people, 0.25),
            timeline=tuple(SentimentPoint(start=60.0 * n, score=0.25) for n in range(10)),
        ),
        language="en",
    )
