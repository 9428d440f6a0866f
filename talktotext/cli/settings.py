"""`flask settings`: what can be set; docs/settings.md is its output."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic.fields import FieldInfo

from talktotext.config import ROOT, Settings
from talktotext.engine_settings import EngineSettings


@click.command("settings")
def settings() -> None:
    """Print every setting with its default and its meaning, as a Markdown table."""
    click.echo(settings_table(), nl=False)


def settings_table() -> str:
    """The settings, in the order of `fields`."""
    return "\n".join(_lines()) + "\n"


def fields() -> dict[str, FieldInfo]:
    """The settings in the order in which config.py has them, those of the engines last."""
    of_engines = EngineSettings.model_fields
    return dict(sorted(Settings.model_fields.items(), key=lambda field: field[0] in of_engines))


def _lines() -> Iterator[str]:
    yield "# Settings\n"
    yield "Environment variables, or lines in a file `.env`; unset or empty means the default."
    yield "This page is what `flask settings` prints; `flask doctor` shows what is in force.\n"
    yield "| Variable | Default | Meaning |"
    yield "|---|---|---|"
    for name, field in fields().items():
        yield f"| `{name}` | {_default(field.default)} | {field.description} |"


def _default(value: Any) -> str:
    if isinstance(value, Path):
        value = value.relative_to(ROOT) if value.is_relative_to(ROOT) else value
        value = "" if value == Path() else value
    if isinstance(value, list):
        value = ",".join(map(str, value))
    return f"`{value}`" if value not in ("", {}, None) else "–"
