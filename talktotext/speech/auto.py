"""Which engine for a recording, where nobody chose one: the best that is here and fits.

Whisper understands nearly every language, and English better than the small engine that is always
there; but its weights are here only if somebody fetched them.
"""

from pathlib import Path

from talktotext.errors import EngineUnavailable
from talktotext.speech import weights
from talktotext.speech.base import primary_language

ALWAYS_HERE, ITS_LANGUAGE = "moonshine", "en"


def choose(language: str, *, model: str, folder: Path) -> str:
    """The name of the engine for a recording.

    Args:
        language: BCP 47 tag of what is spoken, or "auto" where nobody knows.
        model, folder: Whisper's, see `weights.locate`.

    Raises:
        EngineUnavailable: nothing that is here understands the language.
    """
    tag = primary_language(language)
    try:
        known = weights.languages(weights.locate(model, folder))
    except EngineUnavailable as error:
        why, known = error, frozenset[str]()
    else:
        why = EngineUnavailable(
            f"The Whisper model {model!r} does not understand the language {language!r}",
            hint="Choose another WHISPER_MODEL; `flask model list` shows some.",
        )
    if known is None or tag in known or (tag == "auto" and known):
        return "whisper"
    if tag in ("auto", ITS_LANGUAGE):
        return ALWAYS_HERE
    raise EngineUnavailable(
        f"No engine that is here understands the language {language!r}: {why.message}",
        hint=why.hint,
    )
