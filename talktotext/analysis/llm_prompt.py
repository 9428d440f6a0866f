"""What a language model is asked, from the text files in `prompts/`.

`section.txt` and `merge.txt` are the two requests; a file for each meeting type is the `$guidance`
in them, and `$headings` are those of its sections. A folder of one's own may hold other versions of
any of these files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Template

from openai.types.chat import ChatCompletionMessageParam as Message

from talktotext.analysis.kind_sections import headings
from talktotext.errors import EngineUnavailable
from talktotext.schema import MeetingType, Statement

FOLDER = Path(__file__).parent / "prompts"


@dataclass(frozen=True)
class Prompts:
    """The requests for notes of one recording.

    Args:
        kind: what is said about the recording's kind.
        language: of the notes: a BCP 47 tag; "und" for that of the transcript, whatever it is.
        folder: whose files go before those of the package.
    """

    kind: MeetingType
    language: str
    folder: Path | None = None

    def section(self, shown: str) -> list[Message]:
        """Asks for what a section holds.

        Args:
            shown: its lines.
        """
        end = sha256(shown[::-1].encode()).hexdigest()[:8]
        return self._messages(
            "section.txt", f"TRANSCRIPT {code(shown)} BEGINS\n{shown}\nTRANSCRIPT {end} ENDS"
        )

    def merge(self, statements: Sequence[Statement]) -> list[Message]:
        """Asks for one summary of `statements`, which are numbered from 1."""
        return self._messages("merge.txt", numbered(statements))

    def _messages(self, file: str, data: str) -> list[Message]:
        rules = Template(self._text(file)).safe_substitute(
            guidance=self._text(f"{self.kind}.txt").strip(),
            headings=", ".join(f"“{heading}”" for heading in headings(self.kind)) or "none",
            language=self._language(),
        )
        return [{"role": "system", "content": rules}, {"role": "user", "content": data}]

    def _language(self) -> str:
        if self.language == "und":
            return "the language of the transcript"
        return f"the language with the tag “{self.language}”"

    def _text(self, file: str) -> str:
        """The file in one's own folder, if it is there; else the package's.

        Raises:
            EngineUnavailable: it is there and cannot be read.
        """
        own = self.folder / file if self.folder else None
        try:
            return (own if own and own.exists() else FOLDER / file).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            hint = f"{file} in LLM_PROMPTS must be a readable text file in UTF-8."
            raise EngineUnavailable("A prompt cannot be read", hint=hint) from error


def code(shown: str) -> str:
    """The code that a section begins with: whoever repeats it was given the beginning.

    It depends on the words, so that nobody can say it in the recording.
    """
    return sha256(shown.encode()).hexdigest()[:8]


def numbered(statements: Sequence[Statement]) -> str:
    """`statements` as the model reads them, one a line."""
    return "\n".join(f"[{number}] {said.text}" for number, said in enumerate(statements, 1))
