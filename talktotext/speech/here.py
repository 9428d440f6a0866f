"""Whether an engine can be used here, told without loading it: cheap enough for every upload."""

from importlib.util import find_spec
from typing import Any

from talktotext.errors import EngineUnavailable
from talktotext.speech import weights
from talktotext.speech.auto import ALWAYS_HERE, ITS_LANGUAGE, choose
from talktotext.speech.base import primary_language


def check(name: str, language: str, **options: Any) -> None:
    """Return if the engine has what it needs, as far as that can be seen from outside.

    Args:
        name: a key of `ENGINES`, or "auto".
        language: BCP 47 tag of what is spoken, or "auto" where nobody knows.
        options: what the engine would be loaded with; for "auto" those of Whisper.

    Raises:
        EngineUnavailable: a package, weights or a key is missing, or it does not know the language.
    """
    tag = primary_language(language)
    if name == "auto":
        choose(language, model=options["model"], folder=options["folder"])
    elif name == "whisper":
        known = weights.languages(weights.locate(options["model"], options["folder"]))
        _check_language(name, tag, known)
    elif name == ALWAYS_HERE:
        _check_language(name, tag, frozenset({ITS_LANGUAGE}))
    elif name == "openai":
        _check_remote(**options)


def _check_language(name: str, tag: str, known: frozenset[str] | None) -> None:
    if tag != "auto" and known is not None and tag not in known:
        raise EngineUnavailable(
            f"The speech engine {name!r} does not understand the language {tag!r}",
            hint="Choose another engine, or leave the choice to the server.",
        )


def _check_remote(api_key: str = "", base_url: str = "", **_: object) -> None:
    if find_spec("openai") is None:
        raise EngineUnavailable(
            "The speech engine 'openai' is not installed",
            hint="Run `pip install -r requirements/openai.txt`.",
        )
    if not (api_key or base_url):
        raise EngineUnavailable(
            "There is no key for the speech engine 'openai'",
            hint="Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys.",
        )
