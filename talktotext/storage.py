"""Where bytes live. Keys are names of our own, never a person's; a key once kept is whole."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, Protocol

from talktotext.config import Settings
from talktotext.errors import StorageFull, StorageMissing

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Storage(Protocol):
    """A place for recordings and documents."""

    def incoming(self) -> IO[bytes]:
        """A temporary file that `keep` can take over; it vanishes when it is closed."""

    def keep(self, file: IO[bytes], key: str) -> None:
        """Store what was written to `file` under `key`. Raises StorageFull."""

    def fetch(self, key: str, folder: Path) -> AbstractContextManager[Path]:
        """A context manager giving a local path of the bytes; `folder` is for a copy, if it takes
        one. Raises StorageMissing."""

    def open(self, key: str) -> BinaryIO:
        """The bytes as a stream. Raises StorageMissing."""

    def delete(self, key: str) -> None:
        """Remove the bytes; nothing happens where there are none."""


class LocalStorage:
    """A folder on this machine."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.temporary = folder / "incoming"

    def incoming(self) -> IO[bytes]:
        with no_space_is_storage_full():
            self.temporary.mkdir(parents=True, exist_ok=True)
            return NamedTemporaryFile(dir=self.temporary)

    def keep(self, file: IO[bytes], key: str) -> None:
        path = self._path(key)
        with no_space_is_storage_full():
            path.parent.mkdir(parents=True, exist_ok=True)
            file.flush()
            os.fsync(file.fileno())
            # A second name for bytes already written: no copy, and never a half file.
            staged = path.with_name(f"{path.name}.{Path(file.name).name}")
            staged.hardlink_to(file.name)
            staged.replace(path)

    @contextmanager
    def fetch(self, key: str, folder: Path) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise StorageMissing
        yield path

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise StorageMissing from None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        path = (self.folder / key).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"not a key: {key!r}")
        return path


@contextmanager
def no_space_is_storage_full() -> Iterator[None]:
    """Give a full disk its name. Raises StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise StorageFull from error
        raise


def make_storage(settings: Settings) -> Storage:
    """The storage that the settings ask for."""
    return LocalStorage(settings.UPLOAD_FOLDER)


def put(storage: Storage, key: str, data: bytes) -> None:
    """Store bytes made here, such as a document. Raises StorageFull."""
    with storage.incoming() as file, no_space_is_storage_full():
        file.write(data)
        storage.keep(file, key)


def clear_folder(folder: Path) -> None:
    """Remove a scratch folder and all in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
