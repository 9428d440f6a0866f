"""What users have used up."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talktotext.models.base import Base, CreatedAt, UserId, Uuid


class Transcription(Base):
    """Sound that was transcribed: counted once a job, also after its note was deleted."""

    __tablename__ = "transcriptions"
    __table_args__ = (sa.Index("ix_transcriptions_user_id_created_at", "user_id", "created_at"),)

    job_id: Mapped[Uuid] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    seconds: Mapped[float] = mapped_column(sa.Double)
    created_at: Mapped[CreatedAt]
