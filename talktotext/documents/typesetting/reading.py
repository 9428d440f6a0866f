"""A page -> which way readers of PDF are to take it to run.

poppler (`pdftotext`, Evince, Okular) counts the letters of a page, takes the larger part for its
direction, and orders each line by that: on an English page a Hebrew sentence with a number comes
out in the wrong order. Lines that are right either way are most of them; those that are not have a
vote here, and where letters are against them, marks of direction tip the scales. They stand in the
appearance of an annotation: poppler counts those, other readers do not copy them (but MuPDF does).
"""

import unicodedata
from collections import Counter
from typing import Any

from reportlab.pdfbase import pdfdoc

from talktotext.documents.typesetting import faces
from talktotext.documents.typesetting.bidi import MARKS
from talktotext.documents.typesetting.copying import RIGHT, TURNING
from talktotext.documents.typesetting.embedding import embedded
from talktotext.documents.typesetting.lines import Line
from talktotext.documents.typesetting.shaping import Cluster, Glyph

_SIZE = 0.5  # points: of marks nobody sees
_BOX = (0, 0, 500, 2)
_PRINT = 4


class Reading:
    """The characters of the page in hand, and the votes of its lines."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._votes = [0, 0]

    def add(self, line: Line) -> None:
        """Count a line that is drawn on the page."""
        kinds = Counter(unicodedata.bidirectional(c) for bit in line.bits for c in bit.text)
        self._kinds += kinds
        if _right(kinds) and not TURNING.isdisjoint(kinds):
            self._votes[line.base] += kinds.total()

    def missing(self) -> str:
        """The marks that the page lacks to run as most of those lines need."""
        left, right = self._votes
        letters = _right(self._kinds)
        if right > left:  # poppler's letters are not quite ours, and at par it takes the left
            return MARKS[1] * max(0, self._kinds.total() - 2 * letters + 1)
        return MARKS[0] * max(0, letters - self._kinds["L"]) if left else ""


def ends_open(line: Line) -> bool:
    """Whether a line that runs from left to right ends with what poppler lets run either way."""
    last = line.bits[-1].text[-1:] if line.bits else ""
    return not line.base and unicodedata.bidirectional(last or "a") in {"ON", "NSM", "BN"}


def _right(kinds: Counter[str]) -> int:
    return sum(kinds[kind] for kind in RIGHT)


def annotate(canvas: Any, marks: str) -> None:
    """Put marks on a page for poppler to count."""
    document, name = canvas._doc, f"reading-{canvas.getPageNumber()}"
    face = embedded(document, faces.base())
    space = Glyph(face.face.glyph(ord(" ")))
    codes = [face.code(Cluster(marks[:2], (space,), 0))] * -(-len(marks) // 2)
    shown = "".join(f"{code:04X}" for code in codes)
    canvas.beginForm(name, *_BOX)
    canvas.addLiteral(f"BT 3 Tr /{face.name} {_SIZE} Tf 1 0 0 1 0 1 Tm <{shown}> Tj ET")
    canvas.endForm()
    annotation = {
        "Type": pdfdoc.PDFName("Annot"),
        "Subtype": pdfdoc.PDFName("Watermark"),
        "Rect": pdfdoc.PDFArray(_BOX),
        "F": _PRINT,
        "AP": pdfdoc.PDFDictionary({"N": pdfdoc.PDFObjectReference(pdfdoc.xObjectName(name))}),
    }
    canvas._addAnnotation(pdfdoc.PDFDictionary(annotation))
