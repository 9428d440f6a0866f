"""notes -> action items, flat: for the formats that hold nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite

from talktotext.documents.base import Document
from talktotext.documents.text import clean
from talktotext.schema import ActionItem


@dataclass(frozen=True)
class Task:
    """An action item; all text is `clean`.

    Attributes:
        id: what it is known by, whatever is changed in it; empty where it is kept nowhere.
        due: as it was said.
        time: seconds into the recording at which it was said.
        link: where that is heard.
        quote: the words it rests on.
    """

    text: str
    owner: str = ""
    due: str = ""
    due_date: date | None = None
    priority: str = ""
    done: bool = False
    time: float | None = None
    quote: str = ""
    link: str = ""
    id: str = ""


def tasks(document: Document) -> Iterator[Task]:
    """The action items of the notes, in order."""
    return (_task(item, document) for item in document.notes.action_items)


def _task(item: ActionItem, document: Document) -> Task:
    first = item.evidence[0] if item.evidence else None
    time = first.start if first and isfinite(first.start) else None
    return Task(
        text=clean(item.text),
        owner=clean(item.owner or ""),
        due=clean(item.due or ""),
        due_date=item.due_date,
        priority=item.priority or "",
        done=item.done,
        time=time,
        quote=clean(first.quote) if first else "",
        link=(None if time is None else document.link(time)) or "",
        id=clean(item.id or ""),
    )
