"""A new Word document: paper, margins, logo, header, "Page n of m", properties."""

from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.section import Section, _Footer, _Header
from docx.shared import Emu, Inches, Length, Mm, Pt

from talktotext.documents import docx_style, docx_text, docx_xml
from talktotext.documents.base import Document
from talktotext.documents.blocks import Content, texts
from talktotext.documents.docx_text import Languages
from talktotext.documents.template import Template, picture_of
from talktotext.documents.text import excerpt, language_tag
from talktotext.documents.typesetting.bidi import begins_right

_PROPERTY_LENGTH = 255  # characters that a core property may have
_PAPER = {"A4": (Mm(210), Mm(297)), "Letter": (Mm(215.9), Mm(279.4))}
_MARGIN = Mm(22)
_LOGO = (Mm(50), Mm(14))  # at most so wide and so high
# In place of the template's, which is of Word, and has one page and no words.
_APP = (
    b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<Properties xmlns="
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>TalkToText</Application></Properties>"
)
_NEEDLESS = (
    RELATIONSHIP_TYPE.THUMBNAIL,  # a picture of the empty template
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    RELATIONSHIP_TYPE.CUSTOM_XML,
)


def text_width(template: Template) -> Length:
    """The width that the margins leave for text."""
    width, _ = _PAPER[template.page_size]
    return Length(width - 2 * _MARGIN)


def new(content: Content, document: Document) -> WordDocument:
    """An empty document with everything around the text in place."""
    word, languages = docx.Document(), _languages(content, document)
    for relations in (word.part.package.rels, word.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype in _NEEDLESS:
                del relations[key]
    template = document.template
    docx_style.apply(word, template.accent, text_width(template), languages)
    word.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = docx_style.font_table()
    word.part.package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)._blob = _APP
    _settings(word, languages)
    _properties(word, content, document)
    _lay_out(word.sections[0], content, template)
    return word


def _settings(word: WordDocument, languages: Languages) -> None:
    """Word's own way of setting text, not that of the version the template was made with."""
    settings: Any = word.settings.element
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")
    for tag, values in (
        ("zoom", {"percent": "100"}),
        (
            "themeFontLang",
            {
                "val": languages.western,
                "eastAsia": languages.far_eastern,
                "bidi": languages.complex,
            },
        ),
    ):
        old = settings.find(qn(f"w:{tag}"))
        settings.replace(old, docx_xml.element(tag, **values))


def _properties(word: WordDocument, content: Content, document: Document) -> None:
    core = word.core_properties
    core.title = excerpt(content.title, _PROPERTY_LENGTH)
    core.author = core.last_modified_by = "TalkToText"
    core.subject = content.subject
    core.category = f"{content.kind} notes"
    core.keywords = excerpt(", ".join(content.keywords), _PROPERTY_LENGTH)
    core.comments = ""
    core.created = core.modified = document.created_at
    if language := language_tag(document.notes.language):
        core.language = language


def _lay_out(section: Section, content: Content, template: Template) -> None:
    section.page_width, section.page_height = _PAPER[template.page_size]
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.header_distance = section.footer_distance = Mm(12)
    section.different_first_page_header_footer = True  # the title is there already
    if template.logo:
        _logo(section, template.logo)
    _head(section.header, content)
    _foot(section.first_page_footer, content)
    _foot(section.footer, content)


def _logo(section: Section, data: bytes) -> None:
    """The logo at the top of the first page, as a PNG: python-docx does not read every JPEG."""
    picture = picture_of(data, *(side.inches for side in _LOGO))
    # in its own shape, as large as there is room, but of 96 pixels an inch at least
    room = (side / have for side, have in zip(_LOGO, picture.size, strict=True))
    scale = min(*room, Inches(1 / 96))
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    out.seek(0)
    width = Emu(int(scale * picture.width))
    paragraph = section.first_page_header.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(12)
    docx_xml.describe(paragraph.add_run().add_picture(out, width)._inline, "Logo", "Logo")


def _head(header: _Header, content: Content) -> None:
    title = excerpt(content.title, 70)
    backwards = begins_right(title)
    paragraph: Any = header.paragraphs[0]._p
    if backwards:
        docx_xml.turn(paragraph)
    docx_xml.text(paragraph, title, right_to_left=backwards)
    docx_xml.tab(paragraph)
    docx_xml.text(paragraph, content.kind, right_to_left=backwards)


def _foot(footer: _Footer, content: Content) -> None:
    paragraph = footer.paragraphs[0]._p
    docx_xml.text(paragraph, "Page ")
    docx_xml.simple_field(paragraph, "PAGE")
    docx_xml.text(paragraph, " of ")
    docx_xml.simple_field(paragraph, "NUMPAGES")
    docx_xml.tab(paragraph)
    docx_xml.text(paragraph, content.subject)


def _languages(content: Content, document: Document) -> Languages:
    """What the document is written in."""
    every = "".join(texts(content))
    return docx_text.languages(language_tag(document.notes.language), every)
