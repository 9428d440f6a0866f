"""note -> bytes: one writer a file, imported on first use.

    documents.render("pdf", Document(notes, segments, created_at, duration)) -> bytes

A new format is one new file with a `Writer` in it and one line in FORMATS.
"""

from importlib import import_module
from io import BytesIO

from talktotext.documents.base import Document, Writer
from talktotext.documents.text import file_name
from talktotext.errors import InvalidRequest

__all__ = ["FORMATS", "Document", "Writer", "file_name", "get_writer", "render"]

FORMATS = {
    "pdf": "talktotext.documents.pdf:PdfWriter",
    "docx": "talktotext.documents.docx:DocxWriter",
    "md": "talktotext.documents.markdown:MarkdownWriter",
    "txt": "talktotext.documents.plain:TextWriter",
    "json": "talktotext.documents.notes_json:JsonWriter",
    "srt": "talktotext.documents.srt:SrtWriter",
    "vtt": "talktotext.documents.vtt:VttWriter",
    "csv": "talktotext.documents.tasks_csv:CsvWriter",
    "ics": "talktotext.documents.tasks_ics:IcsWriter",
}


def get_writer(format: str) -> Writer:
    """The writer of a format.

    Raises:
        InvalidRequest: there is no such format.
    """
    try:
        module, name = FORMATS[format].split(":")
    except KeyError:
        raise InvalidRequest(
            "There is no such document format", hint=f"Formats: {', '.join(FORMATS)}."
        ) from None
    writer: Writer = getattr(import_module(module), name)()
    return writer


def render(format: str, document: Document) -> bytes:
    """The document in a format, whole.

    Raises:
        InvalidRequest: there is no such format.
    """
    out = BytesIO()
    get_writer(format).write(document, out)
    return out.getvalue()
