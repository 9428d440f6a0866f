"""How the Word document looks: named styles that a reader can change in one place."""

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length, Pt
from docx.text.parfmt import ParagraphFormat

from talktotext.documents.colors import GREY, HAIR, INK, PALE, WARN, WARN_PALE, readable
from talktotext.documents.docx_text import ALTERNATIVES, COMPLEX, WESTERN, Languages
from talktotext.documents.docx_xml import add, element

GUTTER = Cm(1.8)  # where the transcript's times stand
TABLE = "NotesTable"
_ACCENT = "accent"  # stands for the template's colour

# name, size, colour, bold, space before and after (points)
_LOOKS = (
    ("Normal", 10.5, INK, False, 0, 4),
    ("Title", 20, INK, True, 0, 8),
    ("Subtitle", 9, _ACCENT, True, 0, 2),
    ("Heading 1", 15, _ACCENT, True, 20, 6),
    ("Heading 2", 10.5, GREY, True, 14, 2),
    ("List Bullet", 10.5, INK, False, 0, 4),
    ("Caption", 9, GREY, False, 2, 10),
    ("Header", 8.5, GREY, False, 0, 6),
    ("Footer", 8.5, GREY, False, 0, 0),
    ("TOC Heading", 15, _ACCENT, True, 20, 6),
    ("toc 1", 10, INK, True, 5, 0),
    ("toc 2", 9.5, INK, False, 0, 0),
    ("Facts", 10.5, INK, False, 0, 1),
    ("Notice", 10, WARN, False, 10, 0),
    ("Figure", 10.5, INK, False, 8, 0),
    ("Table Text", 10, INK, False, 3, 3),
    ("Table Heading", 9.5, _ACCENT, True, 3, 3),
    ("Speaker", 10, INK, True, 8, 0),
    ("Words", 10.5, INK, False, 0, 4),
    ("Timed Words", 10.5, INK, False, 0, 4),
)

# Hairlines between rows, a coloured rule and a tint for the header row.
_TABLE_XML = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE}">
  <w:name w:val="Notes Table"/><w:basedOn w:val="TableNormal"/>
  <w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr>
    <w:tblBorders>
      <w:top w:val="single" w:sz="8" w:space="0" w:color="{{accent}}"/>
      <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{HAIR[1:]}"/>
      <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{HAIR[1:]}"/>
    </w:tblBorders>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{PALE[1:]}"/></w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def style_id(name: str) -> str:
    """The id under which the body names a style."""
    return name.replace("toc", "TOC").replace(" ", "")


def apply(word: WordDocument, accent: str, width: Length, languages: Languages) -> None:
    """Give python-docx's plain template the looks of TalkToText.

    Args:
        accent: "#RRGGBB".
        width: of the text.
    """
    _drop_unused(word)
    _defaults(word, languages)
    accent = readable(accent)
    for name, size, color, bold, before, after in _LOOKS:
        style = _paragraph_style(word, name)
        _set_font(style, size, accent if color == _ACCENT else color, bold)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        tight = name in ("Title", "toc 1", "toc 2")
        style.paragraph_format.line_spacing = 1.0 if tight else 1.15
    for name, color in (("Time", accent), ("Margin Time", GREY), ("Remark", WARN)):
        character: Any = word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        _set_font(character, 8.5, color, False)
    doubtful: Any = word.styles.add_style("Doubtful", WD_STYLE_TYPE.CHARACTER)
    _set_font(doubtful, None, GREY, False, italic=True)
    word.styles.element.append(parse_xml(_TABLE_XML.format(accent=accent[1:])))
    _indents(word, width)
    _box(word.styles["Notice"])


def font_table() -> bytes:
    """The fonts that are asked for, each with what stands in for it."""
    table = element("fonts")
    for name, others in ALTERNATIVES.items():
        add(add(table, "font", name=name), "altName", val=others)
    return serialize_part_xml(table)


def _drop_unused(word: WordDocument) -> None:
    """The template brings a hundred styles for tables, in 400 kB."""
    styles = word.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) != "1":
            styles.remove(style)


def _defaults(word: WordDocument, languages: Languages) -> None:
    """Fonts and languages of all text that says nothing else."""
    properties: Any = word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for tag in ("w:rFonts", "w:lang"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    names = {"ascii": WESTERN, "eastAsia": languages.far_eastern_font, "hAnsi": WESTERN}
    properties.insert(0, element("rFonts", **names, cs=COMPLEX))
    properties.append(
        element(
            "lang",
            val=languages.western,
            eastAsia=languages.far_eastern,
            bidi=languages.complex,
        )
    )


def _paragraph_style(word: WordDocument, name: str) -> Any:
    """The template's style of that name without its quirks, or a new one."""
    if name not in word.styles:
        style: Any = word.styles.add_style(
            name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc")
        )
        style.element.set(qn("w:styleId"), style_id(name))
        return style
    style = word.styles[name]
    properties = style.element.pPr
    if properties is not None:
        # The template underlines its title, packs lists and has tabs for American paper.
        for rule in ("w:pBdr", "w:contextualSpacing", "w:tabs"):
            for old in properties.findall(qn(rule)):
                properties.remove(old)
    return style


def _set_font(
    style: Any, size: float | None, color: str, bold: bool, *, italic: bool = False
) -> None:
    """All that a style says of its letters, also for scripts Word calls complex, in the order of
    the schema. The template's fonts go: its theme's would win over those of the document."""
    old = style.element.find(qn("w:rPr"))
    if old is not None:
        style.element.remove(old)
    properties = style.element.get_or_add_rPr()
    for tag, on in (("b", bold), ("bCs", bold), ("i", italic), ("iCs", italic)):
        add(properties, tag, val="1" if on else "0")
    add(properties, "color", val=color[1:])
    for tag in ("sz", "szCs") if size else ():
        add(properties, tag, val=str(round(2 * (size or 0))))


def _layout(word: WordDocument, name: str) -> ParagraphFormat:
    style: Any = word.styles[name]
    layout: ParagraphFormat = style.paragraph_format
    return layout


def _indents(word: WordDocument, width: Length) -> None:
    """Times hang in the margin of the transcript, labels in that of the title block."""
    for name, hanging in (("Speaker", True), ("Timed Words", True), ("Words", False)):
        layout = _layout(word, name)
        layout.left_indent = GUTTER
        if hanging:
            layout.first_line_indent = -GUTTER
            layout.tab_stops.add_tab_stop(GUTTER)
    for name in ("Speaker", "Figure"):
        _layout(word, name).keep_with_next = True
    facts = _layout(word, "Facts")
    facts.left_indent, facts.first_line_indent = Cm(2.8), -Cm(2.8)
    facts.tab_stops.add_tab_stop(Cm(2.8))
    _layout(word, "toc 2").left_indent = Cm(0.6)
    for name in ("Header", "Footer", "toc 1", "toc 2"):
        _layout(word, name).tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)


def _box(style: Any) -> None:
    """A tint and a bar at the left, for what nobody should overlook."""
    properties = style.element.get_or_add_pPr()
    edges = element("pBdr")
    for side, color in (("top", WARN_PALE), ("left", WARN), ("bottom", WARN_PALE)):
        add(edges, side, val="single", sz="24", space="4", color=color[1:])
    shade = element("shd", val="clear", color="auto", fill=WARN_PALE[1:])
    for position, made in enumerate((edges, shade)):  # the schema wants both before the spacing
        properties.insert(position, made)
    properties.append(element("contextualSpacing"))  # several warnings share a box
    style.paragraph_format.left_indent = Cm(0.25)
