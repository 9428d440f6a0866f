"""What is done once, before a process is forked for every job, instead of once in each of them."""

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from talktotext.extensions import db
from talktotext.models import Job, Upload
from talktotext.runner.lease import Lease
from talktotext.runner.pick import fair_order


def warm_up() -> None:
    """Let SQLAlchemy set up its mappers and compile what every job begins with: half of the
    processor time of a job that does nothing. Touches no job, and does without a database that is
    away."""
    with suppress(SQLAlchemyError):
        with Session(db.engine) as session:
            for table in (Job, Upload):
                session.get(table, "")
        next(fair_order(), None)
        Lease.take("", 0)
