"""Users: registered, given another role or password, refused."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from talktotext import audit, config, mail
from talktotext.accounts import invitations, letters, sessions, tokens
from talktotext.errors import Conflict, LinkInvalid, RegistrationClosed, StorageUnavailable
from talktotext.extensions import db
from talktotext.models import Invitation, User, now
from talktotext.passwords import hash_password
from talktotext.runner import removal

AT_ONCE = 10.0  # seconds that deleting may keep somebody waiting; the rest is done later
AGAIN_AFTER = timedelta(minutes=2)  # before which nobody is sent the same mail again


def find(email: str) -> User | None:
    """The user of that email, whatever its case."""
    return db.session.scalar(sa.select(User).filter_by(email=email.strip().lower()))


def still_is(user: User) -> bool:
    """Whether a user may sign in with the password that was read with them. If so, that stays true
    until the transaction in hand ends: who changes it meanwhile waits, and then ends what began."""
    same = sa.update(User).where(User.id == user.id, User.password_hash == user.password_hash)
    same = same.where(User.disabled_at.is_(None), User.deleted_at.is_(None))
    options = {"synchronize_session": False}
    locked = db.session.execute(same.values(name=User.name), execution_options=options)
    return bool(locked.rowcount)  # type: ignore[attr-defined]


def register(person: dict[str, Any], password: str, invitation: str | None = None) -> User:
    """A user who registers by themselves, in the session and not yet committed.

    Args:
        person: columns of the user.
        invitation: the token of an invitation, if they have one.

    Raises:
        Conflict: the email is taken.
        LinkInvalid: the invitation is not good, or another's.
        RegistrationClosed: nobody may, or only who is invited.
    """
    setting = config.current().REGISTRATION
    if setting == "closed" or (setting == "invitation" and not invitation):
        raise RegistrationClosed
    invited = invitations.accept(invitation, person["email"]) if invitation else None
    return create(person, password, invited)


def create(person: dict[str, Any], password: str, invited: Invitation | None = None) -> User:
    """A new user, in the session and not yet committed.

    Args:
        invited: with what mail they came, which shows that it reaches them.

    Raises:
        Conflict: the email is taken.
    """
    user = User(**person, password_hash=hash_password(password))
    if invited:
        user.role, user.email_verified_at = invited.role, now()
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise Conflict("Email already registered") from None
    return user


def set_password(user: User, password: str, keep: sessions.Standing | None = None) -> None:
    """Give a user another password, which ends their sessions.

    Args:
        keep: the session that goes on: the one in which they changed it.
    """
    user.password_hash = hash_password(password)
    sessions.end_others(user, keep)
    audit.record("password.changed", user.id)


def reset_password(user: User, password: str) -> None:
    """Give a user who followed the link in a mail another password. Who needs that may have lost
    more than a password: all sessions end, and API tokens are refused.

    Raises:
        LinkInvalid: another request has used the link at this very moment.
    """
    before = user.password_hash
    changed = sa.update(User).where(User.id == user.id, User.password_hash == before)
    values: dict[str, Any] = {"password_hash": hash_password(password)}
    if user.email_verified_at is None:  # the mail has reached them
        values["email_verified_at"] = now()
    if not db.session.execute(changed.values(**values)).rowcount:  # type: ignore[attr-defined]
        raise LinkInvalid
    sessions.end_others(user, None)
    tokens.revoke_all(user)
    audit.record("password.reset", user.id)


def verify_email(user: User) -> None:
    """Take a user's address for theirs."""
    user.email_verified_at = now()
    audit.record("email.verified", user.id)


def ask_to_verify(user: User) -> None:
    """Send a user the link that verifies their address, if there is a mail server."""
    user_id, where = user.id, audit.address()  # what is posted knows of no request
    if not user.email_verified and mail.is_set_up():
        mail.post(lambda: _verification(user_id, where))


def _verification(user_id: int, where: str | None) -> mail.Letter | None:
    user = db.session.get(User, user_id)
    if user is None or user.is_refused or user.email_verified:
        return None
    first = _first_in_a_while("email.verification_sent", user, where)
    return letters.verification(user) if first else None


def ask_to_reset(email: str) -> None:
    """Send whoever has that email, if anybody has, the link that resets their password.

    Nothing is looked up before this returns, so that it takes as long for an unknown email.
    """
    where = audit.address()
    mail.post(lambda: _reset(email, where))


def _reset(email: str, where: str | None) -> mail.Letter | None:
    user = find(email)
    if user is None or user.is_refused:
        return None
    return letters.reset(user) if _first_in_a_while("password.forgotten", user, where) else None


def _first_in_a_while(event: str, user: User, where: str | None) -> bool:
    """Whether nobody has had us do that lately, so that nobody's mailbox is flooded with it."""
    lately = audit.events(user.id, event, since=now() - AGAIN_AFTER).limit(1)
    first = db.session.scalar(lately) is None
    if first:
        audit.record(event, user.id, where=where)
    return first


def keep_an_admin(user: User) -> None:
    """See that there is an admin besides a user who is about to be one no more. Until the
    transaction in hand ends nobody else can ask: of two who do that to each other one comes too
    late. Not asked at the command line, where an admin is made as well.

    Raises:
        Conflict: there is none who may sign in.
    """
    admins = sa.select(User.id).where(User.role == "admin")
    admins = admins.where(User.disabled_at.is_(None), User.deleted_at.is_(None))
    # In one order, or two who lock them wait for each other. SQLite locks all with the update.
    ordered = admins.order_by(User.id).with_for_update(key_share=True)
    held = sa.update(User).where(User.id.in_(ordered)).values(name=User.name).returning(User.id)
    options = {"synchronize_session": False}
    if set(db.session.scalars(held, execution_options=options)) == {user.id}:
        db.session.rollback()
        raise Conflict("There would be no admin left", hint="Make somebody else an admin first.")


def set_role(user: User, role: str, by: str) -> None:
    """Make a user an admin, or one no more.

    Args:
        by: who does it, for the record.
    """
    user.role = role
    if role != "admin":
        invitations.withdraw_of(user)
    audit.record("role.changed", user.id, role=role, by=by)


def disable(user: User, by: str) -> None:
    """Refuse a user at once, everywhere; their sessions end, their API tokens rest, whom they
    invited is not let in."""
    user.disabled_at = user.disabled_at or now()
    sessions.end_others(user, None)
    invitations.withdraw_of(user)
    audit.record("user.disabled", user.id, by=by)


def enable(user: User, by: str) -> None:
    """Let a user in again."""
    user.disabled_at = None
    audit.record("user.enabled", user.id, by=by)


def delete(user: User, by: str, seconds: float | None = None) -> bool:
    """Delete a user with everything there is of them. From here on nothing tells who they were but
    what is still to be deleted.

    Args:
        by: who does it, for the record.
        seconds: after which the rest is left to the sweep; None: however long it takes.

    Returns:
        Whether nothing is left.
    """
    user_id = user.id
    tokens.revoke_all(user)
    sessions.end_others(user, None)
    invitations.withdraw_of(user)
    audit.forget_user(user_id, user.email)
    gone: dict[str, Any] = {"name": "", "phone": None, "password_hash": "", "vocabulary": []}
    # No email has such a form, so that theirs is free and this one nobody's.
    for column, value in {**gone, "email": f"deleted-{user_id}", "deleted_at": now()}.items():
        setattr(user, column, value)
    audit.record("user.deleted", None, user=user_id, by=by)
    with suppress(StorageUnavailable):
        return removal.remove_user(user_id, seconds)
    return False
