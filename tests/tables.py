"""Empty tables for every test. To make them anew took most of the time of most tests."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from talktotext.models.base import Base

# Numbers begin at 1 again, as in new tables.
RESTART = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


class Tables:
    """Databases of the tests in this process, and how each gets empty tables.

    Args:
        template: a SQLite database with all tables and nothing in them.
    """

    def __init__(self, template: Path):
        self._template = template.read_bytes()
        self._made: dict[str, sa.URL] = {}

    def empty(self, engine: sa.Engine) -> None:
        """Let there be all tables, and nothing in them."""
        address = engine.url.render_as_string(hide_password=False)
        if address not in self._made:
            self._begin(engine)
        else:
            try:
                _delete_all(engine)
            except DBAPIError:  # a test has taken tables away
                _make_anew(engine)
        self._made[address] = engine.url

    def _begin(self, engine: sa.Engine) -> None:
        path = Path(engine.url.database or "")
        if engine.dialect.name == "sqlite" and not path.exists():
            path.write_bytes(self._template)
        else:
            _make_anew(engine)

    def drop(self) -> None:
        """Leave no tables behind on a server, where they would outlive this process."""
        for url in self._made.values():
            if url.get_backend_name() != "sqlite":
                engine = sa.create_engine(url, poolclass=sa.NullPool)
                Base.metadata.drop_all(engine)
                engine.dispose()


def _make_anew(engine: sa.Engine) -> None:
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)


def _delete_all(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text(RESTART))
