"""The fonts documents are set in, and which of them shows a character.

A face is a file in fonts/ (see its README.md), read on first use. A character is set in the first
face that has it; what none has shows as U+FFFD, so that a gap is seen to be one.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from talktotext.documents.text import REPLACEMENT

_FOLDER = Path(__file__).parent.parent / "fonts"

# In order: what has text of its own before what has signs, and the largest last.
_SCRIPTS = (
    "NotoSansArabic",
    "NotoSansHebrew",
    "NotoSansThai",
    "NotoSansBengali",
    "NotoSansGurmukhi",
    "NotoSansGujarati",
    "NotoSansTamil",
    "NotoSansTelugu",
    "NotoSansKannada",
    "NotoSansMalayalam",
    "NotoSansSinhala",
    "NotoSansLao",
    "NotoSansKhmer",
    "NotoSansMyanmar",
    "NotoSerifTibetan",
    "NotoSansEthiopic",
    "NotoSansArmenian",
    "NotoSansGeorgian",
)
_EMOJI = "NotoEmoji-Regular"
_CJK = "WenQuanYiMicroHei-CJK"
_RARE = "HanaMinA-Rare"
_ORDER = (
    "NotoSans-Regular",
    *(f"{name}-Regular" for name in _SCRIPTS),
    _CJK,
    "DejaVuSansCondensed",
    _EMOJI,
    _RARE,
)
_BOLD = "NotoSans-Bold"
_JOINERS = "\u200c\u200d"
_UNSEEN = (*range(0x200B, 0x2010), *range(0x2060, 0x2065))
_EMOJI_LOOK = "\ufe0f"

# Latin, Greek, Cyrillic, and their punctuation: one glyph a character, one after the other.
_PLAIN = (
    *(range(0x20, 0x7F), range(0xA0, 0x300), range(0x370, 0x483), range(0x48A, 0x530)),
    *(range(0x1E00, 0x2000), range(0x2010, 0x2028), range(0x2030, 0x205F), range(0x20A0, 0x20C0)),
)

# Tables that lay text out; in a PDF it is laid out already.
_UNUSED = {
    int.from_bytes(tag, "big")
    for tag in (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"cmap", b"post", b"name", b"vhea", b"vmtx")
}


class Face:
    """A font file: its glyphs, and how text becomes a row of them."""

    def __init__(self, name: str, *, bolder: bool = False):
        self.name, self.bolder = name, bolder
        self._face = hb.Face(hb.Blob.from_file_path(str(_FOLDER / f"{name}.ttf")))
        self.font = hb.Font(self._face)
        self.units: int = self._face.upem

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points it has glyphs for."""
        return frozenset(self._face.unicodes)

    @cached_property
    def plain(self) -> dict[str, int]:
        """The characters that need no shaping, and how wide they are in its units."""
        codes = (code for code in self.characters if any(code in block for block in _PLAIN))
        return {chr(code): self.advance(self.glyph(code)) for code in codes}

    @cached_property
    def unseen(self) -> frozenset[int]:
        """The numbers of the glyphs of joiners and marks of direction: many fonts draw them."""
        return frozenset(self.glyph(code) for code in _UNSEEN if code in self.characters)

    def glyph(self, code: int) -> int:
        """The number of a character's own glyph."""
        return int(self.font.get_nominal_glyph(code))

    def advance(self, glyph: int) -> int:
        """How wide a glyph is, in the face's units."""
        return int(self.font.get_glyph_h_advance(glyph))

    def subset(self, glyphs: Iterable[int]) -> tuple[bytes, dict[int, int]]:
        """A font file with those glyphs only, and which number each has there."""
        wanted: Any = hb.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.drop_table_tag_set.update(_UNUSED)
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
        plan: Any = hb.SubsetPlan(self._face, wanted)
        return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """What a PDF tells of a font, in thousandths of an em."""
        extents: Any = self.font.get_font_extents("ltr")
        scale = 1000 / self.units
        return {"Ascent": extents.ascender * scale, "Descent": extents.descender * scale}


@cache
def face(name: str, bolder: bool) -> Face:
    """A face by its file's name.

    Args:
        bolder: whether its outlines are to be thickened, where it has no bold file.
    """
    return Face(name, bolder=bolder)


def base(bold: bool = False) -> Face:
    """The face of all text that it has glyphs for."""
    return face(_BOLD if bold else _ORDER[0], False)


def is_missing(text: str) -> bool:
    """Whether a text holds a character that no face has."""
    return any(_name_of(char, False) is None for char in set(text))


def runs(text: str, bold: bool = False) -> Iterator[tuple[Face, str]]:
    """(face, piece) of a text, pieces as long as possible."""
    first = base(bold)
    if first.characters.issuperset(map(ord, text)):
        yield first, text
        return
    held, current = "", first
    for char, following in zip(text, [*text[1:], ""], strict=True):
        found = _face_of(char, following, current, bold)
        if held and (found or first) is not current:
            yield current, held
            held = ""
        held, current = held + (char if found else REPLACEMENT), found or first
    yield current, held


def _face_of(char: str, following: str, current: Face, bold: bool) -> Face | None:
    """Marks and joiners stay with what they belong to, if its face has them."""
    if _is_joined(char) and (ord(char) in current.characters or not unicodedata.combining(char)):
        return current
    if following == _EMOJI_LOOK and ord(char) in face(_EMOJI, bold).characters:
        return face(_EMOJI, bold)
    name = _name_of(char, bold)
    return face(name, bold and name != _BOLD) if name else None


def _is_joined(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) == "Mn"


@lru_cache(maxsize=65536)
def _name_of(char: str, bold: bool) -> str | None:
    names: Sequence[str] = (_BOLD, *_ORDER) if bold else _ORDER
    if char >= "\U0001f000":
        names = (_EMOJI, *names)
    if unicodedata.category(char) == "Cf":
        return names[0]
    return next((name for name in names if ord(char) in face(name, False).characters), None)
