"""clusters -> PDF: fonts as subsets that hold what a document shows, and which text that is.

Fonts go in as composite ones (ISO 32000-1, 9.7), under the protocol by which reportlab embeds its
own. A code of such a font is a cluster together with its text, so that what is drawn can be copied
as it was said, in every reader: a cluster of several glyphs becomes one glyph composed of them. (An
ActualText would say the same, but few readers heed it, and some turn it around in Arabic.)
"""

import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfdoc

from talktotext.documents.typesetting.faces import Face
from talktotext.documents.typesetting.shaping import Cluster, Glyph, Shaped

# Of the 65,536 that two bytes can tell apart: the paragraph in hand may need more, and a glyph that
# is composed needs those that it is composed of.
_MOST_CODES = 30_000

_EMBEDDED: WeakKeyDictionary[Any, dict[Face, "EmbeddedFace"]] = WeakKeyDictionary()


def embedded(document: Any, face: Face) -> "EmbeddedFace":
    """A face in a PDF that reportlab is making."""
    faces = _EMBEDDED.setdefault(document, {})
    if face not in faces or faces[face].is_full:
        faces[face] = EmbeddedFace(face, document, len(document.delayedFonts))
    return faces[face]


class EmbeddedFace:
    """A face in one PDF: what of it is used, and under which name."""

    def __init__(self, face: Face, document: Any, number: int):
        self.face, self.name = face, f"T{number}"
        self._codes: dict[tuple[tuple[Glyph, ...], str], int] = {((Glyph(0),), ""): 0}
        self._widths: list[int] = [face.advance(0)]
        self._written: dict[int, str] = {}
        self._plain = _Codes(self)
        self._kept: list[Shaped] = []  # so that no other one comes by the same id
        document.fontMapping[self.name] = f"/{self.name}"
        document.delayedFonts.append(self)

    @property
    def is_full(self) -> bool:
        """Whether what is drawn from now on needs another one, with codes of its own."""
        return len(self._codes) > _MOST_CODES

    def plain(self, text: str) -> str:
        """A text of characters that need no shaping as an element of a TJ array."""
        return f"<{text.translate(self._plain)}>"

    def written(self, shaped: Shaped) -> str:
        """A piece of text as elements of a TJ array; what it needs is noted down as used."""
        if (found := self._written.get(id(shaped))) is None:
            found = self._written[id(shaped)] = "".join(map(self._element, shaped.clusters))
            self._kept.append(shaped)
        return found

    def unseen(self, text: str) -> str:
        """A text of which nothing is to be seen, as an element of a TJ array."""
        return self._element(Cluster(text, (), 0))

    def code(self, cluster: Cluster) -> int:
        """The code of a cluster, which is noted down as used."""
        key = cluster.glyphs, cluster.text
        if (code := self._codes.get(key)) is None:
            code = self._codes[key] = len(self._codes)
            plain = _is_plain(cluster.glyphs)
            own = self.face.advance(cluster.glyphs[0].number) if plain else cluster.advance
            self._widths.append(own)
        return code

    def _element(self, cluster: Cluster) -> str:
        code = self.code(cluster)
        kerning = self._thousandths(self._widths[code] - cluster.advance)
        return f"<{code:04X}>{kerning}" if kerning else f"<{code:04X}>"

    def _thousandths(self, units: int) -> int:
        return round(units * 1000 / self.face.units)

    def addObjects(self, document: Any) -> None:
        """Called by reportlab at the end, when all that is used is known."""
        meanings = self._to_unicode().encode()
        name = f"{_tag(meanings)}+{self.face.name}"
        font = {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type0"),
            "BaseFont": pdfdoc.PDFName(name),
            "Encoding": pdfdoc.PDFName("Identity-H"),
            "DescendantFonts": pdfdoc.PDFArray([self._descendant(document, name)]),
            "ToUnicode": _stream(document, meanings),
        }
        made = document.Reference(pdfdoc.PDFDictionary(font))
        document.idToObject["BasicFonts"].dict[self.name] = made

    def _descendant(self, document: Any, name: str) -> Any:
        file, numbers = self._file()
        descriptor = {
            "Type": pdfdoc.PDFName("FontDescriptor"),
            "FontName": pdfdoc.PDFName(name),
            "Flags": 4,
            "FontBBox": pdfdoc.PDFArray([-1000, -500, 2500, 1300]),
            "ItalicAngle": 0,
            "StemV": 80,
            **self.face.metrics,
            "FontFile2": _stream(document, file, Length1=len(file)),
        }
        system = {
            "Registry": pdfdoc.PDFString("Adobe"),
            "Ordering": pdfdoc.PDFString("Identity"),
            "Supplement": 0,
        }
        font = {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("CIDFontType2"),
            "BaseFont": pdfdoc.PDFName(name),
            "CIDSystemInfo": pdfdoc.PDFDictionary(system),
            "FontDescriptor": document.Reference(pdfdoc.PDFDictionary(descriptor)),
            "W": pdfdoc.PDFArray([0, pdfdoc.PDFArray(map(self._thousandths, self._widths))]),
            "CIDToGIDMap": _stream(document, b"".join(n.to_bytes(2, "big") for n in numbers)),
        }
        return document.Reference(pdfdoc.PDFDictionary(font))

    def _file(self) -> tuple[bytes, list[int]]:
        """The font file, and the number in it of each code's glyph."""
        every = [glyphs for glyphs, _ in self._codes]
        file, known = self.face.subset({glyph.number for glyphs in every for glyph in glyphs})
        made: dict[tuple[Glyph, ...], int] = {}
        if clusters := [glyphs for glyphs in every if not _is_plain(glyphs)]:
            file, made = _composed(file, known, list(dict.fromkeys(clusters)), self.face.units)
        return file, [known[g[0].number] if _is_plain(g) else made[g] for g in every]

    def _to_unicode(self) -> str:
        """A CMap from codes to text (ISO 32000-1, 9.10.3)."""
        known = [(code, text) for (_, text), code in self._codes.items() if text]
        blocks = []
        for first in range(0, len(known), 100):  # so many a block at most
            lines = [f"<{code:04X}> <{_utf16(text)}>" for code, text in known[first : first + 100]]
            blocks += [f"{len(lines)} beginbfchar", *lines, "endbfchar"]
        return _CMAP.format("\n".join(blocks))


