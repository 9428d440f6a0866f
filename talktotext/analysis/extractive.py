"""The engine without a model: notes from this recording's own words, in pure Python.

segments -> sentences -> weights -> summary, key points, keywords, title
                      -> chapters
                      -> people, kind -> action items, sections
                      -> decisions, open questions, sentiment
         -> all of it checked against the segments
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from talktotext.analysis.actions import action_items
from talktotext.analysis.chapters import chapters
from talktotext.analysis.check import check
from talktotext.analysis.decisions import decisions
from talktotext.analysis.evidence import statement
from talktotext.analysis.kind_sections import kind_sections
from talktotext.analysis.language import Language, guess_language
from talktotext.analysis.meeting_type import meeting_type
from talktotext.analysis.people import People, find_people, participants
from talktotext.analysis.questions import open_questions
from talktotext.analysis.sentences import Sentence, sentences
from talktotext.analysis.sentiment import sentiment
from talktotext.analysis.summary import summarize
from talktotext.analysis.title import UNTITLED, keywords, title
from talktotext.analysis.weights import Weights, weigh
from talktotext.schema import MeetingType, Notes, Notice, Segment

NO_SPEECH = Notice(code="no_speech", message="No speech was found in this recording.")
ENGLISH_ONLY = Notice(
    code="language_partly_supported",
    message="Decisions, action items, open questions, names, mood, meeting type and what suits it "
    "are found in English only; this recording has a summary, key points, topics and keywords.",
)
UNKNOWN_LANGUAGE = Notice(
    code="language_unknown",
    message="The recording's language is not one this engine knows, so the summary, topics and "
    "keywords rest on word counts alone.",
)


@dataclass(frozen=True)
class _Talk:
    """What was said, and by what the notes are found in it."""

    transcript: Sequence[Segment]
    said: Sequence[Sentence]
    language: Language
    people: People
    weights: Weights


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
        talk = _talk(transcript, Language(_known_tag(language, transcript)))
        notes = _in_any_language(talk) if talk.said else _of_nothing(talk)
        if talk.said and talk.language.english:
            kind = meeting_type or _kind(talk)
            notes = notes.model_copy(update=_in_english(talk, kind, recorded_on))
        elif meeting_type:
            notes = notes.model_copy(update={"meeting_type": meeting_type})
        return check(notes, talk.transcript)[0]


def _known_tag(tag: str, transcript: Sequence[Segment]) -> str:
    """`tag`, or a guess where the caller does not know."""
    if tag.lower() in ("", "auto", "und"):
        return guess_language(" ".join(segment.text for segment in transcript[:500]))
    return tag


def _talk(transcript: Sequence[Segment], language: Language) -> _Talk:
    said = sentences(transcript, language)
    people = find_people(said) if language.english else People()
    if len(people.introduced) > 1 and len({s.speaker for s in said} - {None}) == 1:
        # Several people gave their names, so one label for all of them tells nobody apart.
        unlabelled = [segment.model_copy(update={"speaker": None}) for segment in transcript]
        return _talk(unlabelled, language)
    return _Talk(transcript, said, language, people, weigh(said, language))


def _of_nothing(talk: _Talk) -> Notes:
    return Notes(
        title=UNTITLED,
        participants=participants(talk.transcript, talk.people),
        language=talk.language.code,
        warnings=(NO_SPEECH,),
    )


def _in_any_language(talk: _Talk) -> Notes:
    said, weights, language, heard = talk.said, talk.weights, talk.language, talk.people.heard
    summary, points = summarize(said, weights, language)
    phrases = keywords(said, weights, language, heard)
    return Notes(
        title=title(said, phrases, language),
        summary=tuple(map(statement, summary)),
        key_points=tuple(map(statement, points)),
        chapters=chapters(said, language, heard),
        participants=participants(talk.transcript, talk.people),
        keywords=phrases,
        language=language.code,
        warnings=(ENGLISH_ONLY,) if language.known else (ENGLISH_ONLY, UNKNOWN_LANGUAGE),
    )


def _in_english(talk: _Talk, kind: MeetingType, recorded_on: date | None) -> dict[str, object]:
    said, people = talk.said, talk.people
    return {
        "decisions": decisions(said),
        "action_items": action_items(said, people, recorded_on, kind),
        "open_questions": open_questions(said),
        "sections": kind_sections(kind, said, people, talk.weights),
        "sentiment": sentiment(said, people),
        "meeting_type": kind,
        "warnings": (),
    }


def _kind(talk: _Talk) -> MeetingType:
    speakers = {segment.speaker for segment in talk.transcript if segment.speaker is not None}
    return meeting_type(talk.said, len(speakers))
