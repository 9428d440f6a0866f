"""`flask user quota`: what one user may have."""

from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from pydantic import ByteSize, TypeAdapter, ValidationError

from talktotext import quotas
from talktotext.cli.plain import PlainCommand
from talktotext.extensions import db
from talktotext.models import User


class Size(click.ParamType[int]):
    """Bytes, as a number or like `10GB`."""

    name = "size"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        try:
            return int(TypeAdapter(ByteSize).validate_python(value))
        except ValidationError:
            self.fail("is not like 10GB", param, ctx)


@click.command("quota", cls=PlainCommand)
@click.argument("email")
@click.option("--bytes", type=Size(), help="Recordings they may keep, like 10GB; 0: no limit.")
@click.option("--minutes", type=click.IntRange(0), help="Minutes of sound a month; 0: no limit.")
@click.option("--jobs", type=click.IntRange(0), help="Unfinished jobs at once; 0: no limit.")
@click.option("--reset", is_flag=True, help="What is not given is as set for all again.")
@with_appcontext
def quota(email: str, reset: bool, **given: int | None) -> None:
    """Show what a user has and may have, or change it for them."""
    user = db.session.scalar(sa.select(User).filter_by(email=email.strip().lower()))
    if user is None:
        raise click.ClickException(f"There is no user {email}.")
    changed = {kind: value for kind, value in given.items() if value is not None}
    if changed or reset:
        user.quota = {**({} if reset else user.quota), **changed}
        db.session.commit()
    for kind, use in quotas.usage(user.id).items():
        allowed = "no limit" if use["allowed"] is None else f"of {use['allowed']:,g}"
        own = "  (their own)" if kind in user.quota else ""
        click.echo(f"{kind:<8} {use['used']:>16,g} {allowed}{own}")
