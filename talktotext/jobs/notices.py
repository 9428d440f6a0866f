"""What a note tells of its recording beside what was found in it: what is missing, what to doubt.

It belongs to the transcript, so that whoever analyzes the same words anew carries it over.
"""

from collections.abc import Iterator, Sequence

from talktotext.schema import Notes, Notice, Segment
from talktotext.speech.trust import is_misunderstood, is_mostly_invented

UNRELIABLE = Notice(
    code="unreliable_transcript",
    message="Much of the transcript repeats itself, as happens with noise, with music or "
    "with a language that the speech engine does not know. Listen before you rely on it.",
)
DAMAGED = Notice(
    code="damaged_recording",
    message="The recording is damaged or cut short; the notes cover what could be read.",
)
NO_SPEAKERS = Notice(
    code="no_speakers", message="The speakers could not be told apart; the words are all there."
)
OTHER_LANGUAGE, PARTIAL = "other_language", "partial"
ABOUT_RECORDING = {UNRELIABLE.code, DAMAGED.code, NO_SPEAKERS.code, OTHER_LANGUAGE, PARTIAL}


def notices(
    segments: Sequence[Segment], *, language: str, covered: float | None, truncated: bool
) -> Iterator[Notice]:
    """What is to be told of a recording with this transcript.

    Args:
        language: what it was taken for.
        covered: seconds from its start, if that is not all of it.
        truncated: whether it breaks off.
    """
    if is_mostly_invented(segments):
        yield UNRELIABLE
    if is_misunderstood(segments):
        yield Notice(
            code=OTHER_LANGUAGE,
            message="The speech engine was unsure of most words: the recording is probably not in "
            f"the language it was taken for ({language}), or very hard to hear. Transcribe it "
            "again with its language, or with an engine that knows it.",
        )
    if covered is not None:
        yield Notice(
            code=PARTIAL,
            message=f"These notes cover only the first {covered:g} seconds of the recording.",
        )
    if truncated:
        yield DAMAGED


def with_notices(found: Notes, before: Notes) -> Notes:
    """What was found anew, with what the notes before told of the recording: also that nobody knows
    its language, which the words that were misunderstood would give away wrongly."""
    about = [one for one in before.warnings if one.code in ABOUT_RECORDING]
    doubtful = before.language == "und" and OTHER_LANGUAGE in {one.code for one in about}
    language = "und" if doubtful else found.language
    return found.model_copy(update={"warnings": (*about, *found.warnings), "language": language})
