"""Search: the index of notes, and action items across them

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-20 14:40:00

"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BATCH = 200  # notes

# As in models/note_index.py, where they are explained.
SQLITE = (
    "CREATE VIRTUAL TABLE note_words USING fts5(user_id, title, notes, people, transcript,"
    " content='note_index', content_rowid='id', tokenize='ascii', prefix='2 3', columnsize=0)",
    "CREATE TRIGGER note_words_in AFTER INSERT ON note_index BEGIN"
    " INSERT INTO note_words (rowid, user_id, title, notes, people, transcript)"
    " VALUES (new.id, new.user_id, new.title, new.notes, new.people, new.transcript); END",
    "CREATE TRIGGER note_words_out AFTER DELETE ON note_index BEGIN"
    " INSERT INTO note_words (note_words, rowid, user_id, title, notes, people, transcript) VALUES"
    " ('delete', old.id, old.user_id, old.title, old.notes, old.people, old.transcript); END",
    "CREATE TRIGGER note_words_no_update BEFORE UPDATE ON note_index BEGIN"
    " SELECT RAISE(ABORT, 'rows of note_index are made anew, not changed'); END",
)
POSTGRESQL = (
    "ALTER TABLE note_index ADD COLUMN note_words tsvector GENERATED ALWAYS AS (("
    "title || notes || transcript"
    " || replace(rtrim(title), ' ', ' t/') || replace(rtrim(title), ' ', ' n/')"
    " || replace(rtrim(notes), ' ', ' n/') || replace(rtrim(people), ' ', ' p/')"
    " || ' @' || user_id::text)::tsvector) STORED",
    "ALTER TABLE note_index ALTER COLUMN note_words SET STATISTICS 0",
    "CREATE INDEX note_words ON note_index USING gin (note_words)",
)
ON = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def upgrade():
    op.create_table(
        "note_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("meeting_type", sa.String(length=32), nullable=False),
        sa.Column("sentiment", sa.String(length=16), nullable=False),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.Column("open_items", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("statements", JSON, nullable=False),
        sa.Column("offsets", JSON, nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["notes.id"],
            name=op.f("fk_note_index_note_id_notes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_note_index_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_index")),
    )
    op.create_index("ix_note_index_note_id", "note_index", ["note_id"], unique=True)
    op.create_index(
        "ix_note_index_user_id_created_at_note_id",
        "note_index",
        [
            *("user_id", "created_at", "note_id"),
            *("language", "meeting_type", "sentiment", "duration", "open_items"),
        ],
    )
    op.create_table(
        "action_items",
        sa.Column("note_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owner_words", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("due_by", sa.Date(), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["notes.id"],
            name=op.f("fk_action_items_note_id_notes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_action_items_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("note_id", "position", name=op.f("pk_action_items")),
    )
    op.create_index(
        "ix_action_items_user_id_due_by_created_at_note_id_position",
        "action_items",
        ["user_id", "due_by", "created_at", "note_id", "position"],
    )
    for statement in ON[op.get_bind().dialect.name]:
        op.execute(statement)
    _index_all(op.get_bind())


def _index_all(connection):
    """Index the notes there are. Here, and here only, a migration calls the application: an index
    that a later version makes otherwise can be made anew at any time (`flask note reindex`)."""
    from talktotext.search.index import derived

    meta = sa.MetaData()
    notes, segments, index, items = (
        sa.Table(name, meta, autoload_with=connection, resolve_fks=False)
        for name in ("notes", "segments", "note_index", "action_items")
    )
    some, after = sa.select(notes).order_by(notes.c.id).limit(BATCH), ""
    while rows := connection.execute(some.where(notes.c.id > after)).all():
        for note in rows:
            mine = (segments.c.upload_id == note.upload_id, segments.c.take == note.take)
            said = sa.select(segments.c.text).where(*mine).order_by(segments.c.index)
            found, actions = derived(note, connection.scalars(said).all())
            connection.execute(index.insert(), found)
            if actions:
                connection.execute(items.insert(), actions)
        after = rows[-1].id


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("note_words")
    op.drop_table("action_items")
    op.drop_table("note_index")
