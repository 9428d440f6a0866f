"""What a paragraph is made of: text, how it looks, where it leads."""

from dataclasses import dataclass
from functools import cached_property

from reportlab.lib.colors import Color

from talktotext.documents.typesetting.faces import Face, base

_LARGE = 12.0  # points


@dataclass(frozen=True)
class Look:
    """How text looks; `size` in points."""

    size: float
    color: Color
    bold: bool = False
    underline: bool = False


@dataclass(frozen=True)
class Span:
    """Text of one look. `link` is an address, or "#" and the name of a place in the document."""

    text: str
    look: Look
    link: str | None = None

    @cached_property
    def face(self) -> Face:
        """The face of all of it that needs no other one."""
        return base(self.look.bold)

    @cached_property
    def is_plain(self) -> bool:
        """Whether its characters can be set one after the other as they are.

        Large text is shaped in any case, since there one sees that letters are not kerned.
        """
        return self.look.size < _LARGE and self.face.plain.keys() >= set(self.text)
