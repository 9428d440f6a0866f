"""Action items: what somebody is to do, across notes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, UserId

SOME_DAY = date.max  # sorts what is due on no day in particular behind what is


class ActionItem(Base):
    """An action item of a note, so that those of many notes can be asked for.

    Derived from `Note.document`, which is the truth, and made anew whenever the note changes.

    Attributes:
        position: its place among the note's, from 0.
        owner_words: the owner's name as searching has it, see `search/words.py`.
        due_by: `due_date`, or SOME_DAY.
        start: seconds in the recording, where it was said.
        created_at: the note's.
    """

    __tablename__ = "action_items"
    __table_args__ = (
        sa.Index(
            "ix_action_items_user_id_due_by_created_at_note_id_position",
            *("user_id", "due_by", "created_at", "note_id", "position"),
        ),
    )

    note_id: Mapped[str] = mapped_column(
        sa.String(36), sa.ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[UserId]
    text: Mapped[str] = mapped_column(sa.Text)
    owner: Mapped[str | None] = mapped_column(sa.Text)
    owner_words: Mapped[str] = mapped_column(sa.Text)
    due: Mapped[str | None] = mapped_column(sa.Text)
    due_date: Mapped[date | None]
    due_by: Mapped[date]
    priority: Mapped[str | None] = mapped_column(sa.String(16))
    done: Mapped[bool]
    start: Mapped[float | None] = mapped_column(sa.Double)
    created_at: Mapped[datetime]
