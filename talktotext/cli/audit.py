"""`flask audit …`: the log of security events."""

import json
import re
from datetime import datetime, timedelta

import click

from talktotext import audit
from talktotext.cli.find import find_user
from talktotext.cli.plain import PlainGroup
from talktotext.extensions import db
from talktotext.logs import escaped
from talktotext.models import User, now

group = PlainGroup("audit", help="Look into the log of security events.")

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Since(click.ParamType[datetime]):
    """A moment: a day, or how long ago."""

    name = "when"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if ago := re.fullmatch(r"(\d{1,6})([mhd])", value):
                return now() - timedelta(**{UNITS[ago[2]]: int(ago[1])})
            moment = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not like 2026-11-20, 2026-11-20T09:00, 30m, 12h or 7d.")
        return moment if moment.tzinfo else moment.replace(tzinfo=now().tzinfo)


@group.command("list")
@click.option("--user", "email", help="Only this user's, by email.")
@click.option("--event", help="Only these: `login` finds login, login.failed …")
@click.option("--since", type=Since(), help="From a day or time (UTC) on, or 30m, 12h, 7d ago.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1), help="How many at most."
)
def list_events(email: str | None, event: str | None, since: datetime | None, limit: int) -> None:
    """List security events, newest first: when, what, who, from where."""
    user_id = find_user(email).id if email else None
    query = audit.events(user_id, event, since).limit(limit)
    emails: dict[int | None, str] = {None: "–"}
    for one in db.session.scalars(query).all():
        if one.user_id not in emails:
            emails[one.user_id] = db.session.get_one(User, one.user_id).email
        details = json.dumps(one.details, ensure_ascii=True) if one.details else ""
        line = (
            f"{one.at:%Y-%m-%d %H:%M:%S}  {one.event:<24} {emails[one.user_id]:<32} "
            f"{one.address or '–':<16} {details}"
        )
        click.echo(escaped(line.rstrip()))
