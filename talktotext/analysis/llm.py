"""The engine that asks a language model, and believes only what the recording bears.

    transcript -> sections -> model -> statements, each checked -> merged by the model -> checked

Any OpenAI-compatible chat API will do. Participants, talk time, mood, keywords and meeting type are
the extractive engine's, which also stands in for a section that the model fails on. The receipt of
all this is `Notes.coverage`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from talktotext.analysis.chapters import in_turn
from talktotext.analysis.check import check
from talktotext.analysis.extractive import (
    ENGLISH_ONLY,
    NO_SPEECH,
    UNKNOWN_LANGUAGE,
    ExtractiveAnalyzer,
)
from talktotext.analysis.grounding import Ground
from talktotext.analysis.language import Language
from talktotext.analysis.llm_chat import Chat
from talktotext.analysis.llm_merge import Found, Merger, joined
from talktotext.analysis.llm_prompt import Prompts
from talktotext.analysis.llm_reader import Reader
from talktotext.analysis.sections import sections
from talktotext.errors import EngineUnavailable
from talktotext.remote import Remote
from talktotext.schema import MeetingType, Notes, Notice, Segment

PARTLY_ENGLISH = Notice(
    code="language_partly_supported",
    message="Names, mood and meeting type are found in English only.",
)
TRANSLATED = Notice(
    code="translated_notes",
    message="These notes are in another language than the recording: what they quote was checked "
    "against it, how they put it was not.",
)
INSTRUCTIONS = Notice(
    code="instructions_in_recording",
    message="Somebody in the recording speaks to the machine that takes notes. These words were "
    "not obeyed, and what the language model drew from them was left out.",
)
NOT_MERGED = Notice(
    code="summary_not_merged",
    message="The language model read the recording in parts and failed to sum them up as one; the "
    "summary is made of the parts' summaries.",
)


class LLMAnalyzer:
    """See `Analyzer`.

    Args:
        api_key: may be empty where the server is one's own.
        base_url: of the server, up to and including its `/v1`; OpenAI's if empty.
        model: as the server calls it.
        timeout: seconds without a byte from the server after which it counts as busy.
        context: characters of transcript in one request.
        prompts: a folder whose files go before those in `analysis/prompts`.
        output_language: BCP 47 tag of the notes; "auto" for the recording's.
        pause: seconds before a busy server is asked again where it does not say.
        options: further members of each request, such as `temperature`.

    Raises:
        EngineUnavailable: it cannot work with this key, address or folder.
    """

    name: ClassVar[str] = "llm"

    def __init__(  # noqa: PLR0913
        self,
        *,
        api_key: str = "",
        base_url: str = "",
        model: str = "gpt-4o-mini",
        timeout: float = 300.0,
        context: int = 24_000,
        prompts: Path | None = None,
        output_language: str = "auto",
        pause: float = 1.0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self._connect = partial(
            Remote,
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            called="The language model's server",
            model_setting="LLM_MODEL",
            key_setting="LLM_API_KEY (or OPENAI_API_KEY)",
            address_setting="LLM_BASE_URL (or OPENAI_BASE_URL)",
        )
        self._connect().close()  # what is wrong with key or address is said now
        if prompts and not prompts.is_dir():
            raise EngineUnavailable("LLM_PROMPTS is no folder", hint="Make it, or unset it.")
        self._chat = partial(Chat, model=model, pause=pause, options=options or {})
        self._context, self._folder, self._output = context, prompts, output_language

    def analyze(
        self,
        transcript: Sequence[Segment],
        *,
        language: str = "en",
        recorded_on: date | None = None,
        meeting_type: MeetingType | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Notes:
        """Notes of `transcript`; see `Analyzer.analyze`.

        Raises:
            EngineBusy: the server was busy or away for as long as it is asked.
            EngineUnavailable: it refuses the key, the model or the requests.
            EngineFailed: none of its answers could be used.
        """
        extract = partial(
            ExtractiveAnalyzer().analyze,
            language=language,
            recorded_on=recorded_on,
            meeting_type=meeting_type,
        )
        drawn, parts = extract(transcript), sections(transcript, self._context)
        extract = partial(extract, meeting_type=drawn.meeting_type)  # each part is of its kind
        if NO_SPEECH in drawn.warnings or not parts:
            return drawn
        tag = drawn.language if self._output == "auto" else self._output
        ground = Ground(
            transcript,
            drawn.participants,
            spoken=Language(drawn.language),
            written=Language(tag),
            recorded_on=recorded_on,
        )
        prompts = Prompts(drawn.meeting_type, tag, self._folder)
        with closing(self._connect()) as remote:
            chat = self._chat(remote)
            reader = Reader(ground, chat, prompts, extract)
            found = reader.read(parts, on_progress)
            merger = Merger(chat, prompts, ground, self._context)
            whole = None if reader.stopped else merger.merge(found)
        warnings = [*_warnings(drawn, ground), *reader.warnings()]
        if whole is None:
            whole, warnings = joined(found, prompts.kind), [*warnings, NOT_MERGED]
        notes = _notes(drawn, whole, transcript[-1].end, warnings)
        notes, dropped = check(notes, transcript, ground.rests_on)
        return notes.model_copy(update={"coverage": reader.coverage(dropped)})


def _notes(drawn: Notes, whole: Found, end: float, warnings: Sequence[Notice]) -> Notes:
    """What the model found, with what is not for a model to say.

    Args:
        end: of the recording.
    """
    chapters = in_turn(whole.chapters, end)
    # Whether it is long enough for chapters is not for the model to say.
    is_divided = len(drawn.chapters) > 1 and len(chapters) > 1
    return drawn.model_copy(
        update={
            "chapters": chapters if is_divided else drawn.chapters,
            "sections": whole.sections or drawn.sections,
            "title": whole.title or drawn.title,
            "summary": whole.summary or drawn.summary,
            "key_points": whole.key_points or drawn.key_points,
            "decisions": whole.decisions,
            "action_items": whole.action_items,
            "open_questions": whole.open_questions,
            "warnings": tuple(warnings),
        }
    )


def _warnings(drawn: Notes, ground: Ground) -> Iterator[Notice]:
    yield from (one for one in drawn.warnings if one not in (ENGLISH_ONLY, UNKNOWN_LANGUAGE))
    if ENGLISH_ONLY in drawn.warnings:
        yield PARTLY_ENGLISH
    if ground.is_translated:
        yield TRANSLATED
    if ground.instructing:
        yield INSTRUCTIONS
