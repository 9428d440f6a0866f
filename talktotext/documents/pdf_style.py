"""How the PDF looks: colours, paragraph styles, table styles. Sizes are points."""

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import TableStyle

from talktotext.documents import fonts

INK = HexColor("#1D2530")
GREY = HexColor("#6A7482")
HAIR = HexColor("#D9DFE6")
PALE = HexColor("#F1F5F7")
ACCENT = HexColor("#0B6174")
WARN = HexColor("#8A5300")
WARN_PALE = HexColor("#FFF6E3")

_GUTTER = 46  # width of the margin in which the transcript's times stand
_REGULAR: dict[str, Any] = {"fontName": fonts.REGULAR, "textColor": INK, "bulletColor": GREY}
_BOLD: dict[str, Any] = {"fontName": fonts.BOLD, "textColor": INK, "bulletColor": GREY}
_TIMES: dict[str, Any] = {"leftIndent": _GUTTER, "bulletFontSize": 8}


def _size(size: float, leading: float, before: float = 0, after: float = 0) -> dict[str, float]:
    return {"fontSize": size, "leading": leading, "spaceBefore": before, "spaceAfter": after}


def _styles() -> dict[str, ParagraphStyle]:
    """Every paragraph style by name; "<name>, CJK" breaks lines between any two characters."""
    looks: dict[str, dict[str, Any]] = {
        "kind": {**_BOLD, **_size(8, 12), "textColor": ACCENT},
        "title": {**_BOLD, **_size(20, 25, 2, 10)},
        "long title": {**_BOLD, **_size(14, 19, 2, 10)},
        "label": {**_REGULAR, **_size(8.5, 13), "textColor": GREY},
        "fact": {**_REGULAR, **_size(9.5, 13)},
        "notice": {**_REGULAR, **_size(9, 13), "textColor": WARN},
        "heading": {**_BOLD, **_size(13, 17, 20, 6), "textColor": ACCENT},
        "chapter": {**_BOLD, **_size(9, 13, 14, 2), "textColor": GREY},
        "body": {**_REGULAR, **_size(10, 15.5)},
        "bullet": {**_REGULAR, **_size(10, 15, 0, 4), "leftIndent": 14, "bulletColor": ACCENT},
        "table head": {**_BOLD, **_size(8.5, 12), "textColor": ACCENT},
        "cell": {**_REGULAR, **_size(9.5, 14)},
        "tick": {**_REGULAR, **_size(12, 13), "textColor": ACCENT},
        "speaker": {**_BOLD, **_TIMES, **_size(9, 13, 7, 1)},
        "words": {**_REGULAR, **_TIMES, **_size(9.5, 14.5, 0, 3)},
    }
    styles = {}
    for name, look in looks.items():
        fonts.load(look["fontName"])
        look["bulletFontName"] = fonts.REGULAR
        styles[name] = ParagraphStyle(name, **look)
        styles[f"{name}, CJK"] = ParagraphStyle(f"{name}, CJK", **look, wordWrap="CJK")
    return styles


STYLES = _styles()

_ALL = ((0, 0), (-1, -1))
_TOP = [("VALIGN", *_ALL, "TOP")]
FACTS = TableStyle(
    [*_TOP, ("LEFTPADDING", *_ALL, 0), ("TOPPADDING", *_ALL, 1.5), ("BOTTOMPADDING", *_ALL, 1.5)]
)
NOTICES = TableStyle(
    [
        *_TOP,
        ("BACKGROUND", *_ALL, WARN_PALE),
        ("LINEBEFORE", (0, 0), (0, -1), 2.5, WARN),
        ("LEFTPADDING", *_ALL, 10),
        ("TOPPADDING", *_ALL, 4),
        ("BOTTOMPADDING", *_ALL, 4),
    ]
)
TABLE = TableStyle(
    [
        *_TOP,
        ("BACKGROUND", (0, 0), (-1, 0), PALE),
        ("LINEBELOW", *_ALL, 0.5, HAIR),
        ("LINEABOVE", (0, 0), (-1, 0), 1, ACCENT),
        ("LEFTPADDING", *_ALL, 6),
        ("RIGHTPADDING", *_ALL, 6),
        ("TOPPADDING", *_ALL, 5),
        ("BOTTOMPADDING", *_ALL, 6),
    ]
)
