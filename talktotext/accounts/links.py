"""Links in mails: signed, good for a while, and for once.

A token says whose it is and for what, signed with SECRET_KEY; nothing of it is stored. It is good
for once because it also holds a mark of what it changes: after a reset the password is another,
after a verification the address is verified, and the mark fits no more.
"""

import hashlib
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer

from talktotext import config
from talktotext.errors import LinkInvalid
from talktotext.extensions import db
from talktotext.models import Invitation, User, now

Purpose = Literal["verify", "reset", "register"]
LIFE: dict[Purpose, timedelta] = {
    "verify": timedelta(days=3),
    "reset": timedelta(hours=1),
    "register": timedelta(days=7),
}
MAX_LENGTH = 500  # characters of a token, more than any has


def user_link(purpose: Purpose, user: User) -> str:
    """The address with which `user` verifies their email or resets their password."""
    return _address(purpose, [user.id, _mark(purpose, user)])


def invitation_link(invitation: Invitation) -> str:
    """The address at which who was invited registers."""
    return _address("register", [invitation.id])


def user_of(purpose: Purpose, token: str) -> User:
    """Whose link it is. Raises LinkInvalid if it is not good, or not any more."""
    user_id, mark = _read(purpose, token, 2)
    user = db.session.get(User, user_id)
    if user is None or user.is_refused or _mark(purpose, user) != mark:
        raise LinkInvalid
    return user


def invitation_of(token: str) -> Invitation:
    """The invitation it is of. Raises LinkInvalid."""
    (invitation_id,) = _read("register", token, 1)
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.expires_at <= now():
        raise LinkInvalid
    return invitation


def _mark(purpose: Purpose, user: User) -> str:
    """What the link changes, as it stands."""
    state = user.password_hash if purpose == "reset" else str(user.email_verified_at)
    return hashlib.sha256(f"{user.email}\0{state}".encode()).hexdigest()[:32]


def _address(purpose: Purpose, content: list[Any]) -> str:
    settings = config.current()
    base = settings.FRONTEND_URL or _first_origin(settings.CORS_ORIGINS)
    token = urlencode({"token": _signer(purpose).dumps(content)})
    return f"{base.rstrip('/')}/{purpose}?{token}"


def _first_origin(origins: list[str]) -> str:
    return next((origin for origin in origins if origin != "*"), "")


def _read(purpose: Purpose, token: str, length: int) -> list[Any]:
    """What was signed for that purpose. Raises LinkInvalid."""
    try:
        content = _signer(purpose).loads(token, max_age=int(LIFE[purpose].total_seconds()))
    except BadData:
        raise LinkInvalid from None
    if not isinstance(content, list) or len(content) != length or None in content:
        raise LinkInvalid
    return content


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    # A salt a purpose, so that no token opens another door than its own.
    return URLSafeTimedSerializer(
        config.current().SECRET_KEY,
        salt=f"talktotext.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
