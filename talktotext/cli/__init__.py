"""`flask …` commands, a group a file: argument parsing, then one call."""

import sys

from apiflask import APIFlask

from talktotext.cli import (
    audit,
    demo,
    doctor,
    job,
    model,
    note,
    quota,
    serve,
    settings,
    subtitles,
    transcribe,
    upload,
    user,
    worker,
)

COMMANDS = (
    user.group,
    audit.group,
    job.group,
    upload.group,
    note.group,
    subtitles.group,
    model.group,
    worker.group,
    transcribe.transcribe,
    doctor.doctor,
    settings.settings,
    serve.serve,
    demo.demo,
)


def register(app: APIFlask) -> None:
    """Add the commands to `app`."""
    user.group.add_command(quota.quota)
    for command in COMMANDS:
        app.cli.add_command(command)


def app_for_commands() -> APIFlask:
    """The application as the `flask` command finds it (see .flaskenv).

    `flask doctor` has to speak of settings with which nothing else would start.
    """
    from talktotext import create_app
    from talktotext.config import ConfigError

    try:
        return create_app(check="doctor" not in sys.argv)
    except ConfigError as error:
        sys.exit(f"TalkToText cannot start: {error}")
