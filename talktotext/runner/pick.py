"""Whose turn it is: jobs in a fair order.

A user with fewer jobs at work comes before one with more, then the one served longest ago, and a
user's own jobs are done in the order they came. So a hundred recordings of one user hold another's
single one up by no more than the job that is running.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from talktotext.extensions import db
from talktotext.models import Job, db_clock
from talktotext.runner.lease import patiently, runnable

USERS = 50  # looked at in one go


def fair_order() -> Iterator[str]:
    """The ids of runnable jobs, the next one first: one of each user, and then again.

    The order is found anew for every job asked for, as others take jobs meanwhile.
    """
    seen: set[str] = set()
    while found := [job_id for job_id in patiently(_next) if job_id not in seen]:
        seen.add(found[0])
        yield found[0]


def _next() -> list[str]:
    """A job of each waiting user, in order. A wake-up is not to be spent on a database that is
    away for a moment, which is why it is asked for patiently."""
    with Session(db.engine) as session:
        return list(session.scalars(_turns()))


def _turns() -> sa.Select[str]:
    """Each waiting user's oldest runnable job, the user whose turn it is first."""
    other = aliased(Job)
    of_user = other.user_id == Job.user_id
    at_work = (
        sa.select(sa.func.count())
        .select_from(other)
        .where(of_user, other.status == "running", other.lease_until >= db_clock())
        .scalar_subquery()
    )
    last_served = sa.select(sa.func.max(other.started_at)).where(of_user).scalar_subquery()
    waiting = (
        sa.select(Job.user_id, sa.func.min(Job.created_at).label("oldest"))
        .where(runnable())
        .group_by(Job.user_id)
        .subquery()
    )
    return (
        sa.select(Job.id)
        .join(waiting, Job.user_id == waiting.c.user_id)
        .where(runnable(), Job.created_at == waiting.c.oldest)
        .order_by(at_work, sa.nulls_first(last_served), Job.created_at, Job.id)
        .limit(USERS)
    )
