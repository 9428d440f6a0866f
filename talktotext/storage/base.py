"""What a storage is, and what all of them share."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Protocol

from talktotext.errors import StorageFull

if TYPE_CHECKING:
    from talktotext.storage.bucket_pieces import Parts
    from talktotext.storage.pieces import Pieces

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Storage(Protocol):
    """A place for recordings and documents, by keys such as `recordings/9f1c`.

    All but `incoming` may raise StorageUnavailable, and does so in bounded time.
    """

    def incoming(self) -> IO[bytes]:
        """A temporary file that `keep` can take over; it vanishes when it is closed."""

    def keep(self, file: IO[bytes], key: str) -> None:
        """Store what was written to `file` under `key`, whole or not at all. Raises StorageFull."""

    def fetch(self, key: str, folder: Path) -> AbstractContextManager[Path]:
        """A context manager giving a local path of the bytes.

        A copy, where one is needed, is made in `folder` and stays there: the next attempt goes on
        from it without asking again, so this is for keys that are written once.

        Raises:
            StorageMissing: there are no such bytes.
            StorageFull: no space for a copy.
        """

    def open(self, key: str, first: int = 0) -> BinaryIO:
        """The bytes from number `first` on, as a stream. Raises StorageMissing."""

    def size(self, key: str) -> int:
        """How many bytes there are. Raises StorageMissing."""

    def delete(self, key: str) -> None:
        """Remove the bytes; nothing happens where there are none."""

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        """An address at which anybody can download the bytes for so many seconds, as a file called
        `name`; None if this storage has no addresses. Raises StorageMissing."""

    def keys(self, prefix: str) -> Iterator[tuple[str, float]]:
        """Every key that begins with `prefix`, a folder or a folder and the beginning of a name;
        and when it was written, in seconds since 1970."""

    def pieces(self, name: str, offset: int, state: dict[str, Any]) -> "Pieces":
        """A file that comes in pieces, open at `offset`.

        Args:
            offset, state: what its `safe` or `close` gave last; 0 and {} at first. At 0 it begins
                anew, whatever the state says is there.

        Raises:
            StorageMissing: so many bytes are not there.
        """

    def multipart(self) -> "Parts | None":
        """Its multipart uploads; None if this storage has no such thing."""

    def forget_unfinished(self, prefix: str, before: float) -> int:
        """Drop what was begun in the folder `prefix` before that time, in seconds since 1970, and
        never became a key; how many."""


@contextmanager
def no_space_is_storage_full() -> Iterator[None]:
    """Give a full disk its name. Raises StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise StorageFull from error
        raise


def temporary_file(folder: Path) -> IO[bytes]:
    """A file in `folder` that vanishes when it is closed. Raises StorageFull."""
    with no_space_is_storage_full():
        folder.mkdir(parents=True, exist_ok=True)
        return NamedTemporaryFile(dir=folder)


def put(storage: Storage, key: str, data: bytes) -> None:
    """Store bytes made here, such as a document.

    Raises:
        StorageFull, StorageUnavailable: they could not be stored; nothing is left of them.
    """
    # Outermost, since on a full disk even closing the file fails: what it buffered cannot go out.
    with no_space_is_storage_full(), storage.incoming() as file:
        file.write(data)
        storage.keep(file, key)


def clear_folder(folder: Path) -> None:
    """Remove a scratch folder and all in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
