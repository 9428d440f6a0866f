"""The fonts a PDF is set in, and text as markup in them: the one place where PDF text is escaped.

A font is a file in fonts/ (see its README.md), read on first use and embedded as a subset of the
glyphs a document uses. A character is set in the first font that has it; one that none has shows
as U+FFFD, so that a gap is seen to be one.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from talktotext.documents.text import REPLACEMENT

_FOLDER = Path(__file__).parent / "fonts"

REGULAR = "DejaVuSansCondensed"
BOLD = "DejaVuSansCondensed-Bold"
CJK = "WenQuanYiMicroHei-CJK"

# reportlab finds fonts by name: one registered twice would be swapped under a document being built.
_LOADING = Lock()

# Fonts to go on to, in order, where the one asked for has no glyph.
_FALLBACKS = (CJK,)


def load(name: str) -> frozenset[int]:
    """Make a font known to reportlab; the code points it has glyphs for."""
    with _LOADING:
        return _load(name)


@cache
def _load(name: str) -> frozenset[int]:
    # shapable=False: the same document everywhere, whether or not uharfbuzz happens to be there.
    font = TTFont(name, str(_FOLDER / f"{name}.ttf"), shapable=False)
    registerFont(font)
    return frozenset(font.face.charToGlyph)


@lru_cache(maxsize=4096)
def _font_of(char: str, base: str) -> str | None:
    """The font that shows a character, "" if it is to be left out, None if there is none."""
    if ord(char) in load(base):
        return base
    if unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""  # joiners and variation selectors: nothing is missing without them
    return next((name for name in _FALLBACKS if ord(char) in load(name)), None)


def runs(text: str, base: str = REGULAR) -> Iterator[tuple[str, str]]:
    """(font, piece) of a text, pieces as long as possible."""
    if load(base).issuperset(map(ord, text)):
        yield base, text
        return
    for font, chars in groupby(text, key=lambda char: _font_of(char, base)):
        piece = "".join(chars)
        if font is None:
            yield base, REPLACEMENT * len(piece)
        elif font:
            yield font, piece


def markup(text: str, base: str = REGULAR) -> str:
    """Text as reportlab markup that shows it literally: tags and entities in it mean nothing."""
    return "".join(
        escape(piece) if font == base else f'<font name="{font}">{escape(piece)}</font>'
        for font, piece in runs(text, base)
    )


def is_missing(text: str) -> bool:
    """Whether a text holds a character that no font has."""
    if load(REGULAR).issuperset(map(ord, text)):
        return False
    return any(_font_of(char, REGULAR) is None for char in set(text))


def has_cjk(text: str) -> bool:
    """Whether a text has Chinese or Japanese in it, where a line may end after any character."""
    return any("\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" for char in text)


def width(text: str, base: str, size: float) -> float:
    """Width of a text in points."""
    return sum(stringWidth(piece, font, size) for font, piece in runs(text, base))
