"""What a person asks of a transcription, as the job wants it."""

from talktotext import config
from talktotext.api.schemas.upload import TranscribeIn
from talktotext.api.signin import current_user
from talktotext.jobs.engines import engine_options
from talktotext.jobs.options import Options
from talktotext.speech import here


def options_of(wanted: TranscribeIn, extract_duration: int = 0) -> Options:
    """The options of a job; the user's own vocabulary comes after that of the request.

    Raises:
        EngineUnavailable: the engine that is asked for cannot be used here.
    """
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
    )
