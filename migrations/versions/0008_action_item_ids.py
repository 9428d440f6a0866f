"""Action items have an id

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-20 21:00:00

"""

from collections import Counter
from uuid import NAMESPACE_URL, uuid5

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BATCH = 200  # notes or versions
NOTES = sa.table(
    "notes", sa.column("id"), sa.column("document", JSON), sa.column("action_items", JSON)
)
VERSIONS = sa.table(
    "note_versions", sa.column("note_id"), sa.column("number"), sa.column("document", JSON)
)


def upgrade():
    _change_all(_identified)


def downgrade():
    """Version 0007 takes no field that it does not know."""
    _change_all(lambda note_id, items: [_without_id(item) for item in items])


def _identified(note_id, items):
    """Each with the id that calendars know it by: what the UID of its event was made of."""
    names, out = Counter(), []
    for item in items:
        said = item.get("evidence")
        place = str(round(said[0]["start"], 1)) if said else " ".join(item["text"].split())
        names[place] += 1
        name = uuid5(NAMESPACE_URL, f"talktotext:{note_id}/{place}/{names[place]}")
        out.append({**item, "id": item.get("id") or str(name)})
    return out


def _without_id(item):
    return {name: value for name, value in item.items() if name != "id"}


def _with_id_of(item, shown):
    """An item as people see it, with the id that it has by now, if it has one."""
    return {**_without_id(shown), **({"id": item["id"]} if "id" in item else {})}


def _change_all(change):
    """Change the action items of all notes and of all their versions: (note's id, items) -> items."""
    for note in _rows(NOTES, NOTES.c.id):
        items = change(note.id, note.document.get("action_items", []))
        shown = [_with_id_of(*pair) for pair in zip(items, note.action_items)]
        _write(NOTES, NOTES.c.id == note.id, note.document, items, action_items=shown)
    for version in _rows(VERSIONS, VERSIONS.c.note_id, VERSIONS.c.number):
        items = change(version.note_id, version.document.get("action_items", []))
        mine = sa.and_(
            VERSIONS.c.note_id == version.note_id, VERSIONS.c.number == version.number
        )
        _write(VERSIONS, mine, version.document, items)


def _rows(table, *key):
    """All rows, a batch in memory at a time."""
    connection, after = op.get_bind(), None
    some = sa.select(table).order_by(*key).limit(BATCH)
    while rows := connection.execute(_past(some, key, after)).all():
        yield from rows
        after = tuple(getattr(rows[-1], column.name) for column in key)


def _past(some, key, after):
    """Of what `some` asks for, what comes after a row; all where there is none."""
    return some if after is None else some.where(sa.tuple_(*key) > sa.tuple_(*after))


def _write(table, mine, document, items, **more):
    if items:
        values = {"document": {**document, "action_items": items}, **more}
        op.get_bind().execute(sa.update(table).where(mine).values(values))
