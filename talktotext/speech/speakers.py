"""An engine's labels for voices -> "Speaker 1", "Speaker 2"… in order of appearance.

Engines label voices as they like, and forget them when a job dies. So the labels of a recording
are given here, and a new engine is reminded of the voices that already have one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from talktotext.schema import Segment
from talktotext.speech.base import SAMPLE_RATE, Int16

REMINDER = 12.0  # seconds of a voice: enough to know it again, and quickly heard


class Speakers:
    """The labels given in one recording so far."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}  # the engine's -> the recording's
        self._count = 0

    def label(self, heard: str | None) -> str | None:
        """The recording's label for the engine's, a new one for a voice not heard before."""
        if heard is None:
            return None
        if heard not in self._labels:
            self._count += 1
            self._labels[heard] = f"Speaker {self._count}"
        return self._labels[heard]

    def remind(
        self,
        before: Sequence[Segment],
        samples: Int16,
        hear: Callable[[Int16], Iterable[Segment]],
    ) -> None:
        """Let a new engine hear each speaker of `before` once, to learn its labels for them.

        A voice that the engine takes for an earlier one keeps the earlier one's label.
        """
        for speaker in dict.fromkeys(segment.speaker for segment in before if segment.speaker):
            self._count += 1
            heard = hear(_excerpt(samples, before, speaker))
            labels = Counter(segment.speaker for segment in heard if segment.speaker)
            for label, _ in labels.most_common(1):
                self._labels.setdefault(label, speaker)


def _excerpt(samples: Int16, before: Sequence[Segment], speaker: str) -> Int16:
    """The start of the longest segment of that speaker."""
    longest = max(
        (segment for segment in before if segment.speaker == speaker),
        key=lambda segment: segment.end - segment.start,
    )
    end = min(longest.end, longest.start + REMINDER)
    return samples[round(longest.start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
