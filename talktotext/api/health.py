"""Is it up, and what is missing."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from sqlalchemy.exc import SQLAlchemyError

from talktotext.api.schemas.common import HealthOut
from talktotext.errors import QueueUnavailable
from talktotext.extensions import db, queue

bp = APIBlueprint("health", __name__, tag="Health")


@bp.get("/health")
@bp.get("/api/health")
@bp.output(HealthOut)
@bp.doc(responses={503: "The database is away"})
def health() -> tuple[dict[str, Any], int]:
    """Tell whether database and queue answer

    `degraded`: the queue is away; uploads are taken and done later.
    """
    found = {"database": _database(), "queue": _queue()}
    if found["database"] != "ok":
        return {"status": "down", **found}, 503
    return {"status": "ok" if found["queue"] == "ok" else "degraded", **found}, 200


@bp.get("/health/live")
def live() -> dict[str, str]:
    """Tell that this process answers"""
    return {"status": "ok"}


def _database() -> str:
    try:
        db.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        return "unreachable"
    return "ok"


def _queue() -> str:
    try:
        queue.ping()
    except QueueUnavailable:
        return "unreachable"
    return "ok"
