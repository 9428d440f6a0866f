"""How Alembic reaches the database: through the application, as `flask db …` runs in it."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from talktotext.models.base import UtcDateTime

db = current_app.extensions["migrate"].db
options = {"target_metadata": db.metadata, **current_app.extensions["migrate"].configure_args}


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types into migrations as what they are in the database: a migration must not
    change when the code does."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False
    )


def include_object(_object: Any, name: str | None, _kind: str, reflected: bool, twin: Any) -> bool:
    """Leave alone what the databases have of their own for finding words (models/note_index.py)."""
    return not (reflected and twin is None and (name or "").startswith("note_words"))


options |= {"render_item": render_item, "include_object": include_object}
if context.is_offline_mode():
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
