"""Samples -> segments: who said what, and when.

    sound -> cut (at silence) -> level -> an engine -> segments, numbered

`base.py` says what an engine is; each engine is one file and one line in `ENGINES`. They are
imported on first use, so that a heavy package costs nothing where it is not chosen.
`pipeline.transcribe` is the whole way for a recording of any length. A plain library: it knows no
framework and no other part of TalkToText but the schema and the errors.
"""

from functools import partial
from importlib import import_module
from inspect import signature

from talktotext.errors import EngineUnavailable
from talktotext.speech.auto import choose
from talktotext.speech.base import Transcriber, check_options

ENGINES = {
    "moonshine": "talktotext.speech.moonshine:MoonshineTranscriber",
    "whisper": "talktotext.speech.whisper:WhisperTranscriber",
    "openai": "talktotext.speech.openai:OpenAITranscriber",
    "fake": "talktotext.speech.fake:FakeTranscriber",
}
EXTRAS = {"openai": "requirements/openai.txt"}  # what an engine needs besides requirements.txt


def load(name: str, threads: int = 1, **options: object) -> list[Transcriber]:
    """An engine, loaded: as many transcribers as are to be used side by side, one for each thread.

    They may serve any number of recordings, one after another; to be closed when done with.

    Args:
        name: a key of `ENGINES`.
        threads: of the processor; for a remote engine, requests under way at once.
        options: what that engine's constructor takes.

    Raises:
        EngineUnavailable: there is no engine of that name, what it needs is not installed, or it
            has no such option.
    """
    if name not in ENGINES:
        raise EngineUnavailable(
            f"There is no speech engine named {name!r}", hint=f"Known: {', '.join(ENGINES)}."
        )
    module, _, attribute = ENGINES[name].partition(":")
    try:
        engine = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"The speech engine {name!r} needs the package {error.name}, which is not installed",
            hint=f"Run `pip install -r {EXTRAS.get(name, 'requirements.txt')}`.",
        ) from error
    passes_on = "options" in signature(engine.load).parameters
    make = engine if passes_on else partial(engine.load, threads)
    check_options(f"The speech engine {name!r}", make, options)
    transcribers: list[Transcriber] = engine.load(threads, **options)
    return transcribers


__all__ = ["ENGINES", "Transcriber", "choose", "load"]
