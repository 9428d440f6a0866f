"""What all tables share: naming of constraints, times in UTC, ids, the database's own clock."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.sql.functions import GenericFunction


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A point in time, always in UTC; SQLite would forget the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Named constraints, so that migrations can drop them on every database."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own attribute
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(none_as_null=True).with_variant(
            JSONB(none_as_null=True), "postgresql"
        ),
        list[Any]: sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
    }


class db_clock(GenericFunction[float]):
    """Seconds since 1970 by the database's clock: machines may disagree, leases must not."""

    type = sa.Double()
    inherit_cache = True


@compiles(db_clock, "sqlite")
def _sqlite_clock(element: db_clock, compiler: Any, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(db_clock, "postgresql")
def _postgresql_clock(element: db_clock, compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) AS double precision)"


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return str(uuid4())


Uuid = Annotated[str, mapped_column(sa.String(36))]
UuidKey = Annotated[str, mapped_column(sa.String(36), primary_key=True, default=new_id)]
CreatedAt = Annotated[datetime, mapped_column(default=now)]
UserId = Annotated[
    int, mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
]
