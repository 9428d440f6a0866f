"""Segments: what was said, in the order it was said."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext import schema
from talktotext.models.base import Base


class Segment(Base):
    """A stretch of speech in an upload; `index` numbers them from 0. Times are seconds.

    `take` tells transcriptions of the same recording apart: a new one is written beside the old
    one, which goes when the note shows the new one (`Note.take`).
    """

    __tablename__ = "segments"

    upload_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    take: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[float] = mapped_column(sa.Double)
    end: Mapped[float] = mapped_column(sa.Double)
    text: Mapped[str] = mapped_column(sa.Text)
    speaker: Mapped[str | None] = mapped_column(sa.String(200))
    confidence: Mapped[float | None] = mapped_column(sa.Double)
    words: Mapped[list[Any]] = mapped_column(default=list)
    flags: Mapped[list[Any]] = mapped_column(default=list)

    @classmethod
    def of(cls, upload_id: str, segment: schema.Segment, take: int = 0) -> "Segment":
        """The row of a segment that an engine yielded; times to the millisecond."""
        columns = segment.model_dump(mode="json")
        for timed in (columns, *columns["words"]):
            timed["start"], timed["end"] = round(timed["start"], 3), round(timed["end"], 3)
        return cls(upload_id=upload_id, take=take, **columns)

    def plain(self) -> schema.Segment:
        """The row as the shared vocabulary has it."""
        return schema.Segment(
            index=self.index,
            start=self.start,
            end=self.end,
            text=self.text,
            speaker=self.speaker,
            confidence=self.confidence,
            words=tuple(schema.Word(**word) for word in self.words),
            flags=tuple(self.flags),
        )
