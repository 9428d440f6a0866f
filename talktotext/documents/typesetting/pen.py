"""lines -> PDF operators on a page (ISO 32000-1, 9.4)."""

from typing import Any

from reportlab.lib.colors import Color

from talktotext.documents.typesetting.bidi import MARKS
from talktotext.documents.typesetting.embedding import EmbeddedFace, embedded
from talktotext.documents.typesetting.faces import Face, base
from talktotext.documents.typesetting.lines import Line
from talktotext.documents.typesetting.reading import Reading, ends_open

_BOLDER = 0.035  # of the size: how thick a line around glyphs stands in for bold ones


class Pen:
    """Writes text on a canvas: between `begin` and `end`, lines at their places."""

    def __init__(self, canvas: Any):
        self._canvas, self._document = canvas, canvas._doc
        self._reading: Reading | None = getattr(canvas, "reading", None)
        self._code: list[str] = ["BT"]
        self._array: list[str] = []
        self._font: tuple[Face, float] | None = None
        self._color: Color | None = None
        self._embedded: EmbeddedFace
        self._bolder = False

    def end(self) -> None:
        """Put what was written on the page."""
        self._flush()
        if self._bolder:
            self._code.append("0 Tr")
        self._code.append("ET")
        self._canvas.addLiteral("q " + "\n".join(self._code) + " Q")

    def move(self, x: float, y: float) -> None:
        """Go on from a point, in points from the canvas's own origin."""
        self._flush()
        self._code.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm")

    def line(self, line: Line) -> None:
        """Write a line from here on."""
        for bit in line.bits:
            look = bit.span.look
            self._colored(look.color)
            if bit.is_plain:
                self._array.append(self._in_face(bit.span.face, look.size).plain(bit.text))
                continue
            for part in bit.shaped:
                self._array.append(self._in_face(part.face, look.size).written(part))
        if self._reading and line.bits:
            self._reading.add(line)
            if ends_open(line):
                self._array.append(self._in_face(base(), look.size).unseen(MARKS[0]))

    def _colored(self, color: Color) -> None:
        if color is not self._color:
            self._flush()
            values = "{:.3g} {:.3g} {:.3g}".format(*color.rgb())
            self._code.append(f"{values} rg {values} RG")
            self._color = color

    def _in_face(self, face: Face, size: float) -> EmbeddedFace:
        """The face in this document, once what follows is set in it."""
        if (face, size) != self._font:
            self._flush()
            self._embedded = embedded(self._document, face)
            self._code.append(f"/{self._embedded.name} {size:g} Tf")
            self._font = (face, size)
            if face.bolder or self._bolder:
                self._code.append(f"2 Tr {_BOLDER * size:.3g} w" if face.bolder else "0 Tr")
                self._bolder = face.bolder
        return self._embedded

    def _flush(self) -> None:
        if self._array:
            self._code.append(f"[{''.join(self._array)}] TJ")
            self._array.clear()
