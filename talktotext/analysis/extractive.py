"""The engine without a model: notes from this recording's own words, in pure Python.

segments -> sentences -> weights -> summary, key points
                      -> people -> action items
                      -> decisions, open questions, sentiment, kind, keywords, title
"""

from collections.abc import Callable, Sequence
from datetime import date

from talktotext.analysis.actions import action_items
from talktotext.analysis.decisions import decisions
from talktotext.analysis.evidence import borne, statement
from talktotext.analysis.language import Language, guess_language
from talktotext.analysis.meeting_type import meeting_type
from talktotext.analysis.people import People, find_people, participants
from talktotext.analysis.questions import open_questions
from talktotext.analysis.sentences import Sentence, sentences
from talktotext.analysis.sentiment import sentiment
from talktotext.analysis.summary import summarize
from talktotext.analysis.title import UNTITLED, keywords, title
from talktotext.analysis.weights import weigh
from talktotext.schema import MeetingType, Notes, Notice, Segment

NO_SPEECH = Notice(code="no_speech", message="No speech was found in this recording.")
ENGLISH_ONLY = Notice(
    code="language_partly_supported",
    message="Decisions, action items, open questions, names, mood and meeting type are found in "
    "English only; this recording has a summary, key points and keywords.",
)
UNKNOWN_LANGUAGE = Notice(
    code="language_unknown",
    message="The recording's language is not one this engine knows, so the summary and keywords "
    "rest on word counts alone.",
)


class ExtractiveAnalyzer:
    """Finds the notes in what was said; adds no word to it."""

    name = "extractive"

    def analyze(
        self,
        transcript: Sequence[Segment],
        *,
        language: str = "en",
        recorded_on: date | None = None,
        meeting_type: MeetingType | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Notes:
        """Notes of `transcript`; see `Analyzer.analyze`."""
        notes = self._found(transcript, language=language, recorded_on=recorded_on)
        return notes.model_copy(update={"meeting_type": meeting_type or notes.meeting_type})

    def _found(
        self, transcript: Sequence[Segment], *, language: str, recorded_on: date | None
    ) -> Notes:
        tongue = Language(_known_tag(language, transcript))
        said = sentences(transcript, tongue)
        if not said:
            return Notes(
                title=UNTITLED,
                participants=participants(transcript, People()),
                language=tongue.code,
                warnings=(NO_SPEECH,),
            )
        people = find_people(said) if tongue.english else People()
        if len(people.introduced) > 1 and len({s.speaker for s in said} - {None}) == 1:
            # Several people gave their names, so one label for all of them tells nobody apart.
            unlabelled = [s.model_copy(update={"speaker": None}) for s in transcript]
            return self._found(unlabelled, language=language, recorded_on=recorded_on)
        notes = _in_any_language(transcript, said, tongue, people)
        if tongue.english:
            return notes.model_copy(update=_in_english(transcript, said, people, recorded_on))
        missing = (ENGLISH_ONLY,) if tongue.known else (ENGLISH_ONLY, UNKNOWN_LANGUAGE)
        return notes.model_copy(update={"warnings": missing})


def _known_tag(tag: str, transcript: Sequence[Segment]) -> str:
    """`tag`, or a guess where the caller does not know."""
    if tag.lower() in ("", "auto", "und"):
        return guess_language(" ".join(segment.text for segment in transcript[:500]))
    return tag


def _in_any_language(
    transcript: Sequence[Segment], said: Sequence[Sentence], tongue: Language, people: People
) -> Notes:
    weights = weigh(said, tongue)
    summary, points = summarize(said, weights, tongue)
    phrases = keywords(said, weights, tongue, people.heard)
    by_index = {segment.index: segment for segment in transcript}
    return Notes(
        title=title(said, phrases, tongue),
        summary=borne([statement(sentence) for sentence in summary], by_index),
        key_points=borne([statement(sentence) for sentence in points], by_index),
        participants=participants(transcript, people),
        keywords=phrases,
        language=tongue.code,
    )


def _in_english(
    transcript: Sequence[Segment],
    said: Sequence[Sentence],
    people: People,
    recorded_on: date | None,
) -> dict[str, object]:
    by_index = {segment.index: segment for segment in transcript}
    speakers = {segment.speaker for segment in transcript if segment.speaker is not None}
    return {
        "decisions": borne(decisions(said), by_index),
        "action_items": borne(action_items(said, people, recorded_on), by_index),
        "open_questions": borne(open_questions(said), by_index),
        "sentiment": sentiment(said, people),
        "meeting_type": meeting_type(said, len(speakers)),
    }
