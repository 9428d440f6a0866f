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


if context.is_offline_mode():
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, render_item=render_item, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        context.configure(connection=connection, render_item=render_item, **options)
        with context.begin_transaction():
            context.run_migrations()
