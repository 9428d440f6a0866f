"""A new Word document: paper, margins, header, "Page n of m", properties."""

from datetime import datetime

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.section import Section, _Footer
from docx.shared import Mm

from talktotext.documents import docx_style, docx_xml
from talktotext.documents.blocks import Content
from talktotext.documents.text import excerpt

_PROPERTY_LENGTH = 255  # characters that a core property may have


def new(content: Content, created: datetime, language: str | None) -> WordDocument:
    """An empty document with everything around the text in place."""
    word = docx.Document()
    _drop_thumbnail(word)
    docx_style.apply(word)
    _properties(word, content, created, language)
    _lay_out(word.sections[0], content)
    return word


def _drop_thumbnail(word: WordDocument) -> None:
    """The template brings a picture of itself, which file managers would show."""
    relations = word.part.package.rels
    for key, relation in list(relations.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del relations[key]


def _properties(
    word: WordDocument, content: Content, created: datetime, language: str | None
) -> None:
    core = word.core_properties
    core.title = excerpt(content.title, _PROPERTY_LENGTH)
    core.author = core.last_modified_by = "TalkToText"
    core.subject = content.subject
    core.keywords = excerpt(", ".join(content.keywords), _PROPERTY_LENGTH)
    core.comments = ""
    core.created = core.modified = created
    if language:
        core.language = language
        defaults = word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
        docx_xml.language(defaults, language)


def _lay_out(section: Section, content: Content) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.header_distance = section.footer_distance = Mm(12)
    section.different_first_page_header_footer = True  # the title is there already
    head = section.header.paragraphs[0]
    head.text = f"{excerpt(content.title, 70)}\t{content.kind}"
    _foot(section.first_page_footer, content)
    _foot(section.footer, content)


def _foot(footer: _Footer, content: Content) -> None:
    paragraph = footer.paragraphs[0]
    paragraph.add_run("Page ")
    docx_xml.field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    docx_xml.field(paragraph, "NUMPAGES")
    paragraph.add_run(f"\t{content.subject}")
