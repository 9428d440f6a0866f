"""What admins do: look after users. Nobody's recordings or notes are among it."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint

from talktotext.accounts import users
from talktotext.api.paging import Order, number, page
from talktotext.api.schemas.account import AccountIn, AccountOut, JobsOut, UsersIn
from talktotext.api.schemas.common import ListHeaders
from talktotext.api.signin import current_user_id, signed_in
from talktotext.errors import Conflict, NotFound
from talktotext.extensions import db
from talktotext.models import Job, User

bp = APIBlueprint("admin", __name__, url_prefix="/api/admin", tag="Administration")

BY_ID = Order(((User.id, number),), descending=False)


@bp.get("/users")
@signed_in(scope="admin")
@bp.input(UsersIn, location="query")
@bp.output(list[AccountOut], headers=ListHeaders)  # type: ignore[arg-type]
@bp.doc(responses=[400])
def index(query_data: UsersIn) -> Any:
    """List users, in the order in which they came"""
    query = sa.select(User).where(User.deleted_at.is_(None))
    if query_data.email:
        query = query.where(User.email.contains(query_data.email.lower(), autoescape=True))
    return page(query, query_data, BY_ID)


@bp.get("/users/<int:user_id>")
@signed_in(scope="admin")
@bp.output(AccountOut)
@bp.doc(responses=[404])
def show(user_id: int) -> Any:
    """Show a user"""
    return _find(user_id)


@bp.patch("/users/<int:user_id>")
@signed_in(scope="admin")
@bp.input(AccountIn)
@bp.output(AccountOut)
@bp.doc(responses=[400, 404, 409])
def change(user_id: int, json_data: AccountIn) -> Any:
    """Give a user another role, disable or enable them

    Who is disabled is refused at once. What that does to oneself, another admin has to do.
    """
    user = _another(user_id)
    if json_data.role and json_data.role != user.role:
        users.keep_an_admin(user)
        users.set_role(user, json_data.role, by=_me())
    if json_data.disabled is not None:
        users.keep_an_admin(user)
        (users.disable if json_data.disabled else users.enable)(user, by=_me())
    return user


@bp.delete("/users/<int:user_id>")
@signed_in(scope="admin")
@bp.output({}, 204)
@bp.doc(responses=[404, 409])
def delete(user_id: int) -> str:
    """Delete a user with all recordings and notes"""
    user = _another(user_id)
    users.keep_an_admin(user)
    users.delete(user, by=_me(), seconds=users.AT_ONCE)
    return ""


@bp.get("/jobs")
@signed_in(scope="admin")
@bp.output(JobsOut)
def jobs() -> dict[str, Any]:
    """Count jobs by their status, and say since when the oldest waits"""
    counts = sa.select(Job.status, sa.func.count()).group_by(Job.status)
    oldest = sa.select(sa.func.min(Job.created_at)).where(Job.status == "queued")
    found = {row[0]: row[1] for row in db.session.execute(counts)}
    return {**found, "oldest_queued_at": db.session.scalar(oldest)}


def _find(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None or user.deleted_at is not None:
        raise NotFound("User not found")
    return user


def _another(user_id: int) -> User:
    """A user who is not oneself: a slip of the hand would lock one out."""
    user = _find(user_id)
    if user.id == current_user_id():
        raise Conflict("You cannot do that to yourself", hint="Let another admin do it.")
    return user


def _me() -> str:
    return f"user {current_user_id()}"
