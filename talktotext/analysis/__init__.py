"""Analysis: segments -> title, summary, key points, decisions, action items and the rest.

A plain library: it knows the schema and the errors, and nothing else of the house.
"""

from importlib import import_module
from typing import cast

from talktotext.analysis.base import Analyzer
from talktotext.errors import EngineUnavailable

ENGINES = {"extractive": "talktotext.analysis.extractive:ExtractiveAnalyzer"}
"""Engine name -> "module:class", imported on first use so that one not chosen costs nothing."""


def get_analyzer(name: str) -> Analyzer:
    """The engine called `name`; EngineUnavailable when there is none or it cannot be imported."""
    try:
        module, _, attribute = ENGINES[name].partition(":")
        return cast(Analyzer, getattr(import_module(module), attribute)())
    except KeyError:
        hint = f"Choose one of: {', '.join(sorted(ENGINES))}."
        raise EngineUnavailable(f"There is no analysis engine “{name}”", hint=hint) from None
    except ImportError as error:
        hint = f"Install what it needs: {error}"
        raise EngineUnavailable(
            f"The analysis engine “{name}” is not installed", hint=hint
        ) from error


__all__ = ["ENGINES", "Analyzer", "get_analyzer"]
