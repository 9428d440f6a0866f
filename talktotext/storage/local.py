"""A folder on this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

from talktotext.errors import StorageMissing
from talktotext.storage.base import no_space_is_storage_full, temporary_file
from talktotext.storage.pieces import LocalPieces


class LocalStorage:
    """Keys are paths in `folder`; what is not finished lies in its folder `incoming`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.temporary = folder / "incoming"

    def incoming(self) -> IO[bytes]:
        """See `Storage.incoming`."""
        return temporary_file(self.temporary)

    def keep(self, file: IO[bytes], key: str) -> None:
        """See `Storage.keep`."""
        path = self._path(key)
        # A second name for bytes already written: no copy, and never a half file. It lies where
        # the sweep finds it, should this process be killed before it is moved into place.
        staged = Path(f"{file.name}.kept")
        with no_space_is_storage_full():
            path.parent.mkdir(parents=True, exist_ok=True)
            file.flush()
            os.fsync(file.fileno())
            staged.hardlink_to(file.name)
            try:
                staged.replace(path)
            finally:  # replace() does nothing where both are names of the same file
                staged.unlink(missing_ok=True)

    @contextmanager
    def fetch(self, key: str, folder: Path) -> Iterator[Path]:
        """See `Storage.fetch`; no copy is needed."""
        path = self._path(key)
        if not path.is_file():
            raise StorageMissing
        yield path

    def open(self, key: str, first: int = 0) -> BinaryIO:
        """See `Storage.open`."""
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            raise StorageMissing from None
        file.seek(first)
        return file

    def size(self, key: str) -> int:
        """See `Storage.size`."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            raise StorageMissing from None

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        self._path(key).unlink(missing_ok=True)

    def link(self, key: str, name: str, media_type: str, seconds: int) -> None:
        """See `Storage.link`; a folder has no addresses."""

    def keys(self, prefix: str) -> Iterator[tuple[str, float]]:
        """See `Storage.keys`."""
        folder, _, beginning = prefix.rpartition("/")
        with suppress(FileNotFoundError), os.scandir(self._path(folder)) as entries:
            for entry in entries:
                if entry.name.startswith(beginning):
                    with suppress(FileNotFoundError):  # deleted meanwhile
                        yield f"{folder}/{entry.name}", entry.stat().st_mtime

    def pieces(self, name: str, offset: int, state: dict[str, Any]) -> LocalPieces:
        """See `Storage.pieces`."""
        return LocalPieces(self._path(f"partial/{name}"), offset)

    def multipart(self) -> None:
        """See `Storage.multipart`; a folder has none."""

    def forget_unfinished(self, prefix: str, before: float) -> int:
        """See `Storage.forget_unfinished`; the sweep sees to `incoming` more often than this."""
        return 0

    def _path(self, key: str) -> Path:
        path = (self.folder / key).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"not a key: {key!r}")
        return path
