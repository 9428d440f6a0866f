"""Invitations: sent to an email, good once."""

from typing import Any, cast

import sqlalchemy as sa

from talktotext import audit
from talktotext.accounts import links
from talktotext.errors import Conflict, LinkInvalid, NotFound
from talktotext.extensions import db
from talktotext.models import Invitation, User, now


def invite(email: str, role: str, by: User | None = None) -> Invitation:
    """Invite somebody; what they were sent before is good no more.

    Args:
        by: the admin who does; None for the command line.

    Raises:
        Conflict: they are registered already.
    """
    if db.session.scalar(sa.select(User.id).filter_by(email=email)):
        raise Conflict("Email already registered")
    db.session.execute(sa.delete(Invitation).where(Invitation.email == email))
    invited_by, expires_at = by.id if by else None, now() + links.LIFE["register"]
    invited = Invitation(email=email, role=role, invited_by=invited_by, expires_at=expires_at)
    db.session.add(invited)
    audit.record("user.invited", invited_by, email=email, role=role)
    return invited


def standing() -> list[Invitation]:
    """Those that are still good, newest first."""
    good = sa.select(Invitation).where(Invitation.expires_at > now())
    return list(db.session.scalars(good.order_by(Invitation.created_at.desc())))


def withdraw(invitation_id: str) -> None:
    """Make an invitation good no more. Raises NotFound."""
    if not _gone(Invitation.id == invitation_id):
        raise NotFound("Invitation not found")
    db.session.commit()


def withdraw_of(user: User) -> None:
    """Make all that a user sent good no more: who is no admin has nobody to let in; in the session
    and not yet committed."""
    _gone(Invitation.invited_by == user.id)


def accept(token: str, email: str) -> Invitation:
    """Use an invitation up, in the session and not yet committed; what it said.

    Raises:
        LinkInvalid: it is not good, or was sent to another email.
    """
    invited = links.invitation_of(token)
    # One statement, so that of two who come with it at once only one gets in.
    if invited.email != email or not _gone(Invitation.id == invited.id):
        raise LinkInvalid("This invitation is not valid, or not for this email address")
    return invited


def _gone(*which: sa.ColumnElement[bool]) -> bool:
    gone = db.session.execute(sa.delete(Invitation).where(*which))
    return bool(cast(sa.CursorResult[Any], gone).rowcount)
