"""What is asked of the analysis of a recording, and what people made of earlier notes of it."""

from collections.abc import Sequence
from typing import Any

from talktotext.analysis import STAND_IN, STOOD_IN
from talktotext.analysis.check import stands
from talktotext.config import Settings
from talktotext.editing import carry
from talktotext.jobs.options import Wishes
from talktotext.schema import Edits, MeetingType, Notes, Segment


def engine_options(settings: Settings, name: str, wishes: Wishes) -> dict[str, Any]:
    """What the analysis engine called `name` is made with."""
    options = settings.analyzer_options(name)
    if wishes.output_language and options:
        options["output_language"] = wishes.output_language
    return options


def meeting_type(wishes: Wishes, before: Notes | None) -> MeetingType | None:
    """What kind of talk it is, if a person said so: now, or of the notes there are."""
    kept = before.meeting_type if before and "meeting_type" in before.edits.fields else None
    return wishes.meeting_type or kept


def with_edits(
    found: Notes, wishes: Wishes, before: Notes | None, transcript: Sequence[Segment]
) -> Notes:
    """What was found, with what people made of the notes before."""
    if wishes.meeting_type:  # said by a person, like what they change later
        found = found.model_copy(update={"edits": Edits(fields=("meeting_type",))})
    if before is None:
        return found
    said = {segment.index: segment for segment in transcript}
    return carry(before, found, lambda part: stands(part, said))


def engine_of(name: str, notes: Notes) -> str:
    """The engine that made notes for which the one called `name` was asked."""
    return STAND_IN if any(one.code == STOOD_IN for one in notes.warnings) else name
