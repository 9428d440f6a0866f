"""API tokens: `ttt_<id>_<secret><checksum>`.

The prefix and the checksum (CRC-32 of all before it, six characters) let secret scanners find a
token that was published, with no false alarms
(https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/);
the id finds its row. Of the secret, 256 random bits, only SHA-256 is kept: a slow hash such as
argon2 makes guessing a password dear, but nobody guesses 256 bits, and it would cost 19 ms and
19 MiB with every request.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from datetime import timedelta
from typing import Literal, get_args

import sqlalchemy as sa

from talktotext import audit
from talktotext.errors import Conflict, NotFound
from talktotext.extensions import db
from talktotext.models import ApiToken, User, now

PREFIX = "ttt_"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHAPE = re.compile(r"(ttt_([0-9A-Za-z]{10})_([0-9A-Za-z]{43}))([0-9A-Za-z]{6})")
MOST = 100  # tokens of a user

Scope = Literal["read", "write", "upload"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


def make(user: User, name: str, scopes: list[Scope], days: int | None) -> tuple[ApiToken, str]:
    """Make a token for a user; its row, and itself, which is never seen again.

    Args:
        days: after which it is good no more; None: never.

    Raises:
        Conflict: they have too many.
    """
    if len(of_user(user)) >= MOST:
        raise Conflict(f"You have {MOST} API tokens already", hint="Revoke one first.")
    token_id, secret = _number(8, 10), _number(32, 43)
    token = ApiToken(
        id=token_id,
        user_id=user.id,
        name=name,
        scopes=list(scopes),
        secret_hash=_hash(secret),
        expires_at=now() + timedelta(days=days) if days else None,
    )
    db.session.add(token)
    audit.record("token.made", user.id, token=token_id, scopes=token.scopes)
    plain = f"{PREFIX}{token_id}_{secret}"
    return token, plain + _checksum(plain)


def of_user(user: User) -> list[ApiToken]:
    """A user's tokens, newest first."""
    query = sa.select(ApiToken).filter_by(user_id=user.id).order_by(ApiToken.created_at.desc())
    return list(db.session.scalars(query))


def find(shown: str) -> ApiToken | None:
    """The token that was shown, if it is good."""
    match = SHAPE.fullmatch(shown)
    if match is None or match[4] != _checksum(match[1]):
        return None
    token = db.session.get(ApiToken, match[2])
    if token is None or not hmac.compare_digest(token.secret_hash, _hash(match[3])):
        return None
    expired = token.expires_at is not None and token.expires_at <= now()
    return None if expired or token.user.is_refused else token


def revoke(user: User, token_id: str) -> None:
    """Refuse a user's token from now on. Raises NotFound."""
    token = db.session.get(ApiToken, token_id)
    if token is None or token.user_id != user.id:
        raise NotFound("API token not found")
    db.session.delete(token)
    audit.record("token.revoked", user.id, token=token_id)


def revoke_all(user: User) -> None:
    """Refuse all of a user's tokens; in the session and not yet committed."""
    db.session.execute(sa.delete(ApiToken).where(ApiToken.user_id == user.id))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), 6)


def _number(size: int, width: int) -> str:
    """So many random bytes, in that many digits."""
    return _base62(int.from_bytes(secrets.token_bytes(size)), width)[-width:]


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(DIGITS))
        digits = DIGITS[rest] + digits
    return digits.rjust(width, DIGITS[0])
