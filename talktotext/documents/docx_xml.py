"""The WordprocessingML of a document's body, written as elements, which is quick and in order.

ECMA-376 part 1, and for `w14` https://learn.microsoft.com/openspecs/office_standards/ms-docx. Word
calls a file damaged whose elements stand in another order than the schema's. Text goes in as text
of elements, so that lxml does the escaping; it is `clean`.
"""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn

from talktotext.documents import docx_text

_W = f"{{{nsmap['w']}}}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SPACE = qn("xml:space")
_BOX_FONT = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), "MS Gothic")
TICKED, UNTICKED = "☒", "☐"


def element(tag: str, /, **attributes: str) -> Any:
    """`w:tag` with attributes in the same namespace."""
    made: Any = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(_W + key, value)
    return made


def add(parent: Any, tag: str, /, **attributes: str) -> Any:
    """A new last child."""
    named = {_W + key: value for key, value in attributes.items()}
    made = parent.makeelement(_W + tag, named)
    parent.append(made)
    return made


def paragraph(parent: Any, style: str, right_to_left: bool = False) -> Any:
    """An empty paragraph at the end, in a style named by its id."""
    made = add(parent, "p")
    properties = add(made, "pPr")
    add(properties, "pStyle", val=style)
    if right_to_left:
        add(properties, "bidi")
    return made


def turn(paragraph: Any) -> None:
    """Make a paragraph of python-docx run from right to left, while its style is all it has."""
    add(paragraph.get_or_add_pPr(), "bidi")


def text(parent: Any, shown: str, style: str = "", right_to_left: bool = False) -> None:
    """Text as runs of one direction and script each.

    Args:
        style: the id of a character style.
        right_to_left: whether its paragraph is.
    """
    for piece in docx_text.pieces(shown, right_to_left):
        run = _run(parent, piece.text, style)
        if piece.font or piece.right_to_left:
            _mark(run, piece)


def _run(parent: Any, shown: str, style: str = "") -> Any:
    run = add(parent, "r")
    if style:
        add(add(run, "rPr"), "rStyle", val=style)
    inner = add(run, "t")
    inner.text = shown
    if shown[:1].isspace() or shown[-1:].isspace():
        inner.set(_SPACE, "preserve")
    return run


def _mark(run: Any, piece: docx_text.Piece) -> None:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        properties = element("rPr")
        run.insert(0, properties)
    if piece.font:
        add(properties, "rFonts", **dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), piece.font))
    if piece.right_to_left:
        add(properties, "rtl")


def tab(parent: Any) -> None:
    """On to the next tab stop."""
    add(add(parent, "r"), "tab")


def link(parent: Any, *, anchor: str = "", relation: str = "") -> Any:
    """A link to a bookmark, or by a relation to an address; what it shows goes into it."""
    made = add(parent, "hyperlink", history="1")
    made.set(*((_W + "anchor", anchor) if anchor else (qn("r:id"), relation)))
    return made


def bookmark(parent: Any, name: str, number: int) -> None:
    """Make a place a target for links. `number` is unique in the document."""
    add(parent, "bookmarkStart", id=str(number), name=name)
    add(parent, "bookmarkEnd", id=str(number))


def simple_field(parent: Any, instruction: str) -> None:
    """A field that every word processor fills in by itself, such as PAGE or NUMPAGES."""
    _run(add(parent, "fldSimple", instr=instruction), "1")


def begin_field(parent: Any, instruction: str) -> None:
    """A field whose result follows, over as many paragraphs as it takes, up to `end_field`."""
    add(add(parent, "r"), "fldChar", fldCharType="begin")
    asked = add(add(parent, "r"), "instrText")
    asked.text = f" {instruction} "
    asked.set(_SPACE, "preserve")
    add(add(parent, "r"), "fldChar", fldCharType="separate")


def end_field(parent: Any) -> None:
    """The end of the field's result."""
    add(add(parent, "r"), "fldChar", fldCharType="end")


def tick_box(parent: Any, done: bool, label: str) -> None:
    """A box to click on; a word processor without such boxes shows the character."""
    made = add(parent, "sdt")
    properties = add(made, "sdtPr")
    add(properties, "alias", val=label)
    box: Any = OxmlElement("w14:checkbox", nsdecls={"w14": _W14.strip("{}")})
    for name, value in (
        ("checked", {"val": "1" if done else "0"}),
        ("checkedState", {"val": f"{ord(TICKED):04X}", "font": "MS Gothic"}),
        ("uncheckedState", {"val": f"{ord(UNTICKED):04X}", "font": "MS Gothic"}),
    ):
        child = box.makeelement(_W14 + name, {_W14 + key: item for key, item in value.items()})
        box.append(child)
    properties.append(box)
    run = add(add(made, "sdtContent"), "r")
    add(add(run, "rPr"), "rFonts", **_BOX_FONT)
    add(run, "t").text = TICKED if done else UNTICKED


def describe(inline: Any, title: str, description: str) -> None:
    """Say what a picture shows, for those who cannot see it."""
    for side in "TBLR":  # LibreOffice takes a distance that is not said for some
        inline.set(f"dist{side}", "0")
    inline.docPr.set("descr", description)
    inline.docPr.set("title", title)


def table(parent: Any, style: str, widths: tuple[int, ...]) -> Any:
    """An empty table; widths of its columns in twentieths of a point."""
    made = add(parent, "tbl")
    properties = add(made, "tblPr")
    add(properties, "tblStyle", val=style)
    add(properties, "tblW", w=str(sum(widths)), type="dxa")
    add(properties, "tblLayout", type="fixed")
    add(properties, "tblLook", val="0020", firstRow="1", noHBand="1", noVBand="1")
    grid = add(made, "tblGrid")
    for width in widths:
        add(grid, "gridCol", w=str(width))
    return made


def row(parent: Any, widths: tuple[int, ...], *, header: bool = False, whole: bool = True) -> Any:
    """A row of empty cells.

    Args:
        header: whether it is repeated at the top of every page the table runs on to.
        whole: whether no page break may divide it.
    """
    made = add(parent, "tr")
    properties = add(made, "trPr")
    if whole:
        add(properties, "cantSplit")
    if header:
        add(properties, "tblHeader")
    for width in widths:
        # Word goes by the columns, LibreOffice by the cells
        add(add(add(made, "tc"), "tcPr"), "tcW", w=str(width), type="dxa")
    return made
