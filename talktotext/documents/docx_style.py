"""How the Word document looks: named styles that a reader can change in one place."""

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.parfmt import ParagraphFormat

from talktotext.documents.docx_xml import element

INK = RGBColor(0x1D, 0x25, 0x30)
GREY = RGBColor(0x6A, 0x74, 0x82)
ACCENT = RGBColor(0x0B, 0x61, 0x74)
WARN = RGBColor(0x8A, 0x53, 0x00)
WARN_PALE = "FFF6E3"

FONT = "Calibri"  # what it lacks, Word and LibreOffice take from the reader's own fonts
TEXT_WIDTH = Mm(210 - 2 * 22)
GUTTER = Cm(1.8)  # where the transcript's times stand
TABLE = "Notes Table"

# name, size, colour, bold, space before and after (points)
_LOOKS = (
    ("Normal", 10.5, INK, False, 0, 4),
    ("Title", 20, INK, True, 0, 8),
    ("Subtitle", 9, ACCENT, True, 0, 2),
    ("Heading 1", 15, ACCENT, True, 20, 6),
    ("Heading 2", 10.5, GREY, True, 14, 2),
    ("List Bullet", 10.5, INK, False, 0, 4),
    ("Header", 8.5, GREY, False, 0, 0),
    ("Footer", 8.5, GREY, False, 0, 0),
    ("Facts", 10.5, INK, False, 0, 1),
    ("Notice", 10, WARN, False, 0, 0),
    ("Table Text", 10, INK, False, 3, 3),
    ("Table Heading", 9.5, ACCENT, True, 3, 3),
    ("Speaker", 10, INK, True, 8, 0),
    ("Words", 10.5, INK, False, 0, 4),
    ("Timed Words", 10.5, INK, False, 0, 4),
)

# Hairlines between rows, a coloured rule and a tint for the header row.
_TABLE_XML = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="NotesTable">
  <w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr>
    <w:tblInd w:w="108" w:type="dxa"/>
    <w:tblBorders>
      <w:top w:val="single" w:sz="8" w:space="0" w:color="{ACCENT}"/>
      <w:bottom w:val="single" w:sz="4" w:space="0" w:color="D9DFE6"/>
      <w:insideH w:val="single" w:sz="4" w:space="0" w:color="D9DFE6"/>
    </w:tblBorders>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="F1F5F7"/></w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def apply(document: WordDocument) -> None:
    """Give python-docx's plain template the looks of TalkToText."""
    for name, size, color, bold, before, after in _LOOKS:
        style = _paragraph_style(document, name)
        _set_font(style, size, color, bold)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.0 if name == "Title" else 1.15
    for name, color in (("Time", ACCENT), ("Margin Time", GREY), ("Remark", WARN)):
        character: Any = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        _set_font(character, 8.5, color, False)
    doubtful: Any = document.styles.add_style("Doubtful", WD_STYLE_TYPE.CHARACTER)
    doubtful.font.italic, doubtful.font.color.rgb = True, GREY
    document.styles.element.append(parse_xml(_TABLE_XML))
    _indents(document)
    _box(document.styles["Notice"])


def _paragraph_style(document: WordDocument, name: str) -> ParagraphStyle:
    """The template's style of that name without its quirks, or a new one."""
    known = name in document.styles
    style: Any = (
        document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    properties = style.element.pPr
    if properties is not None:
        # The template underlines its title, packs lists and has tabs for American paper.
        for rule in ("w:pBdr", "w:contextualSpacing", "w:tabs"):
            for old in properties.findall(qn(rule)):
                properties.remove(old)
    return style  # type: ignore[no-any-return]


def _set_font(style: CharacterStyle, size: float, color: RGBColor, bold: bool) -> None:
    """A font by its name: the theme's, which the template asks for, would win over it."""
    properties: Any = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    style.font.name = FONT
    style.font.size = Pt(size)
    style.font.color.rgb = color
    style.font.bold = bold
    style.font.italic = False


def _layout(document: WordDocument, name: str) -> ParagraphFormat:
    style: Any = document.styles[name]
    layout: ParagraphFormat = style.paragraph_format
    return layout


def _indents(document: WordDocument) -> None:
    """Times hang in the margin of the transcript, labels in that of the title block."""
    for name, hanging in (("Speaker", True), ("Timed Words", True), ("Words", False)):
        layout = _layout(document, name)
        layout.left_indent = GUTTER
        if hanging:
            layout.first_line_indent = -GUTTER
            layout.tab_stops.add_tab_stop(GUTTER)
    _layout(document, "Speaker").keep_with_next = True
    facts = _layout(document, "Facts")
    facts.left_indent, facts.first_line_indent = Cm(2.8), -Cm(2.8)
    facts.tab_stops.add_tab_stop(Cm(2.8))
    for name in ("Header", "Footer"):
        tabs = _layout(document, name).tab_stops
        tabs.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _box(style: Any) -> None:
    """A tint and a bar at the left, for what nobody should overlook."""
    properties = style.element.get_or_add_pPr()
    edges = element("pBdr")
    for side, size, color in (
        ("top", "24", WARN_PALE),
        ("left", "24", str(WARN)),
        ("bottom", "24", WARN_PALE),
    ):
        edges.append(element(side, val="single", sz=size, space="4", color=color))
    shade = element("shd", val="clear", color="auto", fill=WARN_PALE)
    for position, made in enumerate((edges, shade)):  # the schema wants both before the spacing
        properties.insert(position, made)
    style.paragraph_format.left_indent = Cm(0.25)
