"""A folder into which notes are exported: files named after titles, each a note's own.

A hidden file tells whose each is and what was written to it, so that a note exported again replaces
its own file, also where its title is another by now, and never another note's of the same title,
nor one that was there before, nor what somebody made of it since.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

OWNERS = ".talktotext.json"  # {file name: [Owner's fields]}


class Owner(NamedTuple):
    """Whose a file is, and the SHA-256 of what was written to it."""

    note_id: str
    digest: str


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
        known = self._owners.copy()
        self._owners[path.name] = _owner(note_id, data)
        self._drop_others(path, note_id)
        if self._owners != known:
            with self._temporary(json.dumps(self._owners, indent=1).encode()) as written:
                written.replace(self.path / OWNERS)
        return path

    def _names(self, name: str) -> Iterator[Path]:
        """`Weekly.pdf`, `Weekly (2).pdf` …"""
        first = self.path / Path(name).name
        yield first
        yield from (first.with_name(f"{first.stem} ({n}){first.suffix}") for n in count(2))

    def _take(self, path: Path, note_id: str) -> bool:
        """Whether a name is the note's: from now on, if there is no such file."""
        if self._is_own(path, note_id):
            return True
        try:
            path.open("x").close()  # nobody else can take it now
        except FileExistsError:
            return False
        return True

    def _drop_others(self, path: Path, note_id: str) -> None:
        """Let go of what the note was called before; who changed such a file keeps it."""
        mine = (name for name, owner in self._owners.items() if owner.note_id == note_id)
        for other in [self.path / name for name in mine]:
            if other == path or other.suffix != path.suffix:
                continue
            with suppress(OSError):  # the next export tries it again
                if self._is_own(other, note_id):
                    other.unlink()
                del self._owners[other.name]

    def _is_own(self, path: Path, note_id: str) -> bool:
        """Whether a file is the note's and as it was written."""
        owner = self._owners.get(path.name)
        if owner is None or owner.note_id != note_id or path.is_symlink() or not path.is_file():
            return False
        return owner == _owner(note_id, path.read_bytes())

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


def _read(path: Path) -> dict[str, Owner]:
    """Whose each file is; of one that cannot be read, nobody's."""
    with suppress(FileNotFoundError, ValueError):
        known = json.loads(path.read_bytes())
        found = known.items() if isinstance(known, dict) else ()
        return {Path(name).name: owner for name, told in found if (owner := _told(told))}
    return {}


def _owner(note_id: str, data: bytes) -> Owner:
    return Owner(note_id, sha256(data).hexdigest())


def _told(told: object) -> Owner | None:
    match told:
        case [str(note_id), str(digest)]:
            return Owner(note_id, digest)
    return None


def _umask() -> int:
    """What files are made without here; it can only be asked for by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
