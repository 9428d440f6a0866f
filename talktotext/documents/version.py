"""What tells today's writers from those of another release."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from platform import python_version
from zlib import ZLIB_RUNTIME_VERSION

_FOLDER = Path(__file__).parent
# What makes a Document of a note; read as files, so that nothing of it is imported here.
_BEFORE = ("schema.py", "editing/naming.py", "jobs/shown.py")
# All that the writers import, and lxml, which writes Word's XML.
LIBRARIES = (
    *("budoux", "fonttools", "icalendar", "lxml", "pillow", "pydantic", "pydantic-core"),
    *("python-bidi", "python-docx", "reportlab", "uharfbuzz", "wcwidth"),
)


@lru_cache(maxsize=1)
def version() -> str:
    """A name for the writers as they are: other sources, fonts or libraries are another version.

    Read off the files, so that nobody has to think of raising a number. Fonts are told apart by
    their sizes; they have too many bytes to be read at every start.
    """
    digest = sha256()
    for path in (*sorted(_FOLDER.rglob("*.py")), *(_FOLDER.parent / name for name in _BEFORE)):
        digest.update(path.read_bytes())
    for path in sorted((_FOLDER / "fonts").rglob("*")):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
    digest.update("\n".join(_libraries()).encode())
    return digest.hexdigest()[:16]


def _libraries() -> Iterator[str]:
    yield f"{python_version()} {ZLIB_RUNTIME_VERSION}"
    for name in LIBRARIES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:  # who wants a document of it is told then
            yield name
