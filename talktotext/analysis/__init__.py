"""Analysis: segments -> title, summary, key points, decisions, action items and the rest.

A plain library: it knows the schema and the errors, and nothing else of the house.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from typing import Any

from talktotext.analysis.base import Analyzer
from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable
from talktotext.schema import MeetingType, Notes, Notice, Segment

log = logging.getLogger(__name__)

ENGINES = {
    "extractive": "talktotext.analysis.extractive:ExtractiveAnalyzer",
    "llm": "talktotext.analysis.llm:LLMAnalyzer",
}
"""Engine name -> "module:class", imported on first use so that one not chosen costs nothing."""

EXTRAS = {"llm": "requirements/openai.txt"}  # what an engine needs besides requirements.txt
STAND_IN = "extractive"  # needs nothing, so that there are always notes
STOOD_IN = "analysis_fallback"  # the code of the warning where it did


def get_analyzer(name: str, **options: object) -> Analyzer:
    """The engine called `name`.

    Args:
        options: what that engine's constructor takes.

    Raises:
        EngineUnavailable: there is none of that name, or what it needs is missing.
    """
    if name not in ENGINES:
        hint = f"Choose one of: {', '.join(sorted(ENGINES))}."
        raise EngineUnavailable(f"There is no analysis engine “{name}”", hint=hint)
    module, _, attribute = ENGINES[name].partition(":")
    try:
        engine: type[Analyzer] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"The analysis engine “{name}” needs the package {error.name}, which is not installed",
            hint=f"Run `pip install -r {EXTRAS.get(name, 'requirements.txt')}`.",
        ) from error
    return engine(**options)


def analyze(  # noqa: PLR0913
    name: str,
    transcript: Sequence[Segment],
    *,
    language: str = "en",
    recorded_on: date | None = None,
    meeting_type: MeetingType | None = None,
    on_progress: Callable[[float], None] | None = None,
    **options: object,
) -> Notes:
    """Notes by the engine called `name`; where it fails, by `extractive` with a warning.

    Args:
        options: what that engine's constructor takes; the others are those of `Analyzer.analyze`.
    """
    asked: dict[str, Any] = {
        "language": language,
        "recorded_on": recorded_on,
        "meeting_type": meeting_type,
        "on_progress": on_progress,
    }
    try:
        return get_analyzer(name, **options).analyze(transcript, **asked)
    except (EngineBusy, EngineFailed, EngineUnavailable) as error:
        if name == STAND_IN:
            raise
        log.warning("%s stands in for %s: %s", STAND_IN, name, error.message)
        told = f"These notes were made without the analysis engine “{name}”. {error.message}."
    notes = get_analyzer(STAND_IN).analyze(transcript, **asked)
    notice = Notice(code=STOOD_IN, message=told)
    return notes.model_copy(update={"warnings": (notice, *notes.warnings)})


__all__ = ["ENGINES", "Analyzer", "analyze", "get_analyzer"]
