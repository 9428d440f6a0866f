"""Documents read back, the way a reader of theirs would."""

import re
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.document import Document as WordDocument
from lxml import etree
from pypdf import PdfReader

from talktotext.documents import Document, render


def pdf(document: Document) -> PdfReader:
    return PdfReader(BytesIO(render("pdf", document)))


def flat(text: str) -> str:
    """Text without the blanks that lines and columns put into it."""
    return re.sub(r"\s+", "", text)


def pdf_text(reader: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def pdf_flat(document: Document) -> str:
    return flat(pdf_text(pdf(document)))


def word(document: Document) -> WordDocument:
    return docx.Document(BytesIO(render("docx", document)))


def parts(document: Document) -> dict[str, bytes]:
    with ZipFile(BytesIO(render("docx", document))) as package:
        return {name: package.read(name) for name in package.namelist()}


def word_text(document: Document) -> str:
    """All text of the body in order: paragraphs, links, tables, tick boxes."""
    body = etree.fromstring(parts(document)["word/document.xml"])
    return "".join(body.itertext("{*}t"))


def text_of(format: str, document: Document) -> str:
    """A document's text without blanks, whatever its format."""
    return pdf_flat(document) if format == "pdf" else flat(word_text(document))