class _Codes(dict[int, str]):
    """For `str.translate`: a character's code in hexadecimal digits."""

    def __init__(self, face: EmbeddedFace):
        super().__init__()
        self._face = face

    def __missing__(self, character: int) -> str:
        glyph = self._face.face.glyph(character)
        cluster = Cluster(chr(character), (Glyph(glyph),), self._face.face.advance(glyph))
        code = self[character] = f"{self._face.code(cluster):04X}"
        return code


_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def _is_plain(glyphs: Sequence[Glyph]) -> bool:
    """Whether a cluster is just one glyph of the font, where that belongs."""
    return len(glyphs) == 1 and not glyphs[0].x and not glyphs[0].y


def _composed(
    file: bytes, known: dict[int, int], clusters: list[tuple[Glyph, ...]], units: int
) -> tuple[bytes, dict[tuple[Glyph, ...], int]]:
    """A font file with a further glyph for each cluster, composed of those it has."""
    font = TTFont(BytesIO(file))
    names = list(font.getGlyphOrder())
    numbers: dict[tuple[Glyph, ...], int] = {}
    for cluster in clusters:
        pen = TTGlyphPen(font.getGlyphSet())
        for glyph in cluster:
            pen.addComponent(names[known[glyph.number]], (1, 0, 0, 1, glyph.x, glyph.y))
        name = f"cluster{len(names)}"
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (units, 0)  # a PDF has widths of its own
        numbers[cluster] = len(names)
        names.append(name)
    font.setGlyphOrder(names)
    out = BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue(), numbers


def _stream(document: Any, content: bytes, **entries: int) -> Any:
    stream: Any = pdfdoc.PDFStream()
    stream.content, stream.filters = content, [pdfdoc.PDFZCompress]
    stream.dictionary.dict.update(entries)
    return document.Reference(stream)


def _tag(meanings: bytes) -> str:
    """Six letters that tell subsets of one font apart, by what is in them."""
    number = zlib.crc32(meanings)
    return "".join(chr(65 + number // 26**place % 26) for place in range(6))


def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()
