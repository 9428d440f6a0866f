"""A folder into which notes are exported: files named after titles, each a note's own.

A hidden file tells whose each is, so that a note exported again replaces its own file, and never
another note's of the same title, nor one that was there before.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

OWNERS = ".talktotext.json"  # {file name: id of its note}


class ExportFolder:
    """The folder `path`, made if there is none."""

    def __init__(self, path: Path):
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._owners = _read(path / OWNERS)

    def write(self, name: str, note_id: str, data: bytes) -> Path:
        """Write a note's document, whole or not at all; where it is then.

        Args:
            name: its name if no other file has it, without folders.
        """
        with self._temporary(data) as written:
            path = next(path for path in self._names(name) if self._take(path, note_id))
            written.replace(path)
        return path

    def _names(self, name: str) -> Iterator[Path]:
        """`Weekly.pdf`, `Weekly (2).pdf` …"""
        first = self.path / Path(name).name
        yield first
        yield from (first.with_name(f"{first.stem} ({n}){first.suffix}") for n in count(2))

    def _take(self, path: Path, note_id: str) -> bool:
        """Whether a name is the note's: from now on, if there is no such file."""
        if self._owners.get(path.name) == note_id:
            return True
        try:
            path.open("x").close()  # nobody else can take it now
        except FileExistsError:
            return False
        self._owners[path.name] = note_id
        with self._temporary(json.dumps(self._owners, indent=1).encode()) as written:
            written.replace(self.path / OWNERS)
        return True

    @contextmanager
    def _temporary(self, data: bytes) -> Iterator[Path]:
        """A hidden file of the folder, gone afterwards unless it was given another name."""
        with NamedTemporaryFile(dir=self.path, prefix=".", delete=False) as file:
            path = Path(file.name)
            try:
                file.write(data)
                file.flush()
                path.chmod(0o666 & ~_umask())
                yield path
            finally:
                path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, str]:
    """Whose each file is; of one that cannot be read, nobody's."""
    with suppress(FileNotFoundError, ValueError):
        known = json.loads(path.read_bytes())
        return dict(known) if isinstance(known, dict) else {}
    return {}


def _umask() -> int:
    """What files are made without here; it can only be asked for by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
