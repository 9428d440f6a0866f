"""How the PDF looks: the kinds of text there are, and the lines of tables. Sizes are points."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import TableStyle

from talktotext.documents.colors import GREY, HAIR, INK, PALE, WARN, WARN_PALE, readable
from talktotext.documents.typesetting.paragraph import Paragraph, Setting
from talktotext.documents.typesetting.spans import Look, Span

GUTTER = 46.0  # the margin in which the transcript's times stand
_LONG_TITLE = 90  # characters
_ALL = ((0, 0), (-1, -1))


@dataclass(frozen=True)
class Kind:
    """One kind of text: how its letters look, and how its lines are set."""

    look: Look
    setting: Setting

    def paragraph(self, text: str, **more: Any) -> Paragraph:
        """A paragraph of nothing but this kind."""
        return Paragraph([Span(text, self.look)], self.setting, **more)


class Style:
    """The kinds of text by name, in the colours of a template."""

    def __init__(self, accent: str):
        self.accent = readable(accent)
        self._kinds = _kinds(self.accent)

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def title(self, text: str) -> Kind:
        """The kind of a title: what is long is smaller."""
        return self["title" if len(text) <= _LONG_TITLE else "long title"]

    @property
    def table(self) -> TableStyle:
        """Rows under a tinted header."""
        lines: list[tuple[Any, ...]] = [
            ("BACKGROUND", (0, 0), (-1, 0), HexColor(PALE)),
            ("LINEBELOW", *_ALL, 0.5, HexColor(HAIR)),
            ("LINEABOVE", (0, 0), (-1, 0), 1, HexColor(self.accent)),
        ]
        return TableStyle(_padded(6, 5) + lines)


@cache
def _kinds(accent: str) -> dict[str, Kind]:
    ink, grey, strong = HexColor(INK), HexColor(GREY), HexColor(accent)
    warn = HexColor(WARN)
    return {
        "kind": Kind(Look(8, strong, bold=True), Setting(12)),
        "title": Kind(Look(21, ink, bold=True), Setting(27, before=2, after=10)),
        "long title": Kind(Look(14, ink, bold=True), Setting(20, before=2, after=10)),
        "label": Kind(Look(8.5, grey), Setting(13)),
        "fact": Kind(Look(9.5, ink), Setting(13)),
        "notice": Kind(Look(9, warn), Setting(13)),
        "heading": Kind(Look(13, strong, bold=True), Setting(17, before=20, after=6)),
        "chapter": Kind(Look(9.5, grey, bold=True), Setting(13, before=14, after=3)),
        "contents": Kind(Look(9.5, ink), Setting(15)),
        "chapter in contents": Kind(Look(9, grey), Setting(14)),
        "body": Kind(Look(10, ink), Setting(15.5)),
        "bullet": Kind(Look(10, ink), Setting(15, indent=14, after=4)),
        "dot": Kind(Look(10, strong), Setting(15)),
        "table head": Kind(Look(8.5, strong, bold=True), Setting(12)),
        "cell": Kind(Look(9.5, ink), Setting(14)),
        "caption": Kind(Look(8.5, grey), Setting(12, before=3, after=10)),
        "speaker": Kind(Look(9.5, ink, bold=True), Setting(13, GUTTER, before=7, after=1)),
        "words": Kind(Look(9.5, ink), Setting(14.5, GUTTER, after=3)),
        "doubt": Kind(Look(9.5, grey, underline=True), Setting(14.5, GUTTER, after=3)),
        "time": Kind(Look(7.5, strong), Setting(14.5)),
        "margin": Kind(Look(8, grey), Setting(14.5)),
        "linked margin": Kind(Look(8, strong), Setting(14.5)),
        "remark": Kind(Look(7.5, warn), Setting(14.5)),
        "small": Kind(Look(8, grey), Setting(10)),
    }


def _padded(side: float, above: float) -> list[Any]:
    return [
        ("VALIGN", *_ALL, "TOP"),
        ("LEFTPADDING", *_ALL, side),
        ("RIGHTPADDING", *_ALL, side),
        ("TOPPADDING", *_ALL, above),
        ("BOTTOMPADDING", *_ALL, above),
    ]


FACTS = TableStyle([*_padded(0, 1.5)])
NOTICES = TableStyle(
    [
        *_padded(10, 4),
        ("BACKGROUND", *_ALL, HexColor(WARN_PALE)),
        ("LINEBEFORE", (0, 0), (0, -1), 2.5, HexColor(WARN)),
    ]
)
