"""What a person asks of a transcription or an analysis, as the job wants it."""

from talktotext import config
from talktotext.analysis import get_analyzer
from talktotext.api.schemas.editing import RegenerateIn
from talktotext.api.schemas.upload import TranscribeIn
from talktotext.api.signin import current_user
from talktotext.errors import InvalidRequest
from talktotext.jobs import regenerate
from talktotext.jobs.engines import engine_options
from talktotext.jobs.options import Options
from talktotext.speech import here


def options_of(wanted: TranscribeIn, extract_duration: int = 0) -> Options:
    """The options of a job; the user's own vocabulary comes after that of the request.

    Raises:
        EngineUnavailable: the engine that is asked for cannot be used here.
        InvalidRequest: the analysis engine knows no other language than the recording's.
    """
    check_output_language(wanted.output_language, config.current().ANALYZER)
    if name := wanted.engine:
        settings = config.current()
        needs = engine_options(settings, "whisper" if name == "auto" else name)
        here.check(name, wanted.language, **needs)
    vocabulary = dict.fromkeys([*wanted.vocabulary, *current_user().vocabulary])
    return Options(
        language=wanted.language,
        extract_duration=extract_duration,
        engine=wanted.engine,
        vocabulary=tuple(vocabulary),
        meeting_type=wanted.meeting_type,
        output_language=wanted.output_language,
    )


def regenerate_options(wanted: RegenerateIn) -> regenerate.Options:
    """The options of a job that makes notes anew.

    Raises:
        EngineUnavailable: the engine that is asked for cannot be used here.
        InvalidRequest: it knows no other language than the recording's.
    """
    settings = config.current()
    name = wanted.analyzer or settings.ANALYZER
    check_output_language(wanted.language, name)
    get_analyzer(name, **settings.analyzer_options(name))
    return regenerate.Options(
        analyzer=wanted.analyzer,
        meeting_type=wanted.meeting_type,
        output_language=wanted.language,
    )


def check_output_language(language: str | None, analyzer: str) -> None:
    """Raises InvalidRequest where notes are to be in a language, and the engine cannot choose."""
    if language and analyzer != "llm":
        raise InvalidRequest(
            "Only the analysis engine “llm” chooses the language of notes",
            hint="Ask for `llm` where it is set up, or leave the language out.",
        )
