"""How many notes each user has, kept

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-20 20:30:00

"""

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# As in models/note.py, where they are explained.
COUNTED = {
    "sqlite": (
        "CREATE TRIGGER notes_counted_in AFTER INSERT ON notes BEGIN"
        " UPDATE users SET note_count = note_count + 1 WHERE id = new.user_id; END",
        "CREATE TRIGGER notes_counted_out AFTER DELETE ON notes BEGIN"
        " UPDATE users SET note_count = note_count - 1 WHERE id = old.user_id; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION count_notes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'INSERT' THEN"
        " UPDATE users SET note_count = note_count + 1 WHERE id = new.user_id;"
        " ELSE UPDATE users SET note_count = note_count - 1 WHERE id = old.user_id; END IF;"
        " RETURN NULL; END $$",
        "CREATE TRIGGER notes_counted AFTER INSERT OR DELETE ON notes"
        " FOR EACH ROW EXECUTE FUNCTION count_notes()",
    ),
}
UNCOUNTED = {
    "sqlite": ("DROP TRIGGER notes_counted_in", "DROP TRIGGER notes_counted_out"),
    "postgresql": ("DROP TRIGGER notes_counted ON notes", "DROP FUNCTION count_notes"),
}


def upgrade():
    op.add_column(
        "users", sa.Column("note_count", sa.Integer(), nullable=False, server_default="0")
    )
    for statement in COUNTED[op.get_context().dialect.name]:
        op.execute(statement)
    # After the triggers, which on PostgreSQL wait for whoever is writing notes: none is missed.
    op.execute(
        "UPDATE users SET note_count ="
        " (SELECT count(*) FROM notes WHERE notes.user_id = users.id)"
    )


def downgrade():
    for statement in UNCOUNTED[op.get_context().dialect.name]:
        op.execute(statement)
    op.drop_column("users", "note_count")
