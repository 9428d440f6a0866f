"""What holds for every command, read off the commands themselves."""

from collections.abc import Iterator

import click
import pytest
from apiflask import APIFlask

from talktotext.cli import COMMANDS
from talktotext.cli.plain import sentences

OURS = {
    *("user create", "user list", "user show", "user set-password", "user delete"),
    *("job list", "job show", "job retry", "transcribe", "doctor", "settings", "serve", "demo"),
}


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part, inner in command.commands.items():
            yield from walk(inner, f"{name} {part}")


ALL = [found for command in COMMANDS for found in walk(command, str(command.name))]


def test_all_are_there(app: APIFlask) -> None:
    names = {name for name, command in ALL if not isinstance(command, click.Group)}
    assert names >= OURS
    assert {name.split()[0] for name in names} <= set(app.cli.commands)


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_has_help(app: APIFlask, name: str, command: click.Command) -> None:
    result = app.test_cli_runner().invoke(args=[*name.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert (command.help or "").strip(), "no help"
    first = command.help.strip().split("\n")[0] if command.help else ""
    assert first in " ".join(result.output.split())
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} has no help"


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_a_wrong_option_is_a_usage_error(app: APIFlask, name: str, command: click.Command) -> None:
    result = app.test_cli_runner().invoke(args=[*name.split(), "--nonsense"])
    assert result.exit_code == 2
    assert "No such option" in result.output and "Traceback" not in result.output


def test_a_reader_who_has_seen_enough_is_told_nothing() -> None:
    """`flask audit list | head`: click ends it quietly, if it sees the error as it is."""
    with pytest.raises(BrokenPipeError), sentences():
        raise BrokenPipeError
