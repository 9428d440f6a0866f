"""A recording -> who speaks when, whatever engine writes down what they say.

    chunk -> listen -> Voices … all Voices -> turns -> assign -> segments with speakers

`base.py` says what a diarizer is; each is one file and one line in `DIARIZERS`, imported on first
use. Of each chunk only `Voices` are kept; who is who is decided once all is heard.
"""

from importlib import import_module

from talktotext.errors import EngineUnavailable
from talktotext.speech.base import check_options
from talktotext.speech.diarization.assign import assign
from talktotext.speech.diarization.base import Diarizer, Turn, Voices

DIARIZERS = {
    "moonshine": "talktotext.speech.diarization.voices:VoiceDiarizer",
    "pyannote": "talktotext.speech.diarization.pyannote:PyannoteDiarizer",
}
EXTRAS = {"pyannote": "requirements/pyannote.txt"}  # what one needs besides requirements.txt


def get_diarizer(name: str, **options: object) -> Diarizer:
    """A diarizer, to be closed when done with.

    Args:
        name: a key of `DIARIZERS`.
        options: what its constructor takes.

    Raises:
        EngineUnavailable: there is none of that name, or what it needs is not there.
    """
    if name not in DIARIZERS:
        raise EngineUnavailable(
            f"There is no diarizer named {name!r}",
            hint=f"Known: {', '.join(DIARIZERS)}; or `none`.",
        )
    module, _, attribute = DIARIZERS[name].partition(":")
    try:
        diarizer: type[Diarizer] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"The diarizer {name!r} needs the package {error.name}, which is not installed",
            hint=f"Run `pip install -r {EXTRAS.get(name, 'requirements.txt')}`.",
        ) from error
    check_options(f"The diarizer {name!r}", diarizer, options)
    return diarizer(**options)


__all__ = ["DIARIZERS", "Diarizer", "Turn", "Voices", "assign", "get_diarizer"]
