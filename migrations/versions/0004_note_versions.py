"""Versions of notes

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-20 14:55:00

"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    op.create_table(
        "note_versions",
        sa.Column("note_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("engine", sa.String(length=32), nullable=True),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("speaker_names", JSON, nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["notes.id"],
            name=op.f("fk_note_versions_note_id_notes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("note_id", "number", name=op.f("pk_note_versions")),
    )
    # Every note there is, is its own first version.
    op.execute(
        "INSERT INTO note_versions"
        " (note_id, number, origin, changes, document, speaker_names, take, created_at)"
        " SELECT id, 1, 'analysis', '[]', document, speaker_names, take, created_at FROM notes"
    )


def downgrade():
    op.drop_table("note_versions")
