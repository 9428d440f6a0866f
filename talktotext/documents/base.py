"""What a document is made of and what a writer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import BinaryIO, Protocol

from talktotext.documents.template import Template
from talktotext.documents.text import NAME_LENGTH, clean, excerpt, whole
from talktotext.schema import Notes, Segment

_NOTE = "/notes/{note_id}?t={seconds}"


@dataclass(frozen=True)
class Document:
    """A note and its transcript, ready to be written out.

    Attributes:
        created_at: when the note was made, UTC.
        duration: length of the recording in seconds, as far as it is known: that of a recording of
            which only a part was decoded is that of the part.
        covered: seconds transcribed, if that was only a part; the document says so.
        source_name: the file name under which the person uploaded the recording.
        template: how it is to look, and what is to stand in it.
        note_id: the note's; None where it is kept nowhere.
        revision: the note's, which grows with every change of it.
        base_url: where people read notes, for links to moments of the recording. It may say where
            `{note_id}` and `{seconds}` go; else "/notes/{note_id}?t={seconds}" is added to it.
    """

    notes: Notes
    segments: Sequence[Segment]
    created_at: datetime
    duration: float
    covered: float | None = None
    source_name: str | None = None
    template: Template = Template()  # noqa: RUF009 - it is frozen
    note_id: str | None = None
    revision: int = 0
    base_url: str = ""

    @cached_property
    def voices(self) -> dict[str, str]:
        """What the speakers are called, {label: name}; both `clean` and short enough to show."""
        people = self.notes.participants
        shown = {clean(p.speaker): excerpt(clean(p.name), NAME_LENGTH) for p in people if p.speaker}
        return {label: name for label, name in shown.items() if name}

    def link(self, seconds: float) -> str | None:
        """The address at which a moment of the recording is heard, if there is one."""
        if not self.base_url or self.note_id is None:
            return None
        known = "{note_id}" in self.base_url
        address = self.base_url if known else f"{self.base_url.rstrip('/')}{_NOTE}"
        moment = str(whole(seconds))
        return address.replace("{note_id}", self.note_id).replace("{seconds}", moment)


class Writer(Protocol):
    """One file format. Any document can be written: hostile text is shown, never obeyed."""

    extension: str
    media_type: str

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` to the binary stream `out`, which stays open."""
