"""Mail: plain text, through any SMTP server; on the console in development where none is set.

`send` speaks to the server and says what it answered: for the command line. `post` is for
requests: it returns at once, whether there is anything to send or not, so that neither a slow mail
server nor who has an account can be told from the time an answer takes. What is posted waits in
this process, is tried three times, and is lost with the process: who asked for a mail that does
not come asks again. A job would outlive that, but wait behind the recording that is being
transcribed.
"""

import logging
import re
import smtplib
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial
from threading import Condition, Thread
from urllib.parse import parse_qs, unquote, urlsplit

import click
from flask import Flask, current_app

from talktotext import config
from talktotext.account_settings import sender
from talktotext.errors import MailUnavailable
from talktotext.models import now
from talktotext.runner.trying import tried

log = logging.getLogger(__name__)

TIMEOUT = 15.0  # seconds without a word from the server
PAUSES = (2.0, 10.0)  # seconds before the next try of what was posted
PORTS = {"smtp": 587, "smtps": 465}  # of message submission, RFC 8314
# One address without quotes, comments or groups: nobody has others, but for mischief.
ADDRESS = re.compile(r'[^\s()<>\[\]:;@\\,"]{1,64}@[\w.-]{1,253}')
WAITING = 500  # mails at most; more are a flood, and dropped


@dataclass(frozen=True)
class Letter:
    """What is to be sent, and to whom: one bare address."""

    to: str
    subject: str
    text: str


Write = Callable[[], Letter | None]


class Post:
    """The letters that wait in this process, and the thread that sends them while there are any."""

    def __init__(self, app: Flask):
        self.app = app
        self.waiting: deque[Write] = deque()
        self.changed = Condition()
        self.busy = False

    def put(self, write: Write) -> None:
        """Have a letter written and sent."""
        with self.changed:
            if len(self.waiting) >= WAITING:
                log.error("too many mails wait: one is dropped")
                return
            self.waiting.append(write)
            if not self.busy:
                self.busy = True
                Thread(target=self._work, name="mail", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until all is sent or given up; whether it is."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.busy, seconds)

    def _work(self) -> None:
        while write := self._next():
            with self.app.app_context():
                _, error = tried(partial(_deliver, write))
            if error:
                log.error("a mail could not be sent: %s", error)

    def _next(self) -> Write | None:
        with self.changed:
            if self.waiting:
                return self.waiting.popleft()
            self.busy = False
            self.changed.notify_all()
            return None


def init_app(app: Flask) -> None:
    """Give `app` its post."""
    app.extensions["mail"] = Post(app)


def post(write: Write) -> None:
    """Have a letter written and sent, outside of the request in hand.

    Args:
        write: makes the letter, or None if there is to be none; in an application context.
    """
    if is_set_up():
        current_app.extensions["mail"].put(write)
    else:
        log.warning("SMTP_URL is not set: no mail is sent")


def is_set_up() -> bool:
    """Whether mails go anywhere."""
    settings = config.current()
    return bool(settings.SMTP_URL) or settings.FLASK_ENV == "development"


def _deliver(write: Write) -> None:
    if (letter := write()) is None:
        return
    for pause in PAUSES:
        try:
            return send(letter)
        except MailUnavailable as error:
            log.warning("mail: %s; again in %.0f s", error, pause)
            time.sleep(pause)
    send(letter)


def send(letter: Letter) -> None:
    """Send a letter now.

    Raises:
        MailUnavailable: it could not be sent; it says why.
    """
    settings = config.current()
    origin = sender(settings.MAIL_FROM)
    message = _message(letter, origin)
    if not settings.SMTP_URL:
        click.echo(f"----- mail to {letter.to}: {letter.subject}\n{letter.text}-----")
        return
    with _refusals_named(), _connected(settings.SMTP_URL, origin.domain) as server:
        server.send_message(message)


def _message(letter: Letter, origin: Address) -> EmailMessage:
    """The message; the library refuses line breaks in headers. Raises MailUnavailable."""
    if not (ADDRESS.fullmatch(letter.to) and letter.to.isprintable()):
        raise MailUnavailable(f"No mail can be sent to {letter.to[:80]!r}")
    username, _, domain = letter.to.partition("@")
    message = EmailMessage()
    message["To"] = Address(username=username, domain=domain)
    message["From"] = origin
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=origin.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(letter.text)
    return message


@contextmanager
def _connected(url: str, domain: str) -> Iterator[smtplib.SMTP]:
    """A connection to the server, encrypted where it can be and with a password must be.

    Args:
        domain: what to call ourselves; our own name would be looked up, which may take its time.
    """
    parts, context = urlsplit(url), ssl.create_default_context()
    host, ours = parts.hostname or "", partial(smtplib.SMTP, local_hostname=domain, timeout=TIMEOUT)
    if parts.scheme == "smtps":
        ours = partial(smtplib.SMTP_SSL, context=context, local_hostname=domain, timeout=TIMEOUT)
    with ours(host, parts.port or PORTS[parts.scheme]) as server:
        server.ehlo_or_helo_if_needed()
        wanted = parse_qs(parts.query).get("starttls") != ["no"]
        if parts.scheme == "smtp" and wanted and server.has_extn("starttls"):
            server.starttls(context=context)
        elif parts.scheme == "smtp" and wanted and parts.username:
            raise MailUnavailable("The mail server offers no encryption for the password")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


@contextmanager
def _refusals_named() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        said = type(error).__name__ if isinstance(error, smtplib.SMTPResponseException) else error
        raise MailUnavailable(f"The mail server cannot be used: {said}") from error
