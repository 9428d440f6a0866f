"""The WordprocessingML that python-docx has no calls for: fields, links, bookmarks, tick boxes.

ECMA-376 part 1, and for `w14` https://learn.microsoft.com/openspecs/office_standards/ms-docx.
Text goes in as text of elements, so that lxml does the escaping.
"""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Row
from docx.text.paragraph import Paragraph

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
TICKED, UNTICKED = "☒", "☐"


def element(tag: str, /, **attributes: str) -> Any:
    """`w:tag` with attributes in the same namespace."""
    made: Any = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def field(paragraph: Paragraph, instruction: str) -> None:
    """A field that the word processor fills in, such as PAGE or NUMPAGES."""
    made = element("fldSimple", instr=instruction)
    made.append(_run("1"))
    paragraph._p.append(made)


def link(paragraph: Paragraph, text: str, anchor: str, style: str) -> None:
    """A link to a bookmark of the same document."""
    made = element("hyperlink", anchor=anchor, history="1")
    run = _run(text)
    properties = element("rPr")
    properties.append(element("rStyle", val=style))
    run.insert(0, properties)
    made.append(run)
    paragraph._p.append(made)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Make a paragraph a target for links. `number` is unique in the document."""
    paragraph._p.append(element("bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def tick_box(paragraph: Paragraph, done: bool, label: str) -> None:
    """A box to click on; a word processor without such boxes shows the character."""
    made, properties, content = element("sdt"), element("sdtPr"), element("sdtContent")
    properties.append(element("alias", val=label))
    box: Any = OxmlElement("w14:checkbox", nsdecls={"w14": _W14.strip("{}")})
    for name, value in (
        ("checked", {"val": "1" if done else "0"}),
        ("checkedState", {"val": f"{ord(TICKED):04X}", "font": "MS Gothic"}),
        ("uncheckedState", {"val": f"{ord(UNTICKED):04X}", "font": "MS Gothic"}),
    ):
        child = box.makeelement(_W14 + name, {_W14 + key: item for key, item in value.items()})
        box.append(child)
    properties.append(box)
    run = _run(TICKED if done else UNTICKED)
    look = element("rPr")
    look.append(element("rFonts", **dict.fromkeys(("ascii", "eastAsia", "hAnsi"), "MS Gothic")))
    run.insert(0, look)
    content.append(run)
    made.extend((properties, content))
    paragraph._p.append(made)


def _run(text: str) -> Any:
    run, inner = element("r"), element("t")
    inner.text = text
    run.append(inner)
    return run


def header_row(row: _Row) -> None:
    """Repeat a row at the top of every page the table runs on to."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def language(run_properties: Any, tag: str) -> None:
    """The language of text, for spelling and for reading aloud."""
    for old in run_properties.findall(qn("w:lang")):
        run_properties.remove(old)
    run_properties.append(element("lang", val=tag, eastAsia=tag, bidi=tag))


def right_to_left(paragraph: Paragraph) -> None:
    """Set a paragraph from right to left. To be called while its style is all it has."""
    paragraph._p.get_or_add_pPr().append(element("bidi"))
