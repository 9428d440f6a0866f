"""Files that come in pieces, from one request or process to the next.

Bytes are safe once they survive whatever happens to the process that wrote them; what was written
and is not safe is written again. In a folder that is a file; for those in a bucket see
bucket_pieces.py.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from talktotext.errors import StorageMissing
from talktotext.storage.base import no_space_is_storage_full

Safe = tuple[int, dict[str, Any]]


class Pieces(Protocol):
    """What came so far of a file, open for more.

    All methods may raise StorageFull and StorageUnavailable.
    """

    def write(self, data: bytes) -> None:
        """Take more."""

    def safe(self) -> Safe:
        """Make safe what can be in a moment: how many bytes of the file are safe by now, and what
        it takes to open it again there."""

    def close(self) -> Safe:
        """Make safe all there is; see `safe`."""

    def whole(self) -> AbstractContextManager[tuple[IO[bytes], str | None]]:
        """The file, now that it is whole, on this machine; and its key in storage, if it has one
        already. Afterwards nothing is left but what is under that key; where the block fails, what
        is safe is as safe as before."""

    def settle(self, state: dict[str, Any]) -> None:
        """What was safe with that state is written down: what it does without may go."""

    def leave(self) -> None:
        """Be done with it, with nothing more made safe."""

    def discard(self) -> None:
        """Drop it all."""


class LocalPieces:
    """A file in a folder."""

    def __init__(self, path: Path, offset: int):
        self.path = path
        with no_space_is_storage_full():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            self.file = os.fdopen(descriptor, "r+b")
        if os.fstat(descriptor).st_size < offset:
            self.file.close()
            raise StorageMissing
        self.file.truncate(offset)
        self.offset = self.file.seek(offset)

    def write(self, data: bytes) -> None:
        """See `Pieces.write`."""
        with no_space_is_storage_full():
            self.file.write(data)
        self.offset += len(data)

    def safe(self) -> Safe:
        """See `Pieces.safe`."""
        with no_space_is_storage_full():
            self.file.flush()
            os.fdatasync(self.file.fileno())
        return self.offset, {}

    def close(self) -> Safe:
        """See `Pieces.close`."""
        try:
            return self.safe()
        finally:
            self.leave()

    @contextmanager
    def whole(self) -> Iterator[tuple[IO[bytes], str | None]]:
        """See `Pieces.whole`."""
        with no_space_is_storage_full():
            self.file.flush()
        # By its name, as storage wants it: a descriptor's name would be a number.
        with self.path.open("r+b") as file:
            yield file, None
        self.discard()

    def settle(self, state: dict[str, Any]) -> None:
        """See `Pieces.settle`."""

    def leave(self) -> None:
        """See `Pieces.leave`."""
        with suppress(OSError):  # on a full disk what it buffered cannot be written
            self.file.close()

    def discard(self) -> None:
        """See `Pieces.discard`."""
        self.leave()
        self.path.unlink(missing_ok=True)
