"""Passwords: argon2id, with the library's parameters (RFC 9106), and nothing else."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked where an email is unknown, so that both answers take the same time.
_nobody = _hasher.hash("nobody's password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one `stored` was made of; takes as long if there is none."""
    try:
        return _hasher.verify(stored or _nobody, password) and bool(stored)
    except (VerifyMismatchError, InvalidHashError):
        return False
