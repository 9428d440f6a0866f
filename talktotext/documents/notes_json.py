"""document -> JSON: the note whole, with its transcript, for programs and for safe keeping.

DocumentJson.model_validate_json(data) -> the same notes and segments
DocumentJson.model_json_schema()       -> the shape, as JSON Schema
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticSerializationError, to_json

from talktotext.documents.base import Document
from talktotext.documents.text import REPLACEMENT
from talktotext.schema import Notes, Segment

# Escaped although JSON does not ask for it: what could end a script in a page, and what editors
# obey rather than show.
_RISKY = re.compile("[<\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class DocumentJson(BaseModel):
    """A note and its transcript as one file, version 1.

    Times are seconds from the start of the recording. Fields may be added; those that are here keep
    their names and meanings, or `version` changes.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal["talktotext"] = "talktotext"
    version: Literal[1] = 1
    note_id: str | None = Field(description="The note's id where it was made.")
    created_at: datetime = Field(description="When the note was made, UTC.")
    duration: float = Field(
        description="Length of the recording, in seconds, as far as it is known."
    )
    covered: float | None = Field(description="Seconds transcribed, where that was only a part.")
    source_name: str | None = Field(description="The name of the file that was uploaded.")
    speakers: dict[str, str] = Field(description="What the segments' speakers are called.")
    notes: Notes = Field(description="All that was found, with evidence for every statement.")
    segments: tuple[Segment, ...] = Field(description="The transcript, in order.")

    @classmethod
    def of(cls, document: Document) -> "DocumentJson":
        """All of a document but its looks. Nothing is checked: it is shown as it is."""
        made = document.created_at
        return cls.model_construct(
            note_id=document.note_id,
            created_at=made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC),
            duration=document.duration,
            covered=document.covered,
            source_name=document.source_name,
            speakers={p.speaker: p.name for p in document.notes.participants if p.speaker},
            notes=document.notes,
            segments=tuple(document.segments),
        )


class JsonWriter:
    """JSON in UTF-8, a line a segment. Whole, whatever the template leaves out."""

    extension = "json"
    media_type = "application/json"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write `document` as JSON to `out`."""
        for piece in _pieces(DocumentJson.of(document)):
            out.write(_RISKY.sub(_escaped, piece).encode())


def _pieces(whole: DocumentJson) -> Iterator[str]:
    """The file in pieces, so that a long transcript is not held several times over."""
    head = _json(whole.model_copy(update={"segments": ()}), indent=2)
    before, after = head.rsplit("[]", 1)  # the segments stand last
    yield before + "["
    for number, segment in enumerate(whole.segments):
        yield f"{',' if number else ''}\n    {_json(segment)}"
    yield ("\n  " if whole.segments else "") + f"]{after}\n"


def _json(model: BaseModel, indent: int | None = None) -> str:
    """Numbers that are none are null."""
    try:
        return model.model_dump_json(indent=indent)
    except PydanticSerializationError:  # half a character, which has no UTF-8 (RFC 8259, 8.2)
        return to_json(_mended(model.model_dump()), indent=indent, inf_nan_mode="null").decode()


def _mended(value: Any) -> Any:
    match value:
        case str():
            return _SURROGATE.sub(REPLACEMENT, value)
        case dict():
            return {_mended(key): _mended(item) for key, item in value.items()}
        case list() | tuple():
            return [_mended(item) for item in value]
    return value


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
