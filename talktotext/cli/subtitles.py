"""`flask subtitles …`: files of subtitles, ours or anybody's."""

from pathlib import Path

import click
from flask.cli import AppGroup

from talktotext.cli.plain import PlainGroup, sentence
from talktotext.documents.cues import clock
from talktotext.documents.subtitle_check import check as violations
from talktotext.documents.subtitle_file import ReadCue, read
from talktotext.errors import InvalidRequest

LARGEST = 32 * 1024 * 1024  # bytes, hundreds of hours


class Unreadable(click.ClickException):
    """A file that cannot be read, or not as subtitles."""

    exit_code = 2


group: AppGroup = PlainGroup("subtitles", help="Subtitles: check files.")


@group.command("check", with_appcontext=False)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say where FILE, SubRip or WebVTT, breaks the rules of good subtitles.

    Exit status: 0 if it keeps them all, 1 if not, 2 if it cannot be read.
    """
    cues = _cues(file)
    found = violations(cues)
    for broken in found:
        when = clock(max(0, broken.start), ".")
        click.echo(f"cue {broken.number}  {when}  {broken.rule}: {broken.message}")
    click.echo(f"Cues: {len(cues)}, violations: {len(found)}.")
    if found:
        raise click.exceptions.Exit(1)


def _cues(file: Path) -> list[ReadCue]:
    try:
        with file.open("rb") as source:
            data = source.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Unreadable(f"The file is larger than {LARGEST >> 20} MB.")
        return read(data)
    except InvalidRequest as error:
        raise Unreadable(sentence(error.message, error.hint)) from None
    except OSError as error:
        raise Unreadable(f"{error.strerror or error}: {file}.") from None
