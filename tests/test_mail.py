"""Mail: through a real server, and not to be misled by what is in a name."""

import logging
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask

from talktotext import mail
from talktotext.account_settings import AccountSettings
from talktotext.errors import MailUnavailable
from talktotext.mail import Letter, Post
from tests.smtp_server import Mailbox, mail_server

MakeApp = Callable[..., APIFlask]
LETTER = Letter("ann@example.com", "Hello — “Ann”", "How are you?\n\nhttp://x/?a=1\n")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PAUSES", (0.01, 0.01))


def post_of(app: APIFlask) -> Post:
    return app.extensions["mail"]  # type: ignore[no-any-return]


def test_a_letter_arrives_as_it_was_written(make_app: MakeApp, box: Mailbox) -> None:
    app = make_app(SMTP_URL=box.url, MAIL_FROM="Notes <notes@example.org>")
    with app.app_context():
        mail.send(LETTER)
    (letter,) = box.letters
    assert box.recipients == [["ann@example.com"]]
    assert letter["To"] == "ann@example.com"
    assert letter["From"] == "Notes <notes@example.org>"
    assert letter["Subject"] == LETTER.subject
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Date"]
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com\nBcc: eve@example.com",
        "ann@example.com\r\nBcc: eve@example.com",
        "ann@example.com, eve@example.com",
        "Ann <ann@example.com>",
        "ann@example.com,eve",
        "ann@",
        "@",
        "",
        "ann@[",
        "a" * 2000,
    ],
)
def test_what_is_no_address_gets_no_mail(make_app: MakeApp, box: Mailbox, address: str) -> None:
    with make_app(SMTP_URL=box.url).app_context(), pytest.raises(MailUnavailable):
        mail.send(Letter(address, "Hello", "Hello.\n"))
    assert box.letters == []


def test_a_header_cannot_be_broken_out_of(make_app: MakeApp, box: Mailbox) -> None:
    with make_app(SMTP_URL=box.url).app_context(), pytest.raises(ValueError):
        mail.send(Letter("ann@example.com", "Hello\nBcc: eve@example.com", "Hello.\n"))
    assert box.letters == []


def test_letters_of_every_script_arrive(make_app: MakeApp, box: Mailbox) -> None:
    with make_app(SMTP_URL=box.url).app_context():
        mail.send(Letter("żółw@example.com", "小松", "Ω\n.\n.dots\n"))
    (letter,) = box.letters
    assert (letter["To"], letter["Subject"]) == ("żółw@example.com", "小松")
    assert letter.get_content().replace("\r\n", "\n") == "Ω\n.\n.dots\n"


def test_a_password_is_not_sent_in_the_clear(make_app: MakeApp, box: Mailbox) -> None:
    url = box.url.replace("//", "//ann:s3cret%40@")
    with make_app(SMTP_URL=url).app_context(), pytest.raises(MailUnavailable) as error:
        mail.send(LETTER)
    assert "no encryption" in str(error.value)
    assert box.logins == [] and box.letters == []


def certificate(folder: Path) -> tuple[Path, Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout {key} -out {cert}"
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made.split(), *named], check=True, capture_output=True)
    return key, cert


def test_with_encryption_the_password_goes_to_who_can_prove_to_be_it(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with mail_server(tls_context=context, auth_require_tls=True) as box:
        app = make_app(SMTP_URL=box.url.replace("//", "//ann:s3cret%40@"))
        with app.app_context():
            with pytest.raises(MailUnavailable):  # nobody we know vouches for it
                mail.send(LETTER)
            assert box.logins == []
            monkeypatch.setenv("SSL_CERT_FILE", str(cert))
            mail.send(LETTER)
    assert box.logins == [(b"ann", b"s3cret@")]
    assert len(box.letters) == 1


def test_a_server_that_is_away_or_refuses_is_told(make_app: MakeApp, box: Mailbox) -> None:
    box.refusals = ["554 not today"]
    with make_app(SMTP_URL=box.url).app_context(), pytest.raises(MailUnavailable):
        mail.send(LETTER)
    with make_app(SMTP_URL="smtp://127.0.0.1:1").app_context(), pytest.raises(MailUnavailable):
        mail.send(LETTER)


def test_what_is_posted_is_tried_again(make_app: MakeApp, box: Mailbox) -> None:
    box.refusals = ["451 later", "451 later"]
    app = make_app(SMTP_URL=box.url)
    with app.app_context():
        mail.post(lambda: LETTER)
    assert post_of(app).wait(10)
    assert len(box.letters) == 1


def test_posting_returns_at_once_and_what_fails_holds_up_nothing(
    make_app: MakeApp, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    app, go_on = make_app(SMTP_URL=box.url), threading.Event()

    def slow() -> None:
        go_on.wait(10)

    def broken() -> Letter:
        raise ZeroDivisionError

    with app.app_context(), caplog.at_level(logging.ERROR):
        began = time.monotonic()
        for write in (slow, broken, lambda: LETTER):
            mail.post(write)
        assert time.monotonic() - began < 1
        assert box.letters == []
        go_on.set()
        assert post_of(app).wait(10)
    assert len(box.letters) == 1
    assert "could not be sent" in caplog.text


def test_a_flood_is_dropped(make_app: MakeApp, box: Mailbox) -> None:
    app, go_on = make_app(SMTP_URL=box.url), threading.Event()

    def slow() -> None:
        go_on.wait(10)

    with app.app_context():
        for _ in range(mail.WAITING + 50):
            mail.post(slow)
    assert len(post_of(app).waiting) <= mail.WAITING
    go_on.set()
    assert post_of(app).wait(10)


def test_without_a_server_development_shows_mails_on_the_console(
    make_app: MakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(FLASK_ENV="development")
    with app.app_context():
        mail.post(lambda: LETTER)
    assert post_of(app).wait(10)
    assert LETTER.text in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "http://example.com"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://example.com:many"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.com, b@example.com"),
        ("MAIL_FROM", "a@example.com\nBcc: b@example.com"),
        ("FRONTEND_URL", "javascript:alert(1)"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError):
        AccountSettings(**{name: value})
