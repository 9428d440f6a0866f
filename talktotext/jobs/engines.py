"""Which engines a job uses: loaded once in a process, and kept from one job to the next.

A worker's jobs run in one process after another's end, so that a model is loaded with the first
job and again only when other settings ask for another one, or after a failure in its hands.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from talktotext import speech
from talktotext.config import Settings
from talktotext.speech import diarization
from talktotext.speech.base import cores

# Options of an engine that have settings of their own; TRANSCRIBER_OPTIONS are set over them.
ENGINE_SETTINGS = {
    "whisper": {
        "model": "WHISPER_MODEL",
        "folder": "MODEL_FOLDER",
        "device": "WHISPER_DEVICE",
        "compute": "WHISPER_COMPUTE",
    },
    "openai": {
        "api_key": "OPENAI_API_KEY",
        "base_url": "OPENAI_BASE_URL",
        "model": "OPENAI_TRANSCRIPTION_MODEL",
        "timeout": "OPENAI_TIMEOUT",
        "ffmpeg": "FFMPEG",
    },
}


log = logging.getLogger(__name__)

Engine = TypeVar("Engine", speech.Transcriber, diarization.Diarizer)
_kept: dict[str, tuple[str, Any]] = {}  # what for: which, and what was loaded


@contextmanager
def transcribers(
    settings: Settings, language: str = "auto", engine: str | None = None
) -> Iterator[Sequence[speech.Transcriber]]:
    """The transcribers for a recording, in this block's hands alone.

    Args:
        language: what is spoken, if somebody knows: it decides where the engine is `auto`.
        engine: the engine that somebody asked for; None for the configured one.

    Raises:
        EngineUnavailable: see `speech.choose` and `speech.load`.
    """
    name = engine or settings.TRANSCRIBER
    if name == "auto":
        name = speech.choose(language, model=settings.WHISPER_MODEL, folder=settings.MODEL_FOLDER)
    options = engine_options(settings, name)
    if engine in (None, settings.TRANSCRIBER):
        options |= settings.TRANSCRIBER_OPTIONS
    threads = settings.SPEECH_THREADS or max(1, cores() // settings.WORKERS)
    with _lent(
        "speech", [name, threads, options], lambda: speech.load(name, threads, **options)
    ) as found:
        yield found


@contextmanager
def diarizer(settings: Settings) -> Iterator[diarization.Diarizer | None]:
    """What tells voices apart, in this block's hands alone; None if nothing is to.

    Raises:
        EngineUnavailable: see `diarization.get_diarizer`.
    """
    name, options = settings.DIARIZER, settings.DIARIZER_OPTIONS
    if name == "none":
        yield None
        return
    which = [name, options]
    with _lent("voices", which, lambda: [diarization.get_diarizer(name, **options)]) as found:
        yield found[0]


def engine_options(settings: Settings, name: str) -> dict[str, Any]:
    """What the settings say of a speech engine."""
    return {option: getattr(settings, key) for option, key in ENGINE_SETTINGS.get(name, {}).items()}


def forget() -> None:
    """Close all that is kept."""
    while _kept:
        _, (_, loaded) = _kept.popitem()
        _close(loaded)


@contextmanager
def _lent(
    purpose: str, which: list[Any], load: Callable[[], Sequence[Engine]]
) -> Iterator[Sequence[Engine]]:
    """What is kept for a purpose if it is the same, else loaded; nobody else's meanwhile, and kept
    no longer if anything goes wrong."""
    key = json.dumps(which, sort_keys=True, default=str)
    before, loaded = _kept.pop(purpose, ("", ()))
    if before != key:
        _close(loaded)
        began = time.monotonic()
        loaded = load()
        log.info("loaded %s for %s in %.2f s", which[0], purpose, time.monotonic() - began)
    with ExitStack() as unless_well:
        unless_well.callback(_close, loaded)
        yield loaded
        unless_well.pop_all()
    _, another = _kept.pop(purpose, ("", ()))  # another thread's, in the meantime
    _close(another)
    _kept[purpose] = key, loaded


def _close(loaded: Sequence[speech.Transcriber] | Sequence[diarization.Diarizer]) -> None:
    for engine in loaded:
        engine.close()
