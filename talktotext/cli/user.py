"""`flask user …`: the people who use this installation."""

import click
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from talktotext.api.problems import sentence as complaint
from talktotext.api.schemas.auth import RegisterIn
from talktotext.cli.plain import PlainGroup
from talktotext.extensions import db
from talktotext.models import Login, Upload, User, now
from talktotext.passwords import hash_password
from talktotext.runner import delete_upload

group = PlainGroup("user", help="Create, list and change users.")
email_argument = click.argument("email")


@group.command("create")
@email_argument
@click.option("--name", help="The person's name; the email's first part if omitted.")
@click.option("--phone", help="A telephone number.")
@click.password_option(help="The password; asked for if omitted.")
def create(email: str, name: str | None, phone: str | None, password: str) -> None:
    """Create a user."""
    wanted = _checked(
        email=email, name=name or email.partition("@")[0], phone=phone, password=password
    )
    user = User(**wanted.model_dump(exclude={"password"}), password_hash=hash_password(password))
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError:
        raise click.ClickException(f"{wanted.email} is already registered.") from None
    click.echo(f"Created user {user.id}, {user.email}.")


@group.command("list")
def list_users() -> None:
    """List all users."""
    for user in db.session.scalars(sa.select(User).order_by(User.id)):
        click.echo(f"{user.id:>6}  {user.email:<40}  {user.name}")


@group.command("show")
@email_argument
def show(email: str) -> None:
    """Show a user."""
    user = _find(email)
    uploads = db.session.scalar(sa.select(sa.func.count(Upload.id)).filter_by(user_id=user.id))
    for label, value in (
        ("id", user.id),
        ("email", user.email),
        ("name", user.name),
        ("phone", user.phone or "–"),
        ("vocabulary", ", ".join(user.vocabulary) or "–"),
        ("since", f"{user.created_at:%Y-%m-%d %H:%M} UTC"),
        ("recordings", uploads),
    ):
        click.echo(f"{label:<11} {value}")


@group.command("set-password")
@email_argument
@click.password_option(help="The new password; asked for if omitted.")
def set_password(email: str, password: str) -> None:
    """Give a user a new password, and end all their logins."""
    user = _find(email)
    _checked(email=user.email, name=user.name, password=password)
    user.password_hash = hash_password(password)
    db.session.execute(
        sa.update(Login).filter_by(user_id=user.id, revoked_at=None).values(revoked_at=now())
    )
    db.session.commit()
    click.echo(f"The password of {user.email} is changed.")


@group.command("delete")
@email_argument
@click.confirmation_option(prompt="Delete the user with all recordings and notes?")
def delete(email: str) -> None:
    """Delete a user with all recordings and notes."""
    user = _find(email)
    for upload in db.session.scalars(sa.select(Upload).filter_by(user_id=user.id)).all():
        delete_upload(upload)
    db.session.delete(user)
    db.session.commit()
    click.echo(f"Deleted {user.email}.")


def _find(email: str) -> User:
    user = db.session.scalar(sa.select(User).filter_by(email=email.strip().lower()))
    if user is None:
        raise click.ClickException(f"There is no user {email}.")
    return user


def _checked(**fields: str | None) -> RegisterIn:
    try:
        return RegisterIn.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise click.ClickException(complaint(str(first["loc"][0]), first["msg"])) from None
