"""Word document -> bytes, the same whenever the same document is written."""

from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document as WordDocument

_WHEN = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP file can tell


def save(word: WordDocument, out: BinaryIO) -> None:
    """Write the package; python-docx would date each file in it with the present."""
    packed = BytesIO()
    word.save(packed)
    with ZipFile(packed) as given, ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for name in given.namelist():
            entry = ZipInfo(name, _WHEN)
            entry.compress_type = ZIP_DEFLATED
            kept.writestr(entry, given.read(name))
