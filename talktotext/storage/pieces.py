"""Files that come in pieces, from one request or process to the next.

Bytes are safe once they survive whatever happens to the process that wrote them; what was written
and is not safe is written again. In a folder that is a file; in a bucket the parts of a multipart
upload, which are of 5 MB or more but for the last, and an object for what does not fill one yet.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
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
        already. Afterwards nothing is left but what is under that key."""

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

    def leave(self) -> None:
        """See `Pieces.leave`."""
        with suppress(OSError):  # on a full disk what it buffered cannot be written
            self.file.close()

    def discard(self) -> None:
        """See `Pieces.discard`."""
        self.leave()
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Part:
    """A part that the bucket has."""

    number: int
    size: int
    etag: str


class Parts(Protocol):
    """The multipart uploads of a bucket; see multipart.py."""

    def begin(self, key: str) -> str: ...
    def put(self, key: str, upload: str, number: int, data: bytes) -> str: ...
    def complete(self, key: str, upload: str, etags: list[str]) -> None: ...
    def there(self, key: str, upload: str) -> "list[Part]": ...
    def address(self, key: str, upload: str, number: int, size: int, seconds: int) -> str: ...
    def abort(self, key: str, upload: str) -> None: ...


class BucketPieces:
    """Parts of a multipart upload, and an object `rest` for what does not fill one yet."""

    def __init__(self, storage: Any, parts: Parts, name: str, state: dict[str, Any], size: int):
        self.storage, self.parts, self.size = storage, parts, size
        self.key, self.rest = f"multipart/{name}", f"partial/{name}"
        self.upload: str = state.get("upload") or parts.begin(self.key)
        self.done: list[list[Any]] = [list(part) for part in state.get("parts", ())]
        self.buffer = bytearray()
        if state.get("rest"):
            with storage.open(self.rest) as file:
                self.buffer += file.read()
        self.kept: Safe = (self._in_parts() + len(self.buffer), self._state(len(self.buffer)))

    def write(self, data: bytes) -> None:
        """See `Pieces.write`."""
        self.buffer += data
        while len(self.buffer) >= self.size:
            self._send(self.size)
            self.kept = self._in_parts(), self._state(0)

    def adopt(self) -> dict[int, int]:
        """Take the parts that others sent; their sizes by their numbers."""
        there = self.parts.there(self.key, self.upload)
        self.done = [[part.etag, part.size] for part in there]
        return {part.number: part.size for part in there}

    def safe(self) -> Safe:
        """See `Pieces.safe`: full parts are."""
        return self.kept

    def close(self) -> Safe:
        """See `Pieces.close`."""
        if self.buffer:
            with self.storage.incoming() as file:
                file.write(self.buffer)
                self.storage.keep(file, self.rest)
        return self._in_parts() + len(self.buffer), self._state(len(self.buffer))

    @contextmanager
    def whole(self) -> Iterator[tuple[IO[bytes], str | None]]:
        """See `Pieces.whole`; what looks into it needs a copy here."""
        if self.buffer:
            self._send(len(self.buffer))
        self.parts.complete(self.key, self.upload, [etag for etag, _ in self.done])
        try:
            with copied(self.storage, self.key) as file:
                yield file, self.key
        except BaseException:
            self.storage.delete(self.key)
            raise
        self.storage.delete(self.rest)

    def leave(self) -> None:
        """See `Pieces.leave`."""

    def discard(self) -> None:
        """See `Pieces.discard`."""
        self.parts.abort(self.key, self.upload)
        self.storage.delete(self.rest)
        self.storage.delete(self.key)

    def _send(self, size: int) -> None:
        data = bytes(self.buffer[:size])
        etag = self.parts.put(self.key, self.upload, len(self.done) + 1, data)
        self.done.append([etag, size])
        del self.buffer[:size]

    def _in_parts(self) -> int:
        return sum(size for _, size in self.done)

    def _state(self, rest: int) -> dict[str, Any]:
        return {"upload": self.upload, "parts": [list(part) for part in self.done], "rest": rest}


@contextmanager
def copied(storage: Any, key: str) -> Iterator[IO[bytes]]:
    """A copy of what lies in storage, in a temporary file."""
    with storage.incoming() as file, storage.open(key) as source:
        read: Callable[[], bytes] = lambda: source.read(1 << 20)  # noqa: E731
        with no_space_is_storage_full():
            for data in iter(read, b""):
                file.write(data)
            file.flush()
        yield file
