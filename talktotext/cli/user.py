"""`flask user …`: the people who use this installation."""

from pathlib import Path

import click
import sqlalchemy as sa
from pydantic import ValidationError

from talktotext import audit, mail
from talktotext.accounts import exports, invitations, letters, links, tokens, users
from talktotext.api.problems import sentence as complaint
from talktotext.api.schemas.auth import RegisterIn
from talktotext.cli.find import find_user
from talktotext.cli.plain import PlainGroup
from talktotext.errors import Conflict, MailUnavailable
from talktotext.extensions import db
from talktotext.logs import escaped
from talktotext.models import ROLES, Upload, User, now

BY = "the command line"

group = PlainGroup("user", help="Create, list and change users.")
email_argument = click.argument("email")
role_option = click.option(
    "--role", type=click.Choice(ROLES), default="user", show_default=True, help="What they may do."
)


@group.command("create")
@email_argument
@click.option("--name", help="The person's name; the email's first part if omitted.")
@click.option("--phone", help="A telephone number.")
@role_option
@click.password_option(help="The password; asked for if omitted.")
def create(email: str, name: str | None, phone: str | None, role: str, password: str) -> None:
    """Create a user, whose email address counts as verified."""
    wanted = _checked(
        email=email, name=name or email.partition("@")[0], phone=phone, password=password
    )
    vouched = {"role": role, "email_verified_at": now()}
    try:
        user = users.create({**wanted.person(), **vouched}, password)
    except Conflict:
        raise click.ClickException(f"{wanted.email} is already registered.") from None
    audit.record("user.registered", user.id, by=BY)
    click.echo(f"Created user {user.id}, {user.email}.")


@group.command("invite")
@email_argument
@role_option
def invite(email: str, role: str) -> None:
    """Invite somebody to register: print the link, and send it if there is a mail server.

    It works once, within a week; an earlier one works no more.
    """
    wanted = _checked(email=email, name="-", password="-" * 8)
    invited = invitations.invite(wanted.email, role)
    click.echo(links.invitation_link(invited))
    if not mail.is_set_up():
        click.echo("SMTP_URL is not set: no mail was sent.", err=True)
        return
    try:
        mail.send(letters.invitation(invited))
    except MailUnavailable as error:
        raise click.ClickException(f"{error.message}. The link is good all the same.") from None
    click.echo(f"Sent to {invited.email}.", err=True)


@group.command("list")
def list_users() -> None:
    """List all users."""
    query = sa.select(User).where(User.deleted_at.is_(None)).order_by(User.id)
    for user in db.session.scalars(query):
        marks = [mark for mark, holds in _marks(user).items() if holds]
        line = f"{user.id:>6}  {user.email:<40}  {user.name}"
        click.echo(escaped(f"{line}  ({', '.join(marks)})" if marks else line))


@group.command("show")
@email_argument
def show(email: str) -> None:
    """Show a user."""
    user = find_user(email)
    uploads = db.session.scalar(sa.select(sa.func.count(Upload.id)).filter_by(user_id=user.id))
    for label, value in (
        ("id", user.id),
        ("email", user.email),
        ("verified", "yes" if user.email_verified else "no"),
        ("name", user.name),
        ("role", user.role),
        ("phone", user.phone or "–"),
        ("vocabulary", ", ".join(user.vocabulary) or "–"),
        ("since", f"{user.created_at:%Y-%m-%d %H:%M} UTC"),
        ("disabled", f"{user.disabled_at:%Y-%m-%d %H:%M} UTC" if user.disabled_at else "no"),
        ("API tokens", len(tokens.of_user(user))),
        ("recordings", uploads),
    ):
        click.echo(escaped(f"{label:<11} {value}"))


@group.command("set-password")
@email_argument
@click.password_option(help="The new password; asked for if omitted.")
def set_password(email: str, password: str) -> None:
    """Give a user a new password, and end all their logins."""
    user = find_user(email)
    _checked(email=user.email, name=user.name, password=password)
    users.set_password(user, password)
    click.echo(f"The password of {user.email} is changed.")


@group.command("role")
@email_argument
@click.argument("role", type=click.Choice(ROLES))
def role(email: str, role: str) -> None:
    """Make a user an admin, or one no more."""
    user = find_user(email)
    users.set_role(user, role, by=BY)
    click.echo(f"{user.email} is {role}.")


@group.command("disable")
@email_argument
def disable(email: str) -> None:
    """Refuse a user at once, everywhere; what they have stays."""
    user = find_user(email)
    users.disable(user, by=BY)
    click.echo(f"{user.email} is disabled.")


@group.command("enable")
@email_argument
def enable(email: str) -> None:
    """Let a disabled user in again."""
    user = find_user(email)
    users.enable(user, by=BY)
    click.echo(f"{user.email} is enabled.")


@group.command("export")
@email_argument
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The zip to write; talktotext-<id>.zip here if omitted.",
)
def export(email: str, output: Path | None) -> None:
    """Put everything there is of a user into a zip."""
    user = find_user(email)
    path = output or Path(f"talktotext-{user.id}.zip")
    exports.write_to(user, path)
    click.echo(f"Wrote {path}, {path.stat().st_size:,} bytes.")


@group.command("delete")
@email_argument
@click.confirmation_option(prompt="Delete the user with all recordings and notes?")
def delete(email: str) -> None:
    """Delete a user with all recordings and notes."""
    user = find_user(email)
    email = user.email
    users.delete(user, by=BY)
    click.echo(f"Deleted {email}.")


def _marks(user: User) -> dict[str, bool]:
    return {"admin": user.is_admin, "disabled": user.disabled_at is not None}


def _checked(**fields: str | None) -> RegisterIn:
    try:
        return RegisterIn.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise click.ClickException(complaint(str(first["loc"][0]), first["msg"])) from None
