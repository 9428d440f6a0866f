"""Quotas, and uploads that come in pieces

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-20 17:20:00

"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    # In place, not in a batch, which on SQLite would take with it all that points there (0002).
    op.add_column("users", sa.Column("quota", JSON, nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("seconds", sa.Double(), nullable=True))
    op.create_table(
        "transcriptions",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_transcriptions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_transcriptions")),
    )
    op.create_index(
        "ix_transcriptions_user_id_created_at",
        "transcriptions",
        ["user_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "partial_uploads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("form", JSON, nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("upload_id", sa.String(length=36), nullable=True),
        sa.Column("lock_owner", sa.String(length=128), nullable=True),
        sa.Column("lock_until", sa.Double(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["uploads.id"],
            name=op.f("fk_partial_uploads_upload_id_uploads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_partial_uploads_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partial_uploads")),
    )
    for name in ("expires_at", "upload_id", "user_id"):
        op.create_index(f"ix_partial_uploads_{name}", "partial_uploads", [name], unique=False)


def downgrade():
    op.drop_table("partial_uploads")
    op.drop_table("transcriptions")
    op.drop_column("jobs", "seconds")
    op.drop_column("users", "quota")
