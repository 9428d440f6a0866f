"""The log of security events: who signed in, failed to, changed a password, made a token …

Kept in the database (`flask audit list`) and written to the log `talktotext.audit` as well, where
whatever collects logs finds it. Events:

    user.registered, user.invited, user.disabled, user.enabled, user.deleted
    login, login.failed, login.refused, logout, refresh.reused, session.revoked
    password.changed, password.refused, password.forgotten, password.reset
    email.verification_sent, email.verified
    token.made, token.revoked, role.changed, account.exported
    recording.infected
"""

import logging
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from talktotext.extensions import db
from talktotext.models import AuditEvent

log = logging.getLogger(__name__)


def record(
    event: str, user_id: int | None = None, *, where: str | None = None, **details: Any
) -> None:
    """Write down an event and commit the session, so that what happened and its record are one.

    Args:
        event: a stable word, see above.
        user_id: whom it is about, if that is known.
        where: the `address` of the request that it came of, where that is over by now.
        details: what else is of use, as JSON; never a secret, and no more of a person than needed.
    """
    where = where or address()
    db.session.add(AuditEvent(event=event, user_id=user_id, address=where, details=details))
    db.session.commit()
    log.info("%s user=%s address=%s %s", event, user_id, where, details or "")


def address() -> str | None:
    """Where the request in hand came from; None where there is none."""
    return (request.remote_addr or "")[:45] or None if has_request_context() else None


def events(
    user_id: int | None = None, event: str | None = None, since: datetime | None = None
) -> sa.Select[AuditEvent]:
    """Asks for events, newest first.

    Args:
        event: the word, or its beginning up to a dot: "login" finds "login.failed" too.
    """
    query = sa.select(AuditEvent).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    if user_id is not None:
        query = query.where(AuditEvent.user_id == user_id)
    if event:
        longer = AuditEvent.event.startswith(f"{event}.", autoescape=True)
        query = query.where(sa.or_(AuditEvent.event == event, longer))
    if since:
        query = query.where(AuditEvent.at >= since)
    return query


def forget_user(user_id: int, email: str) -> None:
    """Keep of somebody's events only that they happened, when and from where, and of others' not
    whom they invited; in the session and not yet committed."""
    theirs = sa.update(AuditEvent).where(AuditEvent.user_id == user_id)
    db.session.execute(theirs.values(user_id=None, details={}))
    invited = AuditEvent.details["email"].as_string() == email
    named = sa.update(AuditEvent).where(AuditEvent.event == "user.invited", invited)
    db.session.execute(named.values(details={}), execution_options={"synchronize_session": False})


def forget_before(moment: datetime) -> None:
    """Delete older events; in the session and not yet committed."""
    db.session.execute(sa.delete(AuditEvent).where(AuditEvent.at < moment))
