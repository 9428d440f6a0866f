"""Where somebody in a recording speaks to the machine that will take notes of it.

Nobody who takes notes writes down as a fact what such words demand. The patterns are English.
"""

import re
from collections.abc import Iterator, Sequence

from talktotext.schema import Segment

FOLLOWS = 5  # segments by the same voice that go on with it

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:\w+\s+){0,3}?"
    r"(?:your|all|any|every|previous|prior|earlier|preceding|above|system)\s+(?:\w+\s+){0,3}?"
    r"(?:instructions?|prompts?|guidelines|rules)\b|\b(?:ignore|disregard) the system prompt\b"
    r"|\b(?:your|new) system prompt\b"
    r"|\byou are (?:now )?an? (?:ai|artificial intelligence|chat ?bot|language model)\b"
    r"|\b(?:attention|note|message|instructions?) (?:to|for) (?:the |any )?"
    r"(?:ai|chat ?bot|language model|transcription software)\b",
    re.I,
)


def instructing(transcript: Sequence[Segment]) -> Iterator[int]:
    """The places in `transcript` at which a machine is instructed, and where that goes on."""
    left, speaker = 0, None
    for place, segment in enumerate(transcript):
        if _INSTRUCTION.search(segment.text):
            left, speaker = FOLLOWS + 1, segment.speaker
        elif segment.speaker != speaker:
            left = 0
        if left > 0:
            left -= 1
            yield place
