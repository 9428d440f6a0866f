"""text -> pieces for Word: of one direction, and in a font that has their script.

Word has to be told of every run whether it goes from right to left, and takes the font of scripts
that Western fonts lack from the run or its style. Where a reader has not got the font, Word and
LibreOffice take another one of that script.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import NamedTuple

WESTERN = "Calibri"
COMPLEX = "Arial"  # Arabic, Hebrew
FAR_EASTERN = {
    "zh": "Microsoft YaHei",
    "zh-TW": "Microsoft JhengHei",
    "ja": "Yu Gothic",
    "ko": "Malgun Gothic",
}
EMOJI = "Segoe UI Emoji"

# What stands in for the fonts above where they are not, as on Linux.
ALTERNATIVES = {
    WESTERN: "Carlito,Noto Sans,Helvetica",
    COMPLEX: "Noto Sans Arabic,Noto Sans Hebrew,Liberation Sans,DejaVu Sans",
    "Microsoft YaHei": "Noto Sans CJK SC,PingFang SC,WenQuanYi Micro Hei",
    "Microsoft JhengHei": "Noto Sans CJK TC,PingFang TC,WenQuanYi Micro Hei",
    "Yu Gothic": "Noto Sans CJK JP,Hiragino Sans,IPAGothic",
    "Malgun Gothic": "Noto Sans CJK KR,Apple SD Gothic Neo,UnDotum",
    "Nirmala UI": "Noto Sans Devanagari,Kohinoor Devanagari,Mangal,Lohit Devanagari",
    "Leelawadee UI": "Noto Sans Thai,Thonburi,Tahoma,Loma",
    "Myanmar Text": "Noto Sans Myanmar,Myanmar MN,Padauk",
    "Microsoft Himalaya": "Noto Serif Tibetan,Kailasa",
    "Ebrima": "Noto Sans Ethiopic,Kefa,Abyssinica SIL",
    EMOJI: "Noto Color Emoji,Apple Color Emoji,Noto Emoji",
}

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PAIR = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|«[^«»]*»|“[^“”]*”")
_STRONG = {"L": False, "R": True, "AL": True, "AN": True}

# Scripts by the fonts for them that come with Windows and Office.
_SCRIPTS = (
    ("Nirmala UI", "\u0900-\u0dff"),
    ("Leelawadee UI", "\u0e00-\u0eff\u1780-\u17ff"),
    ("Myanmar Text", "\u1000-\u109f"),
    ("Microsoft Himalaya", "\u0f00-\u0fff"),
    ("Ebrima", "\u1200-\u139f"),
    (FAR_EASTERN["ko"], "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
)
_FONT = re.compile(
    "|".join(f"([{script}][{script}\u200c\u200d \\d.,:;!?'\"()-]*)" for _, script in _SCRIPTS)
    + "|((?:[\U0001f000-\U0001faff]|[\u2600-\u27bf]\ufe0f)"
    "(?:[\U0001f000-\U0001faff\u200d\ufe0f]|(?<=\u200d)[\u2600-\u27bf\u2190-\u21ff])*)"
)
_FONTS = (*(font for font, _ in _SCRIPTS), EMOJI)
_HEBREW = re.compile("[\u0590-\u05ff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
# Languages that Word files under neither Western nor Far Eastern text.
_COMPLEX_LANGUAGES = (
    "ar fa he ur yi ps sd ug hi mr ne sa bn as pa gu ta te kn ml si th lo km my bo am"
)


class Piece(NamedTuple):
    """A run: its font where the style's lacks it, else ""."""

    text: str
    right_to_left: bool = False
    font: str = ""


class Languages(NamedTuple):
    """What Word is to take text for, by kind of script: for spelling and for reading aloud."""

    western: str
    far_eastern: str
    complex: str

    @property
    def far_eastern_font(self) -> str:
        """For ideographs, which look otherwise in China, Taiwan, Japan and Korea."""
        code = self.far_eastern
        return FAR_EASTERN.get(code) or FAR_EASTERN.get(code.split("-")[0], FAR_EASTERN["zh"])


def languages(tag: str | None, text: str) -> Languages:
    """The languages of a document, by its tag where that says so, else by its letters."""
    code = (tag or "").split("-")[0].lower()
    complex_ = tag if tag and code in _COMPLEX_LANGUAGES.split() else None
    eastern = tag if tag and code in FAR_EASTERN else None
    western = tag if tag and not complex_ and not eastern else "en-US"
    guess = "ja-JP" if _KANA.search(text) else "ko-KR" if _HANGUL.search(text) else "zh-CN"
    hebrew = _HEBREW.search(text) is not None
    return Languages(western, eastern or guess, complex_ or ("he-IL" if hebrew else "ar-SA"))


def pieces(text: str, right_to_left: bool = False) -> Iterator[Piece]:
    """A text in pieces, as it is to stand in a paragraph of that direction."""
    if text.isascii() and not right_to_left:
        if text:
            yield Piece(text)
    elif not right_to_left and not _RIGHT_TO_LEFT.search(text):
        yield from _by_font(text)
    else:
        for backwards, part in _by_direction(text, right_to_left):
            yield from (Piece(part, True),) if backwards else _by_font(part)


def _by_font(text: str) -> Iterator[Piece]:
    place = 0
    for found in _FONT.finditer(text):
        if found.start() > place:
            yield Piece(text[place : found.start()])
        yield Piece(found[0], font=_FONTS[(found.lastindex or 1) - 1])
        place = found.end()
    if place < len(text):
        yield Piece(text[place:])


def _by_direction(text: str, base: bool) -> Iterator[tuple[bool, str]]:
    """Blanks and marks between two of a direction have it too, others the paragraph's
    (https://www.unicode.org/reports/tr9/#N1)."""
    known = list(_known(text, base))
    for pair in _PAIR.finditer(text):  # brackets go with what is in them
        inside = {way for way in known[pair.start() : pair.end()] if way is not None}
        if len(inside) == 1:
            known[pair.start()] = known[pair.end() - 1] = inside.pop()
    before = list(accumulate(known, _last, initial=base))[1:]
    after = list(accumulate(reversed(known), _last, initial=base))[:0:-1]
    sides = zip(text, before, after, strict=True)
    directions = ((char, one if one == other else base) for char, one, other in sides)
    for backwards, chars in groupby(directions, key=lambda item: bool(item[1])):
        yield backwards, "".join(char for char, _ in chars)


def _known(text: str, base: bool) -> Iterator[bool | None]:
    """The direction of letters; digits, and marks on a letter, go with the letter before."""
    held = base
    for char in text:
        kind = unicodedata.bidirectional(char)
        held = _STRONG.get(kind, held)
        yield held if kind in _STRONG or kind in {"EN", "NSM", "BN"} else None


def _last(held: bool, now: bool | None) -> bool:
    return held if now is None else now
