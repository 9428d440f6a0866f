"""A writer that counts, says what it was given, and can be held up or made to fail."""

from collections.abc import Callable
from typing import BinaryIO

from talktotext.documents import Document

FAKE = "tests.documents.fake_writer:FakeWriter"


class FakeWriter:
    """Its documents say what they were made of."""

    extension, media_type = "pdf", "application/pdf"
    written: list[Document] = []  # noqa: RUF012 - shared on purpose: a writer is made for each
    before: Callable[[], object] = staticmethod(lambda: None)

    def write(self, document: Document, out: BinaryIO) -> None:
        type(self).before()
        self.written.append(document)
        look = document.template
        parts = "all" if look.parts is None else ",".join(sorted(look.parts))
        logo = look.logo and len(look.logo)
        said = " ".join(segment.text for segment in document.segments)
        words = (document.notes.title, look.page_size, look.accent, parts, logo, document.base_url)
        out.write("|".join(map(str, (*words, said))).encode())
