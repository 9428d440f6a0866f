"""The contents of a long Word document: links to its headings, in a field of Word's own.

The field comes filled in, so that nothing is asked when the document is opened, and it has no page
numbers: only a word processor knows its pages, and puts them in when the field is updated (F9).
"""

from typing import Any

from talktotext.documents import docx_xml
from talktotext.documents.blocks import Content
from talktotext.documents.docx_style import style_id
from talktotext.documents.typesetting.bidi import begins_right

_FIELD = r'TOC \o "1-2" \h \z \u'

Entry = tuple[int, str, str]  # level, text, bookmark


def entries(content: Content) -> list[Entry]:
    """The headings in order; none where the document is short."""
    if not content.is_long:
        return []
    found = [(1, section.heading) for section in content.sections]
    found += [(2, chapter.heading) for chapter in content.chapters if chapter.heading]
    return [(level, text, f"_Toc{number:08}") for number, (level, text) in enumerate(found, 1)]


def write(parent: Any, listed: list[Entry]) -> None:
    """The contents, as Word's own commands would put them there."""
    made = docx_xml.add(parent, "sdt")
    part = docx_xml.add(docx_xml.add(made, "sdtPr"), "docPartObj")
    docx_xml.add(part, "docPartGallery", val="Table of Contents")
    docx_xml.add(part, "docPartUnique")
    inside = docx_xml.add(made, "sdtContent")
    docx_xml.text(docx_xml.paragraph(inside, style_id("TOC Heading")), "Contents")
    for place, (level, text, name) in enumerate(listed):
        backwards = begins_right(text)
        line = docx_xml.paragraph(inside, style_id(f"toc {level}"), backwards)
        if place == 0:
            docx_xml.begin_field(line, _FIELD)
        docx_xml.text(docx_xml.link(line, anchor=name), text, right_to_left=backwards)
        if place == len(listed) - 1:
            docx_xml.end_field(line)
