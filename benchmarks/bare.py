"""A Flask application that does nothing but read one row, to measure ours against.

BARE_DATABASE=sqlite:////tmp/bare.db gunicorn benchmarks.bare:app
"""

import os

import sqlalchemy as sa
from flask import Flask, Response, abort, jsonify
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    """Five columns, as a status has."""

    __tablename__ = "bare_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    status: Mapped[str] = mapped_column(sa.String(16))
    percent: Mapped[int]


app = Flask(__name__)
engine = sa.create_engine(os.environ["BARE_DATABASE"], pool_size=16)


def fill() -> None:
    """Make the table, with a thousand rows."""
    Base.metadata.create_all(engine)
    rows = [
        {"id": n, "owner": 1, "name": f"Item {n}", "status": "done", "percent": 100}
        for n in range(1, 1001)
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(Item), rows)


@app.get("/items/<int:item_id>")
def show(item_id: int) -> Response:
    with Session(engine) as session:
        item = session.get(Item, item_id) or abort(404)
        return jsonify(
            id=item.id, owner=item.owner, name=item.name, status=item.status, percent=item.percent
        )
