"""`flask model …`: the weights of Whisper, which no job ever downloads."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import click
import numpy as np

from talktotext import config, speech
from talktotext.cli.plain import PlainGroup
from talktotext.jobs.engines import engine_options
from talktotext.speech import download, weights

group = PlainGroup("model", help="Fetch and check the weights of speech models.")

name_argument = click.argument("name", required=False)


@group.command("list")
def list_models() -> None:
    """List the models there are to fetch, and those in MODEL_FOLDER."""
    settings = config.current()
    here = weights.installed(settings.MODEL_FOLDER)
    click.echo(f"{'MODEL':<12} {'MB':>5}  HERE")
    for name in dict.fromkeys([*weights.catalogue(), *here]):
        known = weights.catalogue().get(name)
        size = f"{known.size / 1e6:.0f}" if known else ""
        chosen = " (WHISPER_MODEL)" if name == settings.WHISPER_MODEL else ""
        click.echo(f"{name:<12} {size:>5}  {'yes' if name in here else 'no'}{chosen}")


@group.command("fetch")
@name_argument
@click.option("--base-url", default="", help="A server laid out like the hub.")
def fetch(name: str | None, base_url: str) -> None:
    """Fetch the model NAME (WHISPER_MODEL if left out) into MODEL_FOLDER.

    What was cut goes on where it stopped.
    """
    settings = config.current()
    name = name or settings.WHISPER_MODEL
    model = weights.catalogue().get(name)
    if model is None:
        known = ", ".join(weights.catalogue())
        raise click.ClickException(f"There is no model {name} to fetch. There are: {known}.")
    with _bar(model.name, model.size) as progress:
        folder = download.fetch(model, settings.MODEL_FOLDER, base=base_url, progress=progress)
    click.echo(f"The model {name} is in {folder}.")


@group.command("check")
@name_argument
def check(name: str | None) -> None:
    """Load the model NAME (WHISPER_MODEL if left out) and transcribe a second of silence."""
    settings = config.current()
    options = engine_options(settings, "whisper") | {"only_speech": False}
    started = time.monotonic()
    [transcriber] = speech.load("whisper", **options | ({"model": name} if name else {}))
    with closing(transcriber):
        loaded = time.monotonic()
        list(transcriber.transcribe(np.zeros(16_000, dtype=np.float32)))
        known = len(transcriber.languages) if transcriber.languages else "all"
        click.echo(
            f"The model {transcriber.model} works with {transcriber.version}: loaded in "
            f"{loaded - started:.1f} s, a second of silence in {time.monotonic() - loaded:.1f} s, "
            f"languages: {known}."
        )


@contextmanager
def _bar(name: str, size: int) -> Iterator[Callable[[int], None]]:
    with click.progressbar(length=size, label=name) as bar:
        yield bar.update
