"""What mails say: plain text, with a link."""

from talktotext.accounts.links import LIFE, Purpose, invitation_link, user_link
from talktotext.mail import Letter
from talktotext.models import Invitation, User

VERIFY = """\
Hello,

somebody, hopefully you, registered at TalkToText with this email address.
To show that it is yours, follow this link within {life}:

{link}

If it was not you, do nothing.
"""
RESET = """\
Hello,

somebody, hopefully you, asked for a new password for your account at TalkToText.
To choose one, follow this link within {life}:

{link}

It works once. If it was not you, do nothing: your password stays as it is.
"""
INVITE = """\
Hello,

you are invited to TalkToText, which turns recordings of meetings into notes.
To register with this email address, follow this link within {life}:

{link}

It works once.
"""


def verification(user: User) -> Letter:
    """The mail with which a user verifies their address."""
    return _letter(user.email, "Verify your email address", VERIFY, "verify", user)


def reset(user: User) -> Letter:
    """The mail with which a user resets their password."""
    return _letter(user.email, "A new password for TalkToText", RESET, "reset", user)


def invitation(invited: Invitation) -> Letter:
    """The mail with which somebody invited registers."""
    subject = "You are invited to TalkToText"
    text = INVITE.format(link=invitation_link(invited), life=_life("register"))
    return Letter(invited.email, subject, text)


def _letter(to: str, subject: str, text: str, purpose: Purpose, user: User) -> Letter:
    return Letter(to, subject, text.format(link=user_link(purpose, user), life=_life(purpose)))


def _life(purpose: Purpose) -> str:
    hours = LIFE[purpose].total_seconds() / 3600
    if hours < 24:
        return "an hour" if hours == 1 else f"{hours:.0f} hours"
    return f"{hours / 24:.0f} days"
