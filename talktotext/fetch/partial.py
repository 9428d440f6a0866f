"""A file that is being fetched, and what has to be known to go on with it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from talktotext.errors import LinkUnreachable


@dataclass
class Origin:
    """Where the bytes so far are from.

    Attributes:
        validator: what the server must still call the file for the rest to fit: a strong ETag, or
            when it was changed last (RFC 9110, 13.1.5); empty if it did not say.
        size: of the whole, in bytes, if the server said.
    """

    url: str = ""
    validator: str = ""
    size: int | None = None


def discard(path: Path) -> None:
    """Remove what was fetched to `path`, and what is known of it."""
    path.unlink(missing_ok=True)
    _notes_of(path).unlink(missing_ok=True)


def _notes_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


class Partial:
    """The bytes so far. One process at a time holds it."""

    def __init__(self, file: IO[bytes], notes: Path):
        self._file, self._notes = file, notes
        self.size = file.seek(0, os.SEEK_END)
        self.origin = self._read_origin()

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator["Partial"]:
        """The file at `path`, whatever there is of it.

        Raises:
            LinkUnreachable: an attempt that was given up is still at it.
        """
        with path.open("ab+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LinkUnreachable("The link is still being fetched") from None
            yield cls(file, _notes_of(path))
            file.flush()

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here, as far as the server said how much that is."""
        return self.origin.size is not None and self.size == self.origin.size

    @property
    def can_go_on(self) -> bool:
        """Whether a rest can be asked for: it could be told from another file's, and where it ends
        is known."""
        return bool(self.origin.validator) and self.origin.size is not None

    def start(self, origin: Origin) -> None:
        """Begin anew."""
        self.clear()
        self.origin = origin
        self._notes.write_text(json.dumps(asdict(origin)))

    def write(self, data: bytes) -> None:
        """Add bytes; they are the system's, not this process's, when this returns."""
        self._file.write(data)
        self._file.flush()
        self.size += len(data)

    def head(self, size: int) -> bytes:
        """The first so many bytes."""
        return os.pread(self._file.fileno(), size, 0)

    def clear(self) -> None:
        """Drop what there is."""
        self._notes.unlink(missing_ok=True)
        self._file.truncate(0)
        self.size, self.origin = 0, Origin()

    def _read_origin(self) -> Origin:
        try:
            return Origin(**json.loads(self._notes.read_text()))
        except (OSError, ValueError, TypeError):  # none, or half of one
            return Origin()
