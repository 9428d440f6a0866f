"""What tells today's writers from those of another release."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def version() -> str:
    """A name for the writers as they are: other sources or fonts are another version.

    Read off the files, so that nobody has to think of raising a number. Fonts are told apart by
    their sizes; they have too many bytes to be read at every start.
    """
    digest = sha256()
    for path in sorted(_FOLDER.rglob("*.py")):
        digest.update(path.read_bytes())
    for path in sorted((_FOLDER / "fonts").rglob("*")):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]
