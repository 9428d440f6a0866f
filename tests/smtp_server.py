"""A mail server that tests run: real SMTP on a real port."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.stack import free_port


class Mailbox:
    """What arrived.

    Attributes:
        refusals: answers that the next mails are refused with, the first one first.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refusals: list[str] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.url = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        self.letters.append(message)  # type: ignore[arg-type]
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"

    def check(self, _server: Any, _session: Any, _envelope: Any, _how: str, who: Any) -> AuthResult:
        assert isinstance(who, LoginPassword)
        self.logins.append((who.login, who.password))
        return AuthResult(success=who.password == b"s3cret@")


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    """A server and its mailbox, whose `url` is for SMTP_URL.

    Args:
        options: of aiosmtpd's SMTP, such as `tls_context`.
    """
    box = Mailbox()
    server = Controller(
        box, "127.0.0.1", free_port(), authenticator=box.check, enable_SMTPUTF8=True, **options
    )
    server.start()
    box.url = f"smtp://127.0.0.1:{server.port}"
    try:
        yield box
    finally:
        server.stop()
