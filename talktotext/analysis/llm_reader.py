"""Sections read by a model, each as often as it takes, and never one left out.

A section that is too much at once is halved; where the model fails on it for good, the extractive
engine reads it instead.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from talktotext.analysis.grounding import Ground
from talktotext.analysis.llm_answer import SectionAnswer
from talktotext.analysis.llm_chat import Chat, Refused, Reply, TooLong, Unreadable
from talktotext.analysis.llm_merge import Found, grounded
from talktotext.analysis.llm_prompt import Prompts, code
from talktotext.analysis.sections import Section
from talktotext.errors import EngineBusy, EngineUnavailable, TalkToTextError
from talktotext.schema import Coverage, Notes, Notice, Segment

log = logging.getLogger(__name__)

SMALLEST = 2_000  # characters of a section that halving would leave
FAILURES = 3  # sections in a row after which no further one is tried
# English has four to five characters a token, most languages fewer: with more, some were not read.
MOST_A_TOKEN = 6.5


class Reader:
    """Reads one transcript.

    Args:
        ground: the transcript, and the check against it.
        extract: the engine that stands in, on segments whose speakers are names already.

    Attributes:
        stopped: whether the model is not to be asked any more.
    """

    def __init__(
        self,
        ground: Ground,
        chat: Chat,
        prompts: Prompts,
        extract: Callable[[Sequence[Segment]], Notes],
    ) -> None:
        self._ground, self._chat, self._prompts = ground, chat, prompts
        self._extract = extract
        self.stopped = False
        self._trouble: TalkToTextError | None = None
        self._in_a_row = 0
        self._total = self._read = self._used = self._otherwise = 0
        self._standing_in = self._dropped = 0

    def read(
        self, parts: Sequence[Section], on_progress: Callable[[float], None] | None = None
    ) -> list[Found]:
        """What the sections hold, in order.

        Args:
            on_progress: is told the share of characters read, 0 to 1.

        Raises:
            TalkToTextError: the model read none of them, and this is why.
        """
        waiting, found = deque(parts), list[Found]()
        self._total = sum(part.characters for part in parts)
        while waiting:
            section = waiting.popleft()
            halves = self._add(section, found)
            waiting.extendleft(reversed(halves))
            if on_progress:
                on_progress((self._used + self._otherwise) / self._total)
        self._read = len(found)
        if self._trouble and not self._used:
            raise self._trouble
        return found

    def coverage(self, dropped: int = 0) -> Coverage:
        """The receipt.

        Args:
            dropped: statements left out when the parts were put together.
        """
        return Coverage(
            characters=self._total,
            used=self._used,
            otherwise=self._otherwise,
            sections=self._read,
            truncated=self._used + self._otherwise < self._total,
            dropped=self._dropped + dropped,
        )

    def warnings(self) -> Iterator[Notice]:
        """What to tell whoever reads the notes."""
        if self._standing_in:
            assert self._trouble is not None
            yield Notice(
                code="analysis_partly_fallback",
                message=f"{self._standing_in} of {self._read} parts of the recording were analyzed "
                f"without the language model. {self._trouble.message}.",
            )

    def _add(self, section: Section, found: list[Found]) -> Sequence[Section]:
        """Add what `section` holds; if it is too much at once, its halves are given back."""
        try:
            if not self.stopped:
                found.append(self._asked(section))
                self._used += section.characters
                self._in_a_row = 0
                return ()
        except TalkToTextError as error:
            if isinstance(error, TooLong | Refused) and section.characters >= 2 * SMALLEST:
                return section.halves()
            log.warning("a section is analyzed without the language model: %s", error.message)
            self._trouble = error
            self._in_a_row += 1
            busy = isinstance(error, EngineBusy | EngineUnavailable)
            self.stopped = busy or self._in_a_row == FAILURES
        found.append(Found.of(self._extract(self._ground.segments(section))))
        self._otherwise += section.characters
        self._standing_in += 1
        return ()

    def _asked(self, section: Section) -> Found:
        """What the model finds in `section` and the recording bears."""
        shown = self._ground.shown(section)
        question = self._prompts.section(shown)
        reply = self._chat.ask(question, SectionAnswer)
        if not _is_read(reply, shown):
            raise TooLong
        found, dropped = grounded(reply.answer, self._ground, self._prompts.kind)
        self._dropped += dropped
        if found.is_empty:  # a model that was led astray, or that understood nothing
            raise Unreadable
        return found


def _is_read(reply: Reply[SectionAnswer], shown: str) -> bool:
    """Whether the model was shown the section from its beginning.

    Ollama cuts off what exceeds its context, 4096 tokens if nobody says otherwise, and answers as
    if nothing were missing (https://github.com/ollama/ollama/issues/3839). Either the code at the
    beginning came back, or the server counted enough tokens.
    """
    return code(shown) in reply.answer.code or (
        reply.prompt_tokens is not None and reply.prompt_tokens * MOST_A_TOKEN >= len(shown)
    )
