"""Transcripts people correct

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-20 13:50:03.342766

"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("upload_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Double(), nullable=True),
        sa.Column("end", sa.Double(), nullable=True),
        sa.Column("speaker", sa.String(length=200), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["uploads.id"],
            name=op.f("fk_corrections_upload_id_uploads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_corrections_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(
            "ix_corrections_upload_id_created_at_id",
            ["upload_id", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index("ix_corrections_user_id", ["user_id"], unique=False)

    # In place, not in a batch: that would drop and make anew tables that others point at, and on
    # SQLite their rows would go with it. Hence the defaults, which stay.
    op.add_column("jobs", sa.Column("remaining_seconds", sa.Integer(), nullable=True))
    op.add_column("notes", sa.Column("take", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notes", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notes", sa.Column("transcription", JSON, nullable=False, server_default="{}"))
    op.add_column("notes", sa.Column("speaker_names", JSON, nullable=False, server_default="{}"))
    op.add_column("recordings", sa.Column("media_type", sa.String(length=64), nullable=True))
    op.add_column("uploads", sa.Column("engine", sa.String(length=32), nullable=True))
    op.add_column("uploads", sa.Column("vocabulary", JSON, nullable=False, server_default="[]"))
    op.add_column("users", sa.Column("vocabulary", JSON, nullable=False, server_default="[]"))

    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("take", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint(op.f("pk_segments"), type_="primary")
        batch_op.create_primary_key(op.f("pk_segments"), ["upload_id", "take", "index"])


def downgrade():
    # Without takes there is room for one transcript a recording: the one that its note shows.
    op.execute(
        "DELETE FROM segments WHERE take <> COALESCE("
        "(SELECT notes.take FROM notes WHERE notes.upload_id = segments.upload_id), 0)"
    )
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("pk_segments"), type_="primary")
        batch_op.create_primary_key(op.f("pk_segments"), ["upload_id", "index"])
        batch_op.drop_column("take")

    op.drop_column("users", "vocabulary")
    op.drop_column("uploads", "vocabulary")
    op.drop_column("uploads", "engine")
    op.drop_column("recordings", "media_type")
    op.drop_column("notes", "speaker_names")
    op.drop_column("notes", "transcription")
    op.drop_column("notes", "revision")
    op.drop_column("notes", "take")
    op.drop_column("jobs", "remaining_seconds")

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index("ix_corrections_user_id")
        batch_op.drop_index("ix_corrections_upload_id_created_at_id")

    op.drop_table("corrections")
