"""What an analysis engine is: a transcript in, notes out."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from talktotext.schema import MeetingType, Notes, Segment


class Analyzer(Protocol):
    """Makes notes of one transcript. Implementations hold no state between calls."""

    name: str

    def analyze(
        self,
        transcript: Sequence[Segment],
        *,
        language: str = "en",
        recorded_on: date | None = None,
        meeting_type: MeetingType | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Notes:
        """Notes of `transcript`.

        Args:
            transcript: the segments in order; `speaker` may be None throughout.
            language: a BCP 47 tag; "auto" or "und" where it is not known.
            recorded_on: the day of the recording, against which "by Friday" is resolved.
            meeting_type: what kind of talk it is, if somebody says; else it is recognised.
            on_progress: is told the share done, 0 to 1, by an engine that takes its time; what it
                raises ends the work.
        """
        ...
