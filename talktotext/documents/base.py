"""What a document is made of and what a writer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import BinaryIO, Protocol

from talktotext.documents.text import clean, excerpt
from talktotext.schema import Notes, Segment

NAME_LENGTH = 300  # characters; what fills pages is no name, and narrow columns are slow to set


@dataclass(frozen=True)
class Document:
    """A note and its transcript, ready to be written out.

    Attributes:
        created_at: when the note was made, UTC.
        duration: length of the recording in seconds.
        covered: seconds transcribed, if that was only a part; the document says so.
        source_name: the file name under which the person uploaded the recording.
    """

    notes: Notes
    segments: Sequence[Segment]
    created_at: datetime
    duration: float
    covered: float | None = None
    source_name: str | None = None

    @cached_property
    def voices(self) -> dict[str, str]:
        """What the speakers are called, {label: name}; both `clean` and short enough to show."""
        people = self.notes.participants
        shown = {clean(p.speaker): excerpt(clean(p.name), NAME_LENGTH) for p in people if p.speaker}
        return {label: name for label, name in shown.items() if name}


class Writer(Protocol):
    """One file format. Any document can be written: hostile text is shown, never obeyed."""

    extension: str
    media_type: str

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` to the binary stream `out`, which stays open."""
